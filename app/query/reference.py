"""How a question leans on the turns before it, learned from examples (`tests/training/`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from app.language.text_classifier import shipped, tokens
from app.query.words import has_anaphor

if TYPE_CHECKING:
    from app.language.text_classifier import Array

# Stands alone; asks for more of the same answer; points at one paper or idea, at several, at one by
# its place; sets against; asks for similar ones; leaves its verb out; narrows down; asks why.
Kind = Literal[
    "standalone",
    "more",
    "refers_one",
    "refers_set",
    "ordinal",
    "contrast",
    "similar",
    "ellipsis",
    "restrict",
    "why",
]
# So probable must it be that a question stands alone, and so if it holds a word that may lean back.
MIN_STANDALONE, MIN_WITH_ANAPHOR = 0.5, 0.75
# A way of leaning back that is less probable is not acted on.
MIN_KIND = 0.4
_PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINALS = {word: place for place, word in enumerate(_PLACES.split())}
_ORDINALS |= {"former": 0, "latter": -1, "last": -1}
_CARDINALS = {"one": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5}
_PLACE = re.compile(
    rf"\b({'|'.join(_ORDINALS)})\b|\b(\d\d?)(?:st|nd|rd|th)\b"
    rf"|(?:\b(?:number|no\.?|nr\.?|paper|item|result)\s*|#|\[)(\d\d?|{'|'.join(_CARDINALS)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """kind: how the question leans back. places: which of the papers shown it names, from 0; -1 last."""

    kind: Kind
    places: tuple[int, ...] = ()

    @property
    def depends(self) -> bool:
        """Whether it needs the turns before."""
        return self.kind != "standalone"


def reference_of(text: str, vector: Array, before: Array) -> Reference:
    """Reads a question. vector, before: (384,) of it and of the question before it."""
    classifier = shipped("app.query", "reference")
    found = classifier.probabilities(text, vector, context_features(text, vector, before))
    leaning = has_anaphor(text)
    if found.pop("standalone") >= (MIN_WITH_ANAPHOR if leaning else MIN_STANDALONE):
        return Reference("standalone")
    kind = max(found, key=lambda kind: found[kind])
    if found[kind] < MIN_KIND:
        kind = "refers_one" if leaning else "ellipsis"
    return Reference(cast("Kind", kind), tuple(map(_place, _PLACE.finditer(text))))


def context_features(text: str, vector: Array, before: Array) -> list[float]:
    """Similarity to the question before, and how short this one is."""
    length = max(len(tokens(text)), 1)
    return [2.0 * float(vector @ before), 2.0 / length, float(np.log(length))]


def _place(match: re.Match[str]) -> int:
    word, digits, numbered = (group.lower() if group else "" for group in match.groups())
    if word:
        return _ORDINALS[word]
    number = digits or numbered
    return (int(number) if number.isdigit() else _CARDINALS[number]) - 1
