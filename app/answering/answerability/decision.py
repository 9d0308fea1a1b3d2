"""Whether the records answer a question: answered, closest, or declined, and what is missing.

A small classifier (`app.language.text_classifier`) over what the question asks for and how well the
best records cover it; learned from questions over a dozen reading lists (`tests/training/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.answering.answerability.features import (
    SIMILARITY,
    UNKNOWN,
    Coverage,
    evidence_features,
)
from app.language.foreign import is_foreign
from app.language.text_classifier import shipped
from app.query.words import telling_words
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from app.retrieval import Hit

Outcome = Literal["answered", "closest", "refused"]
# Probability from which the records are taken to answer, and from which the closest of them is
# quoted; chosen by cross-validation over whole lists.
MIN_ANSWERED, MIN_CLOSEST = 0.49, 0.38
# Below this similarity of the question's tokens to the records' the nearest papers are not worth
# naming.
MIN_NEAR = 0.45
OTHER_LANGUAGE = (
    "The records are compared in English; asked in English, this can be answered better."
)
# The encoder's vocabulary is ordered by frequency: the first so many words ("given") name no topic.
COMMON_WORDS = 15_000
# More unknown words than this say only that the question is put in other words.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question.

    probability: that the records answer. near: whether the first hits are worth naming as the
    nearest. missing: words of the question that stand in no record of the list. foreign: it is not
    in English.
    """

    outcome: Outcome
    probability: float
    near: bool = False
    missing: tuple[str, ...] = ()
    foreign: bool = False

    @property
    def answers(self) -> bool:
        """Whether the records say it."""
        return self.outcome == "answered"

    @property
    def reason(self) -> str:
        """What is missing, in a sentence; "" where that is not known.

        Never false: it was looked up.
        """
        if self.foreign:
            return OTHER_LANGUAGE
        if not 0 < len(self.missing) <= MOST_NAMED:
            return ""
        named = " or ".join(f"“{word}”" for word in self.missing)
        return f"No record mentions {named}."


def decide(question: str, hits: Sequence[Hit], coverage: Coverage) -> Decision:
    """Whether the records behind `hits` answer the question.

    Args:
        question: standalone, without injected orders.
        hits: best first; the first few are enough.
        coverage: what the list knows of the question's tokens and words.
    """
    if not hits or not any(map(str.isalpha, question)):
        return Decision("refused", 0.0)
    vector = shared_encoder().encode_tokens([question])[0].vector
    model = shipped("app.answering.answerability", "answerability")
    evidence = evidence_features(question, hits, coverage)
    found = model.probabilities(question, vector, evidence)
    probability = found["answerable"]
    near = evidence[SIMILARITY] >= MIN_NEAR
    strange = {word: coverage.strangeness(word) for word in telling_words(question)}
    missing = tuple(w for w, strangeness in strange.items() if strangeness == UNKNOWN and _says(w))
    if is_foreign(question):
        # Hardly covered word by word; names and cognates find the closest, and the reader judges.
        close = near or any(strangeness < UNKNOWN for strangeness in strange.values())
        return Decision("closest" if close else "refused", probability, near, missing, foreign=True)
    if probability >= MIN_ANSWERED:
        return Decision("answered", probability, near=True)
    outcome: Outcome = "closest" if probability >= MIN_CLOSEST else "refused"
    return Decision(outcome, probability, near, missing)


def _says(word: str) -> bool:
    """Whether a word is rare enough that its absence tells something."""
    place = shared_encoder().tokenizer.token_to_id(word.lower())
    return place is None or place >= COMMON_WORDS
