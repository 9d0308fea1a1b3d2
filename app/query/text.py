"""Cleaning of what people type and of what models write, before anything else sees it."""

from __future__ import annotations

import re
import unicodedata

MAX_QUESTION = 4000
_SPACES = re.compile(r"\s+")


def clean_question(text: str) -> str:
    """One line without control and bidi characters, cut at MAX_QUESTION characters."""
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or _printable(c))
    return _SPACES.sub(" ", kept).strip()[:MAX_QUESTION]


def _printable(char: str) -> bool:
    # Cf holds the bidi overrides and zero-width characters that hide text from the reader.
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
