"""Whether the records answer a question."""
