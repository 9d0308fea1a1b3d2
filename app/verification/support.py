"""Finds the evidence in one record that supports a claim best.

Single sentences are tried first; neighbours, and the title with a sentence, only where none passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.language.logistic import Logistic
from app.language.words import Word
from app.verification.alignment import Alignment, Encoded, joined
from app.verification.features import support_features
from app.verification.guards import DENIALS, vetoes

# A longer record than this gives only its sentences nearest to the claim as evidence.
MAX_SENTENCES = 6


@dataclass(frozen=True)
class Finding:
    """Evidence in a record: whether it passes, how well it covers the claim, and what objects.

    parts: the sentences it is made of.
    """

    passes: bool
    score: float
    objections: tuple[str, ...]
    parts: tuple[Encoded, ...]

    @property
    def rank(self) -> tuple[bool, float]:
        """Order of findings: passing ones first, then by score."""
        return (self.passes, self.score)


class SupportModel:
    """The trained coverage model with its threshold, and the guards."""

    def __init__(self, coverage: Logistic, threshold: float) -> None:
        self._coverage = coverage
        self.threshold = threshold

    def best(self, alignments: Sequence[Alignment]) -> Finding:
        """The best evidence for a claim aligned with each sentence of a record, title first."""
        claim = alignments[0].claim
        context = [word for alignment in alignments for word in alignment.evidence.words]
        near = _nearest(alignments)
        singles = [
            self._finding(alignments[i], (alignments[i].evidence,), context, ()) for i in near
        ]
        # What the closest sentence denies, no other one and no neighbour makes true.
        denied = {
            i: tuple(o for o in finding.objections if o in DENIALS)
            for i, finding in zip(near, singles, strict=True)
            if finding.score >= self.threshold
        }
        closest = max(singles, key=lambda finding: finding.score)
        best = max(singles, key=lambda finding: finding.rank)
        if best.passes and not DENIALS & set(closest.objections):
            return best
        windows = [(i, j) for i, j in pairwise(near) if j == i + 1 and i > 0]
        windows += [(0, i) for i in near if i > 0]
        found = [closest]
        for window in windows:
            parts = tuple(alignments[i].evidence for i in window)
            inherited = tuple(o for i in window for o in denied.get(i, ()))
            found.append(self._finding(Alignment(claim, joined(parts)), parts, context, inherited))
        best = max(found, key=lambda finding: finding.rank)
        return best if best.score >= closest.score else closest

    def _finding(
        self,
        alignment: Alignment,
        parts: tuple[Encoded, ...],
        context: Sequence[Word],
        inherited: tuple[str, ...],
    ) -> Finding:
        features = np.array([support_features(alignment)])
        score = float(self._coverage.probabilities(features)[0, 0])
        objections = (*vetoes(alignment.pair(context, parts)), *inherited)
        return Finding(
            score >= self.threshold and not objections,
            round(score, 4),
            tuple(dict.fromkeys(objections)),
            parts,
        )


def _nearest(alignments: Sequence[Alignment]) -> list[int]:
    """Positions of the title and of the sentences closest to the claim, in the record's order."""
    cosines = [float(a.claim.vector @ a.evidence.vector) for a in alignments]
    ranked = sorted(range(1, len(alignments)), key=lambda i: -cosines[i])
    return [0, *sorted(ranked[:MAX_SENTENCES])]
