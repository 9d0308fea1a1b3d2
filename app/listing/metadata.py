"""Clauses about what a record states beside its text: year, authors, tags, venue, lengths."""

from __future__ import annotations

from typing import cast

from app.listing.query import AnyOf, Condition, Has, Name, Named, Not, Size, Unit
from app.listing.tokens import Cursor
from app.listing.words import Fields, phrases, table

# What a comparison adds to its number for the lower and the upper bound; None: no bound.
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "above": (1, None),
    "below": (None, -1),
    "least": (0, None),
    "most": (None, 0),
    "equal": (0, 0),
}


def year(cursor: Cursor) -> Condition | None:
    """Such as "published between 2020 and 2022", "from 2024 or later", "since 2019"."""
    cursor.take(*phrases("dated"))
    how = cursor.take(*phrases("year_openers", "before_year", "after_year"))
    first = _calendar_year(cursor)
    if how is None or first is None:
        return None
    if isinstance(first, tuple):
        return _years(*first)
    if how in phrases("before_year"):
        return _years(None, first - 1)
    if how in phrases("after_year"):
        return _years(first + 1, None)
    return _bounded(cursor, how, first)


def _bounded(cursor: Cursor, how: str, first: int) -> Condition | None:
    if cursor.take("or later", "or after", "onwards", "onward", "or newer", "on") or how == "since":
        return _years(first, None)
    if cursor.take("or earlier", "or before", "or older") or how in ("until", "up to"):
        return _years(None, first)
    start = cursor.position
    join = cursor.take("and", "to", "until", "through", "or", "till")
    second = _calendar_year(cursor) if join else None
    if not isinstance(second, int):
        cursor.position = start
        return _years(first, first)
    if join == "or" or (join == "and" and how != "between"):
        return AnyOf((_years(first, first), _years(second, second)))
    return _years(min(first, second), max(first, second))


def _years(low: int | None, high: int | None) -> Size:
    return Size("year", low, high)


def _calendar_year(cursor: Cursor) -> int | tuple[int, int] | None:
    token = cursor.next()
    parts = token.text.replace("–", "-").split("-") if token is not None else []
    if not 1 <= len(parts) <= 2 or not all(len(p) == 4 and p.isdigit() for p in parts):
        return None
    return int(parts[0]) if len(parts) == 1 else (int(min(parts)), int(max(parts)))


def named(cursor: Cursor) -> Condition | None:
    """Such as "by Ada Lovelace", "tagged maths", "published in Nature", "with X as an author"."""
    start = cursor.position
    for field in dict.fromkeys(table("named").values()):
        openers = (phrase for phrase, owner in table("named").items() if owner == field)
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
        if token.kind not in ("word", "quote") or token.norm in phrases("name_ends"):
            break
        parts.append(token.text)
        cursor.next()
    proper = lower_case or any(part[:1].isupper() or part[:1].isdigit() for part in parts)
    return " ".join(parts) if proper else ""


def size(cursor: Cursor, scope: Fields) -> Condition | None:
    """Such as "with more than 12 words", "have two or more authors"."""
    cursor.take(*phrases("size_openers"))
    comparison = cursor.take_from("comparisons") or "equal"
    number = cursor.take_number()
    comparison = cursor.take_from("open_ends") or comparison
    unit = cursor.take_from("units")
    if number is None or unit is None:
        return None
    low, high = _BOUNDS[cursor.take_from("open_ends") or comparison]
    cursor.take("long", "in length", "in the title", "in their title", "in their titles")
    least = None if low is None else number + low
    most = None if high is None else number + high
    return Size(cast(Unit, unit), least, most, scope[0])


def has(cursor: Cursor) -> Condition | None:
    """Such as "without a summary", "have no year", "with a DOI"."""
    lacking = cursor.take(*phrases("lack")) is not None
    if not lacking and not cursor.take("have", "has", "with", "having", "give", "gives", "state"):
        return None
    lacking = lacking or cursor.take("no") is not None
    cursor.skip((*phrases("own"), "known"))
    name = cursor.take_from("record_fields")
    cursor.take("given", "listed", "stated")
    if name is None or not (cursor.done or cursor.at_comma or cursor.sees("and", "or", "but")):
        return None
    found = Has(name)
    return Not(found) if lacking else found
