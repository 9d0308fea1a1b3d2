"""A phrase as a concept: its words in any inflection, hyphenated, joined or not, and its other names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from app.language.words import ALPHANUMERIC
from app.listing.query import AnyOf, Condition, Place, Text, joined
from app.listing.words import Fields
from ingest.text import STOP_WORDS, stem_words

# Other names of a phrase, such as what an abbreviation stands for.
Names = Callable[[str], Sequence[str]]

_GAP = r"[\s/‐-―-]*"
# "Chain of thought": a word that says nothing may stand between two that do.
_BETWEEN = rf"{_GAP}(?:\w{{1,4}}[\s/‐-―-]+)?"
# A word from this length on may be written in two ("auto-encoder").
COMPOUND = 7
# An abbreviation has more letters than this, and no vowel to be spoken as a word.
SHORT, _VOWELS = 2, frozenset("aeiouy")


def concept(phrase: str, names: Sequence[str], fields: Fields, place: Place) -> Condition:
    """A record has it where it has any of its names."""
    return joined(AnyOf, [_named(name, fields, place) for name in dict.fromkeys((phrase, *names))])


@lru_cache(maxsize=65536)
def keys(text: str) -> frozenset[str]:
    """By what two writings of a phrase are one: the stems of its words, and the stem of all in one."""
    words = _content(text)
    return frozenset(("".join(map(_stem, words)), _stem("".join(words))))


def _named(name: str, fields: Fields, place: Place) -> Text:
    wanted, words = keys(name), _content(name)
    if not words:
        return Text(rf"(?<!\w){re.escape(name)}(?!\w)", f'"{name}"', fields, place)
    body = _BETWEEN.join(map(_beginning, words))

    def accepts(found: str) -> bool:
        return not wanted.isdisjoint(keys(found))

    return Text(rf"(?<!\w){body}(?!\w)", f'"{name}"', fields, place, accepts)


def _beginning(word: str) -> str:
    """What all forms of a word begin with, and any ending."""
    shared = _stem(word)
    while not word.startswith(shared):
        shared = shared[:-1]
    return (_GAP if len(word) >= COMPOUND else "").join(map(re.escape, shared)) + r"\w*?"


def _content(text: str) -> list[str]:
    return [word for word in ALPHANUMERIC.findall(text.lower()) if word not in STOP_WORDS]


def _stem(word: str) -> str:
    """Snowball's, without the plural of an abbreviation ("LLMs") and a letter doubled ("grokking")."""
    stem = stem_words([word])[0]
    if stem.endswith("s") and len(stem) > SHORT and _VOWELS.isdisjoint(stem):
        stem = stem[:-1]
    return stem[:-1] if stem[-2:-1] == stem[-1:] else stem
