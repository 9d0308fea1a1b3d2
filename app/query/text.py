"""Cleaning of what people type and of what models write, before anything else sees it."""

from __future__ import annotations

from ingest.text import clean_field

MAX_QUESTION = 4000


def clean_question(text: str) -> str:
    """One line without control and bidi characters, cut at MAX_QUESTION characters."""
    return clean_field(text)[:MAX_QUESTION].rstrip()
