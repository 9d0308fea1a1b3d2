"""The word lists of `data/lexicon.toml`, read once, and what they say of a word or of two.

Words are compared folded (`app.language.words.fold`). A word keeps no memory of its list: the lists are
general English, and nothing here knows a field.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

# Letters that must be left of a word whose prefix is taken off.
MIN_PREFIXED = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists by name; what each holds is said in the file.

    opposites: word -> the words that it excludes. prefixes: pairs of which one turns the other round.
    numbers: words -> digits, factors ("twice") among them.
    """

    negations: frozenset[str]
    more: frozenset[str]
    less: frozenset[str]
    contrast_words: frozenset[str]
    contrasts: frozenset[str]
    universals: frozenset[str]
    hedges: frozenset[str]
    reporting: frozenset[str]
    tentative: frozenset[str]
    imperatives: frozenset[str]
    opposites: dict[str, set[str]]
    prefixes: list[tuple[str, str]]
    numbers: dict[str, str]
    factors: dict[str, str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists that ship."""
    raw = resources.files("app.language").joinpath("data", "lexicon.toml").read_text("utf-8")
    read: dict[str, Any] = tomllib.loads(raw)
    opposites: dict[str, set[str]] = {}
    for left, right in (map(str.split, sides) for sides in read.pop("opposites")):
        for here, there in ((left, right), (right, left)):
            for word in here:
                opposites.setdefault(word, set()).update(there)
    prefixes = [pair for a, b in read.pop("prefixes") for pair in ((a, b), (b, a))]
    factors = read.pop("factors")
    numbers = read.pop("numbers") | factors
    lists = {name: frozenset(text.split()) for name, text in read.items()}
    return Lexicon(
        **lists, opposites=opposites, prefixes=prefixes, numbers=numbers, factors=factors
    )


def direction(word: str) -> int:
    """+1 for words of more, -1 for words of less, 0 otherwise."""
    return int(word in lexicon().more) - int(word in lexicon().less)


@lru_cache(maxsize=65536)
def opposite(a: str, b: str) -> bool:
    """Whether two folded words exclude each other, by the lists or by their prefixes."""
    if direction(a) * direction(b) < 0 or b in lexicon().opposites.get(a, ()):
        return True
    return any(
        a.startswith(x)
        and b.startswith(y)
        and a[len(x) :] == b[len(y) :]
        and len(a) - len(x) >= MIN_PREFIXED
        for x, y in lexicon().prefixes
    )
