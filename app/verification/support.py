"""Finds the evidence in one record that supports a claim best.

Single sentences are tried first; neighbours, and the title with a sentence, only where none passes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.language.words import Word
from app.passages import Passage
from app.verification.alignment import COVERAGE_FEATURES, Alignment
from app.verification.contradictions import DENIALS, contradictions
from app.verification.encoded import Encoded, encode_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.paper import Paper

# A longer record than this gives only its sentences nearest to the claim as evidence.
MAX_SENTENCES = 6


@dataclass(frozen=True)
class CoverageModel:
    """Logistic regression over the standardised COVERAGE_FEATURES: does the evidence say the claim?

    mean, scale, weights: (4,). threshold: the probability from which on it speaks for support.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def probability(self, coverage: Sequence[float]) -> float:
        """That evidence of this coverage says what the claim says."""
        score = (np.array(coverage) - self.mean) / self.scale @ self.weights + self.bias
        return float(1.0 / (1.0 + np.exp(-score)))


@lru_cache(maxsize=1)
def coverage_model() -> CoverageModel:
    """The weights that ship; `python -m tests.training.train_verifier` makes them."""
    file = resources.files("app.verification").joinpath("data", "verifier.json")
    stored = json.loads(file.read_text("utf-8"))
    if tuple(stored["features"]) != COVERAGE_FEATURES:
        raise ValueError("data/verifier.json was trained for other features")
    mean, scale, weights = (np.array(stored[name]) for name in ("mean", "scale", "weights"))
    return CoverageModel(mean, scale, weights, stored["bias"], stored["threshold"])


@dataclass(frozen=True)
class EvidenceMatch:
    """A claim beside one or more sentences of a record.

    passages: where they stand. record_words: those of the whole record. score: the probability that they
    say it. inherited: contradictions by one of the sentences alone.
    """

    passages: tuple[Passage, ...]
    alignment: Alignment
    record_words: Sequence[Word]
    score: float
    inherited: tuple[str, ...] = ()

    @cached_property
    def contradictions(self) -> tuple[str, ...]:
        """Names of the checks that speak against the claim."""
        found = contradictions(self.alignment, self.record_words)
        return tuple(dict.fromkeys((*found, *self.inherited)))

    @cached_property
    def covers(self) -> bool:
        """Whether the words of the claim are there, whatever speaks against it."""
        return self.score >= coverage_model().threshold

    @cached_property
    def rank(self) -> tuple[bool, float]:
        """Whether it supports the claim, then its score: the order of matches."""
        return self.covers and not self.contradictions, self.score

    @property
    def supports(self) -> bool:
        """Whether the record says what the claim says."""
        return self.rank[0]


def best_match(claim: Encoded, record: Paper) -> EvidenceMatch:
    """The best evidence for a claim in a record of at least one sentence."""
    sentences = encode_sentences(record.text)
    record_words = [word for _, sentence in sentences for word in sentence.words]
    near = _nearest(claim, [sentence for _, sentence in sentences])
    alignments = {i: Alignment.of(claim, sentences[i][1]) for i in near}

    def match(
        alignment: Alignment, positions: Sequence[int], inherited: tuple[str, ...] = ()
    ) -> EvidenceMatch:
        score = round(coverage_model().probability(alignment.coverage()), 4)
        passages = tuple(Passage(record, *sentences[i][0], score) for i in positions)
        return EvidenceMatch(passages, alignment, record_words, score, inherited)

    singles = {i: match(alignments[i], [i]) for i in near}
    closest = max(singles.values(), key=lambda single: single.score)
    best = max(singles.values(), key=lambda single: single.rank)
    if best.supports and not DENIALS & set(closest.contradictions):
        return best
    matches = [closest]
    for i, j in [(i, j) for i, j in pairwise(near) if j == i + 1 and i > 0] + [
        (0, i) for i in near if i > 0
    ]:
        # What the closest sentence denies, no other one and no neighbour makes true.
        denied = tuple(
            name
            for single in (singles[i], singles[j])
            if single.covers
            for name in single.contradictions
            if name in DENIALS
        )
        matches.append(match(alignments[i].joined(alignments[j]), (i, j), denied))
    best = max(matches, key=lambda one: one.rank)
    return best if best.score >= closest.score else closest


def _nearest(claim: Encoded, sentences: Sequence[Encoded]) -> list[int]:
    """Positions of the title and of the sentences closest to the claim, in the record's order."""
    cosines = [float(claim.vector @ sentence.vector) for sentence in sentences]
    ranked = sorted(range(1, len(sentences)), key=lambda i: -cosines[i])
    return [0, *sorted(ranked[:MAX_SENTENCES])]
