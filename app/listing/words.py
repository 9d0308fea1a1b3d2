"""The vocabulary of the listing grammar, as `data/words.toml` gives it."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

from app.listing.query import TextField

Fields = tuple[TextField, ...]
FIELDS: dict[str, Fields] = {
    "title": ("title",),
    "summary": ("summary",),
    "either": ("title", "summary"),
}
TITLE, EITHER = FIELDS["title"], FIELDS["either"]
_IRREGULAR = {"parenthesis": "parentheses", "ellipsis": "ellipses", "dash": "dashes"}


@cache
def phrases(*names: str) -> tuple[str, ...]:
    """All phrases of some lists or tables."""
    return tuple(phrase for name in names for phrase in table(name))


@cache
def table(name: str) -> dict[str, str]:
    """Each phrase of a table -> what it stands for; in a list, for the list's name."""
    entry = _data()[name]
    rows = entry if isinstance(entry, dict) else {name: entry}
    return {phrase: key for key, text in rows.items() for phrase in _split(text)}


@cache
def marks() -> dict[str, str]:
    """Each name of a mark or of a kind of words, plurals too -> its singular."""
    return {
        form: name for name in mark_patterns() for form in (name, _IRREGULAR.get(name, f"{name}s"))
    }


def mark_patterns() -> dict[str, str]:
    """Regular expressions by the mark's name in the singular."""
    return dict(_data()["marks"])


@cache
def _data() -> dict[str, Any]:
    text = resources.files("app.listing").joinpath("data", "words.toml").read_text("utf-8")
    data = tomllib.loads(text)
    parts = [_split(data[f"place_{part}"]) for part in ("prepositions", "owners", "names")]
    data["fillers"] = " | ".join((data["fillers"], *map(" ".join, product(*parts))))
    return data


def _split(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("|")]
