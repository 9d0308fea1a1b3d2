"""What writes an answer: extracts, a hosted model, a small local one, metadata."""
