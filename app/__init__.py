"""The read side: retrieval, answers, themes, surfaces."""
