"""Marks and kinds of words that a question can name: "a colon", "a number", "an acronym"."""

from __future__ import annotations

MARKS = {
    "question mark": r"\?",
    "exclamation mark": "!",
    "exclamation point": "!",
    "colon": ":",
    "semicolon": ";",
    "comma": ",",
    "full stop": r"\.",
    "period": r"\.",
    "hyphen": r"[-‐‑]",
    "dash": r"[-‐-―]",
    "slash": "/",
    "ampersand": "&",
    "apostrophe": "['’]",
    "quotation mark": r"[\"“”„«»]",
    "parenthesis": r"[()]",
    "bracket": r"[()\[\]]",
    "ellipsis": r"…|\.\.\.",
    "percent sign": "%",
    "number": r"\d+(?:[.,]\d+)*",
    "digit": r"\d",
    "numeral": r"\d+",
    "year": r"(?<!\d)(?:19|20)\d\d(?!\d)",
    "acronym": r"(?<!\w)(?-i:[A-Z]{2,}s?)(?!\w)",
    "abbreviation": r"(?<!\w)(?-i:[A-Z]{2,}s?)(?!\w)",
    "hyphenated word": r"\w+(?:[-‐‑]\w+)+",
    "question word": r"(?:how|what|why|when|where|who|whom|whose|which)(?!\w)",
    "capital letter": r"(?-i:[A-Z])",
    "uppercase letter": r"(?-i:[A-Z])",
    "upper-case letter": r"(?-i:[A-Z])",
    "lowercase letter": r"(?-i:[a-z])",
    "lower-case letter": r"(?-i:[a-z])",
}
_IRREGULAR = {"parenthesis": "parentheses", "ellipsis": "ellipses", "dash": "dashes"}
_PLURALS = {_IRREGULAR.get(name, f"{name}s"): name for name in MARKS}
MARK_NAMES = {**{name: name for name in MARKS}, **_PLURALS}
