"""What every surface calls the same thing."""

from __future__ import annotations

import json
from typing import Any

from app.passages import Support
from ingest.errors import ReadingRoomError

# The later control characters, and hidden and bidirectional ones; JSON escapes the others itself.
_OBEYED = {
    code: f"\\u{code:04x}"
    for first, last in (
        (0x7F, 0x9F),
        (0x200B, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0xFEFF,) * 2,
    )
    for code in range(first, last + 1)
}
SUPPORT: dict[Support, str] = {
    "verbatim": "word for word",
    "supported": "confirmed",
    "unconfirmed": "unconfirmed",
}
SUPPORT_MEANS: dict[Support, str] = {
    "verbatim": "These words stand in the record",
    "supported": "Checked against the record, which says this in other words",
    "unconfirmed": "Could not be confirmed in the record",
}
# Said of a sentence that waits for its check, with words of a record and without.
QUOTE_FOUND, BEING_CHECKED = "quote found, being checked", "being checked"
# Said of what was found but does not fit.
NOTHING_FITS = "Nothing in the list fits this well; the nearest:"
WEAK_FROM_HERE = "From here on nothing fits well:"


def spent(tokens: int, cost: float | None) -> str:
    """What a model used for an answer: "6,120 tokens, about $0.0012"; "" where none was asked."""
    if not tokens:
        return ""
    price = "price unknown" if cost is None else f"about ${cost:.4f}" if cost else ""
    return ", ".join(filter(None, (f"{tokens:,} tokens", price)))


def as_json(value: Any) -> str:
    """One line of JSON; what a terminal would obey is written as an escape, also where JSON lets it stand."""
    return json.dumps(value, ensure_ascii=False).translate(_OBEYED)


def problem(error: ReadingRoomError) -> str:
    """What went wrong and what to do about it, in one line."""
    return ". ".join(part for part in (error.message.rstrip("."), error.hint) if part)
