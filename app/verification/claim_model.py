"""Reads a whole record for or against a claim: support, contradict or not enough information.

Two steps, as in rationale selection (Wadden et al. 2020, "SciFact"): a selector weighs the record's
sentences as evidence, a classifier reads the features of the best ones pooled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.language.logistic import Logistic
from app.verification.alignment import Alignment
from app.verification.features import coverage_features, polarity_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LABELS = ("SUPPORT", "CONTRADICT", "NOT_ENOUGH_INFO")
# How sharply the pooled mean follows the selector.
POOL_SHARPNESS = 4.0


def sentence_matrix(alignments: Sequence[Alignment]) -> Array:
    """(n, f): what is seen of a claim beside each sentence of a record, title first."""
    last = max(len(alignments) - 1, 1)
    rows = []
    for position, alignment in enumerate(alignments):
        claim, sentence = alignment.claim, alignment.evidence
        numbers = {word.number for word in sentence.words}
        missing = sum(bool(w.number) and w.number not in numbers for w in claim.words)
        rows.append(
            coverage_features(alignment)
            + polarity_features(alignment)
            + [
                float(missing),
                position / last,
                float(position == len(alignments) - 1),
                float(position == 0),
                float(np.log1p(len(sentence.words))),
            ]
        )
    return np.array(rows, dtype=np.float64)


def pooled(matrix: Array, selected: Array) -> Array:
    """(n, f) sentence features and (n,) selector probabilities -> the record's feature vector."""
    order = np.argsort(-selected, kind="stable")
    second = order[min(1, len(order) - 1)]
    weights = np.exp(POOL_SHARPNESS * (selected - selected.max()))
    return np.concatenate(
        [
            matrix[order[0]],
            matrix[second],
            weights / weights.sum() @ matrix,
            matrix.max(axis=0),
            [selected[order[0]], selected[second], selected.mean(), len(matrix)],
        ]
    )


@dataclass(frozen=True)
class ClaimModel:
    """Selector and classifier with their trained weights."""

    selector: Logistic
    classifier: Logistic

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> ClaimModel:
        """From the "claims" part of the weights."""
        return cls(Logistic.from_json(fields["selector"]), Logistic.from_json(fields["classifier"]))

    def probabilities(self, alignments: Sequence[Alignment]) -> Array:
        """(3,) in the order of LABELS, for one record."""
        return self.read(sentence_matrix(alignments))

    def read(self, matrix: Array) -> Array:
        """(3,) from the record's sentence features."""
        selected = self.selector.probabilities(matrix)[:, 0]
        found: Array = self.classifier.probabilities(pooled(matrix, selected)[None])[0]
        return found
