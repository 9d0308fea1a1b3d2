"""Whether a record says what a sentence says, and where."""
