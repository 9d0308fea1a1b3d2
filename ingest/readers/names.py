"""Author lists as people write them, and years out of dates."""

from __future__ import annotations

import re
from typing import Any

from ingest.text import clean_field

_AND = re.compile(r"\s+(?:and|&)\s+|\s*[;|]\s*|,\s*(?:and|&)\s+")
_IN_BRACES = re.compile(r"\{(?:[^{}]|\\[{}]|\{\})*\}")
_BIBTEX_SIGN = re.compile(r"(?<!\\)[{}]|(?:^| )and(?: |$)", re.IGNORECASE)
# DBLP numbers people of one name: "Ann Lee 0002"; Scopus all: "Lee, Ann (57190000000)".
_HOMONYM = re.compile(r" \d{4}$")
_SCOPUS_ID = re.compile(r" \(\d+\)(?=;|$)")
# PubMed ends a list of names as a sentence: "Lee A, Ray B."
_PUBMED = re.compile(r"((?:[^\W\d_][\w’' -]+ [A-Z]{1,3}(?:, )?)+)\.")
# Also the year of "20200501".
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|2100)(?=(?:[01]\d[0-3]\d)?(?!\d))")
_OTHERS = frozenset(("others", "et al", "et al.", ""))
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[ -]?){1,4}")
_FULL_NAME_WORDS = 2
_PAIR = 2


def author_names(value: Any) -> tuple[str, ...]:
    """Authors from one string or a list: of names, or of objects with given and family name."""
    if isinstance(value, str):
        return split_names(value)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return ()
    names = [_object_name(item) if isinstance(item, dict) else _flip(str(item)) for item in value]
    return _kept(names)


def split_names(text: str) -> tuple[str, ...]:
    """Names from "A and B; C", "Last, First; Last, First" or "Ann Lee, Bo Ray".

    A last semicolon says that nothing else separates: "Centre for Rooms and Doors;".
    """
    text = _SCOPUS_ID.sub("", clean_field(text))
    if text.endswith(";"):
        return _kept([_flip(name) for name in text.split(";")])
    if match := _PUBMED.fullmatch(text):
        text = match[1]
    names: list[str] = []
    for piece in _AND.split(text):
        names += _comma_names(piece)
    return _kept(names)


def bibtex_names(text: str) -> list[str]:
    """Names of a BibTeX field: "and" separates, a comma turns a name round; braces hide both."""
    text = clean_field(text)
    pieces, depth, start = [], 0, 0
    for sign in _BIBTEX_SIGN.finditer(text):
        if sign[0] in "{}":
            depth += 1 if sign[0] == "{" else -1
        elif depth == 0:
            pieces.append(text[start : sign.start()])
            start = sign.end()
    pieces.append(text[start:])
    return [piece if _IN_BRACES.fullmatch(piece) else _flip(piece) for piece in pieces if piece]


def year_of(value: Any) -> int | None:
    """The first year between 1500 and 2100 in a number, a date or a CSL date; None without one."""
    if isinstance(value, dict):
        value = value.get("date-parts") or value.get("raw") or value.get("literal") or ""
    match = _YEAR.search(str(value))
    return int(match.group()) if match else None


def _comma_names(piece: str) -> list[str]:
    """Names between commas: several full ones, one turned round, or pairs of name and initials."""
    parts = [part.strip() for part in piece.split(",") if part.strip()]
    if all(len(part.split()) >= _FULL_NAME_WORDS for part in parts):
        return parts
    if len(parts) == _PAIR:
        return [_flip(piece)]
    if len(parts) % _PAIR == 0 and all(_INITIALS.fullmatch(part) for part in parts[1::_PAIR]):
        pairs = zip(parts[::_PAIR], parts[1::_PAIR], strict=True)
        return [f"{first} {last}" for last, first in pairs]
    return parts


def _flip(name: str) -> str:
    """The name in reading order: "Last, First" turned round, "Last, Jr, First" as well."""
    if "," not in name:
        return clean_field(name)
    last, *rest = [part.strip() for part in clean_field(name).split(",")]
    return " ".join(part for part in (*rest[-1:], last, *rest[:-1]) if part)


def _object_name(item: dict[str, Any]) -> str:
    fields = {str(key).lower(): value for key, value in item.items()}
    whole = fields.get("name") or fields.get("literal") or fields.get("full_name")
    if whole:
        return str(whole)
    given = fields.get("given") or fields.get("first") or fields.get("firstname") or ""
    family = fields.get("family") or fields.get("last") or fields.get("lastname") or ""
    return f"{given} {fields.get('non-dropping-particle') or ''} {family}"


def _kept(names: list[str]) -> tuple[str, ...]:
    cleaned = (_HOMONYM.sub("", clean_field(name)) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name.lower() not in _OTHERS))
