"""What the refusal decision measures: is this what the records are about, and do they hold it?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.answering.answerability.attributes import asked_for, held
from app.language.words import Word, stem
from app.verification.alignment import Encoded, encoded

if TYPE_CHECKING:
    from app.retrieval import Hit
    from ingest.paper import Paper

# Records in which a detail is looked for. Only the first is read word by word: three gave the same
# figures (AUROC .996 against .995 in cross-validation) at three times the encoding.
READ = 3
# Beyond so many characters a record's text adds reading time, not evidence.
READ_CHARACTERS = 600
MIN_ACRONYM = 2
SAME_WORD = 0.9
# How much a name counts that no record contains. A capitalised word may be a common one ("English").
CODE, WORD = 1.0, 0.5

_WORD = re.compile(r"[^\W_]+")

# Words by which a question speaks of asking and of the list; they need no match in a record.
_CARRIER_WORDS = (
    "say tell know learn list look give explain think make get go come really kind type sort "
    "thing "
    "example instance someone anyone people please there here answer ask talk speak deal summarise "
    "summarize sum describe outline overview compare contrast difference detail main point key"
)
_CARRIERS = frozenset(stem(word) for word in _CARRIER_WORDS.split())

FEATURES = ("cosine", "maxsim", "weakest", "length", "names", "absent")


def features(question: str, hits: Sequence[Hit]) -> list[float]:
    """One row in the order of FEATURES; `hits` best first, at least one.

    cosine, maxsim: the best of any hit. weakest: similarity of the question's content word that the
    first record supports least. length: log of the number of content words, since cosines
    fall with it. names: whether a name, acronym or code of the question is in no hit.
    absent: 1 if a type of detail is asked for that none of the first records holds.
    """
    asked = _read(question)
    rows = _core(asked)
    papers = [hit.paper for hit in hits]
    return [
        max(hit.signals.get("cosine", 0.0) for hit in hits),
        max(hit.signals.get("maxsim", 0.0) for hit in hits),
        _weakest(asked, rows, papers[0]),
        math.log(max(len(rows), 1)),
        _missing_names([asked.words[row] for row in rows], papers),
        float(lacking(question, papers) != ""),
    ]


def lacking(question: str, papers: Sequence[Paper]) -> str:
    """The details that the question asks for, if none of the first records holds any, else ""."""
    attributes = asked_for(question)
    if any(held(attribute, papers[:READ]) for attribute in attributes):
        return ""
    return " or ".join(attribute.label for attribute in attributes)


@lru_cache(maxsize=512)
def _read(text: str) -> Encoded:
    from ingest.index.encoder import shared_encoder

    return encoded(text, 0, shared_encoder().encode_tokens([text])[0])


def _core(question: Encoded) -> list[int]:
    """Positions of the words that must be found somewhere."""
    telling = [row for row in question.rows if question.words[row].stem not in _CARRIERS]
    return telling or question.rows


def _weakest(question: Encoded, rows: list[int], paper: Paper) -> float:
    """Similarity of the question's content word that the record supports least."""
    record = _read(paper.text[:READ_CHARACTERS])
    if not rows or not record.words:
        return 0.0
    best = (question.vectors[rows] @ record.vectors.T).max(axis=1)
    exact = np.array([question.words[row].stem in record.stems for row in rows])
    # The same word in another sentence has a cosine of .6 to .95.
    return float(np.where(exact, np.maximum(best, SAME_WORD), best).min())


def _missing_names(core: Sequence[Word], papers: Sequence[Paper]) -> float:
    """The strongest name that is not in any record: 1 for a code or an acronym, less for a word."""
    named = [word for word in core if word.name and not word.number and len(word.text) > 1]
    if not named:
        return 0.0
    found = _WORD.findall(" ".join(paper.text for paper in papers))
    stems = {stem(word.lower()) for word in found}
    initials = "".join(word[0] for word in found).lower()
    missing = [word.text for word in named if not _known(word, stems, initials)]
    return max((CODE if _is_code(text) else WORD for text in missing), default=0.0)


def _is_code(text: str) -> bool:
    return any(c.isdigit() for c in text) or sum(c.isupper() for c in text) > 1


def _known(word: Word, stems: set[str], initials: str) -> bool:
    """In the text as it stands, or, for an acronym, as the initials of successive words."""
    if word.stem in stems or word.lower in stems:
        return True
    letters = word.text.rstrip("s")
    return len(letters) > MIN_ACRONYM and letters.isupper() and letters.lower() in initials
