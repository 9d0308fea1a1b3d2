"""From what was typed to a question that stands alone."""
