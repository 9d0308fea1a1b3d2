"""What every surface calls the same thing."""

from __future__ import annotations

from app.passages import Support
from ingest.errors import ReadingRoomError

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
# Said of what was found but does not fit.
NOTHING_FITS = "Nothing in the list fits this well; the nearest:"
WEAK_FROM_HERE = "From here on nothing fits well:"


def counted(number: int, noun: str) -> str:
    """Such as "1 paper" and "1,200 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def problem(error: ReadingRoomError) -> str:
    """What went wrong and what to do about it, in one line."""
    return ". ".join(part for part in (error.message.rstrip("."), error.hint) if part)
