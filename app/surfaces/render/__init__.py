"""Answers, records and themes in other forms: HTML, Markdown, JSON lines, BibTeX."""
