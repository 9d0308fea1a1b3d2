"""What the refusal decision measures: is this what the records are about, and do they hold it?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.answering.refusal_attributes import asked_for, held
from app.answering.alignment import Encoded, encoded
from app.answering.words import Word, stem

if TYPE_CHECKING:
    from app.retrieval import Hit
    from ingest.paper import Paper

# Records that are read word by word, and records in which a name or a detail is looked for.
READ = 3
# Beyond so many characters a record's text adds reading time, not evidence.
READ_CHARACTERS = 600
MIN_ACRONYM = 2
SAME_WORD = 0.9

_WORD = re.compile(r"[^\W_]+")

# Words by which a question speaks of asking and of the list; they need no match in a record.
_CARRIERS = frozenset(
    stem(word)
    for word in (
        "say tell know learn list look give explain think make get go come really kind type sort "
        "thing example instance someone anyone people please there here answer ask"
    ).split()
)

FEATURES = ("cosine", "maxsim", "weakest", "length", "names", "absent")


def features(question: str, hits: Sequence[Hit]) -> list[float]:
    """One row in the order of FEATURES; `hits` best first, at least one.

    cosine, maxsim: the best of any hit. weakest: similarity of the question's content word that the
    best-matching record supports least. length: log of the number of content words, since cosines
    fall with it. names: share of the question's names, acronyms and codes that no hit contains.
    absent: 1 if a type of detail is asked for that none of the first records holds.
    """
    asked = _read(question)
    rows = _core(asked)
    papers = [hit.paper for hit in hits]
    return [
        max(hit.signals.get("cosine", 0.0) for hit in hits),
        max(hit.signals.get("maxsim", 0.0) for hit in hits),
        max((_weakest(asked, rows, paper) for paper in papers[:READ]), key=lambda pair: pair[0])[1],
        math.log(max(len(rows), 1)),
        _missing_names([asked.words[row] for row in rows], papers),
        float(lacking(question, papers) != ""),
    ]


def lacking(question: str, papers: Sequence[Paper]) -> str:
    """The label of a detail that the question asks for and none of the first records holds, or ""."""
    attributes = asked_for(question)
    if not attributes or any(held(attribute, papers[:READ]) for attribute in attributes):
        return ""
    return attributes[0].label


@lru_cache(maxsize=512)
def _read(text: str) -> Encoded:
    from ingest.encoder import shared_encoder

    return encoded(text, 0, shared_encoder().encode_tokens([text])[0])


def _core(question: Encoded) -> list[int]:
    """Positions of the words that must be found somewhere."""
    telling = [row for row in question.rows if question.words[row].stem not in _CARRIERS]
    return telling or question.rows


def _weakest(question: Encoded, rows: list[int], paper: Paper) -> tuple[float, float]:
    """(weighted coverage, similarity of the worst word) of a question in a record."""
    record = _read(paper.text[:READ_CHARACTERS])
    if not rows or not record.words:
        return 0.0, 0.0
    best = (question.vectors[rows] @ record.vectors.T).max(axis=1)
    exact = np.array([question.words[row].stem in record.stems for row in rows])
    # The same word in another sentence has a cosine of .6 to .95.
    best = np.where(exact, np.maximum(best, SAME_WORD), best)
    weights = question.weights[rows]
    return float(best @ weights / max(float(weights.sum()), 1e-6)), float(best.min())


def _missing_names(core: Sequence[Word], papers: Sequence[Paper]) -> float:
    named = [word for word in core if word.name and not word.number]
    if not named:
        return 0.0
    text = " ".join(paper.text for paper in papers)
    stems = {stem(found.lower()) for found in _words(text)}
    initials = "".join(found[0] for found in _words(text)).lower()
    return sum(not _known(word, stems, initials) for word in named) / len(named)


def _known(word: Word, stems: set[str], initials: str) -> bool:
    """In the text as it stands, or, for an acronym, as the initials of successive words."""
    if word.stem in stems or word.lower in stems:
        return True
    letters = word.text.rstrip("s")
    return len(letters) > MIN_ACRONYM and letters.isupper() and letters.lower() in initials


def _words(text: str) -> list[str]:
    return _WORD.findall(text)
