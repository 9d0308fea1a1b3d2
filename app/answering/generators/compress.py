"""Shorter ways to say a sentence of a record, each a part of it, none of which says more.

For a small local model that chooses and shortens (see `gguf`): an opening such as "In this paper,"
goes, an added clause at the end goes, asides in brackets go. Nothing is added, moved or reworded,
and a clause that narrows the claim stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from app.language.words import LETTERS

# A sentence that breaks off says something from this length on, a whole one from this.
MIN_CUT_OFF_WORDS, MIN_WORDS = 9, 4
MAX_OPTIONS = 12

_OPENING = frozenset("here however moreover furthermore thus".split())
_IN_THIS = (["in", "this"], ["in", "the", "present"])
_ASIDE = re.compile(r"\s*\([^()]*\)")
# Where a clause begins that adds to the sentence without narrowing what was said before it.
_ADDS = re.compile(
    r",\s*(?=(?:which|where|who|suggesting|showing|revealing|including|such as)\b)|;\s+"
)
# Taking these away would make a claim wider than it was.
_NARROWS = frozenset("if unless except only but not provided without until".split())
_BOUNDS = ("at least", "at most")


def compressions(sentence: str) -> list[str]:
    """Ways to say a sentence, the fullest first; empty where it asks or says too little."""
    text = " ".join(sentence.split())
    if text.endswith("?"):
        return []
    found = dict.fromkeys(
        _finish(part) for start in _starts(text) for end in _ends(start) for part in _asides(end)
    )
    return [option for option in found if _says_something(option)][:MAX_OPTIONS]


def _says_something(option: str) -> bool:
    least = MIN_CUT_OFF_WORDS if option.endswith("…") else MIN_WORDS
    return len(option.split()) >= least


def _starts(text: str) -> Iterator[str]:
    yield text
    opening, _, rest = text.partition(", ")
    *before, last = opening.lower().split() or [""]
    yield rest if before in _IN_THIS or (not before and last in _OPENING) else text


def _ends(text: str) -> Iterator[str]:
    """The text whole, or up to where an additional clause begins."""
    yield text
    for match in _ADDS.finditer(text):
        left = text[: match.start()]
        if not _narrows(text[match.end() :]) and left.count("(") == left.count(")"):
            yield left


def _narrows(end: str) -> bool:
    said = LETTERS.findall(end.lower())
    pairs = map(" ".join, pairwise(said))
    return not _NARROWS.isdisjoint(said) or any(pair in _BOUNDS for pair in pairs)


def _asides(text: str) -> Iterator[str]:
    yield text
    yield _ASIDE.sub("", text)


def _finish(text: str) -> str:
    """A capital in front, a closing mark at the end."""
    told = text.strip(" ,;:-–—")
    return told[:1].upper() + told[1:] + ("" if told.endswith((".", "!", "…", "”", ")")) else ".")
