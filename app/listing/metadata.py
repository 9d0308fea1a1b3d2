"""Clauses about what a record states beside its text: year, authors, tags, venue, lengths."""

from __future__ import annotations

from typing import cast

from app.listing import words
from app.listing.query import AnyOf, Condition, Has, Name, Named, Not, Size, Unit, Years
from app.listing.tokens import Cursor
from app.listing.words import Fields

_UNITS: dict[str, Unit] = {
    "words": "words",
    "word": "words",
    "characters": "characters",
    "character": "characters",
    "letters": "characters",
    "authors": "authors",
    "author": "authors",
}
_SIZE_OPENERS: tuple[str, ...] = (
    "with",
    "have",
    "has",
    "having",
    "are",
    "is",
    "contain",
    "consist of",
    "consists of",
    "of",
)
_YEAR_OPENERS: tuple[str, ...] = (
    "in",
    "from",
    "since",
    "after",
    "before",
    "between",
    "until",
    "up to",
    "during",
    "for",
)
_YEAR_OPENERS += (
    "in the year",
    "from the year",
    "prior to",
    "earlier than",
    "later than",
    "older than",
)
_YEAR_OPENERS += ("newer than", "more recent than", "from before", "from after")


def year(cursor: Cursor) -> Condition | None:
    """Such as "published between 2020 and 2022", "from 2024 or later", "since 2019"."""
    cursor.take(*words.DATED)
    how = cursor.take(*_YEAR_OPENERS)
    first = _calendar_year(cursor)
    if how is None or first is None:
        return None
    if isinstance(first, tuple):
        return Years(*first)
    if how in ("before", "prior to", "earlier than", "older than", "from before"):
        return Years(None, first - 1)
    if how in ("after", "later than", "newer than", "more recent than", "from after"):
        return Years(first + 1, None)
    return _bounded(cursor, how, first)


def _bounded(cursor: Cursor, how: str, first: int) -> Condition | None:
    if cursor.take("or later", "or after", "onwards", "onward", "or newer", "on") or how == "since":
        return Years(first, None)
    if cursor.take("or earlier", "or before", "or older") or how in ("until", "up to"):
        return Years(None, first)
    start = cursor.position
    join = cursor.take("and", "to", "until", "through", "or", "till")
    second = _calendar_year(cursor) if join else None
    if not isinstance(second, int):
        cursor.position = start
        return Years(first, first)
    if join == "or" or (join == "and" and how != "between"):
        return AnyOf((Years(first, first), Years(second, second)))
    return Years(min(first, second), max(first, second))


def _calendar_year(cursor: Cursor) -> int | tuple[int, int] | None:
    token = cursor.next()
    parts = token.text.replace("–", "-").split("-") if token is not None else []
    if not 1 <= len(parts) <= 2 or not all(len(p) == 4 and p.isdigit() for p in parts):
        return None
    return int(parts[0]) if len(parts) == 1 else (int(min(parts)), int(max(parts)))


def named(cursor: Cursor) -> Condition | None:
    """Such as "by Ada Lovelace", "tagged maths", "published in Nature", "with X as an author"."""
    start = cursor.position
    for field, openers in words.NAMED_FIELDS.items():
        # A word in lower case after "by" or "in" is rarely a name; after "tagged" it is.
        if cursor.take(*openers) and (said := _proper_name(cursor, lower_case=field == "tags")):
            return Name(cast(Named, field), said)
        cursor.position = start
    if cursor.take("with", "have", "has") and (said := _proper_name(cursor)):
        cursor.skip(("as", "among", "an", "a", "one of", "the", "first", "last", "its", "their"))
        if cursor.take("author", "authors", "co-author", "coauthor"):
            return Name("authors", said)
    return None


def _proper_name(cursor: Cursor, lower_case: bool = False) -> str:
    cursor.take("the")
    parts: list[str] = []
    while (token := cursor.peek()) is not None and len(parts) < 6:
        if token.kind not in ("word", "quote") or token.norm in words.NAME_ENDS:
            break
        parts.append(token.text)
        cursor.next()
    proper = lower_case or any(part[:1].isupper() or part[:1].isdigit() for part in parts)
    return " ".join(parts) if proper else ""


def size(cursor: Cursor, scope: Fields) -> Condition | None:
    """Such as "with more than 12 words", "have two or more authors"."""
    cursor.take(*_SIZE_OPENERS)
    comparison = cursor.take(*words.COMPARISONS) or "exactly"
    number = cursor.take_number()
    low, high = words.COMPARISONS[comparison]
    if cursor.take("or more", "or longer"):
        low, high = 0, None
    elif cursor.take("or fewer", "or less", "or shorter"):
        low, high = None, 0
    unit = cursor.take(*_UNITS)
    if number is None or unit is None:
        return None
    if cursor.take("or more", "or longer"):
        low, high = 0, None
    cursor.take("long", "in length", "in the title", "in their title", "in their titles")
    least = None if low is None else number + low
    most = None if high is None else number + high
    return Size(_UNITS[unit], least, most, scope[0])


def has(cursor: Cursor) -> Condition | None:
    """Such as "without a summary", "have no year", "with a DOI"."""
    lacking = cursor.take(*words.LACK) is not None
    if not lacking and not cursor.take("have", "has", "with", "having", "give", "gives", "state"):
        return None
    lacking = lacking or cursor.take("no") is not None
    cursor.skip((*words.OWN, "known"))
    name = cursor.take(*words.RECORD_FIELDS)
    cursor.take("given", "listed", "stated")
    if name is None or not (cursor.done or cursor.at_comma or cursor.sees("and", "or", "but")):
        return None
    found = Has(words.RECORD_FIELDS[name])
    return Not(found) if lacking else found
