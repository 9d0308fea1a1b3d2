"""A claim's words aligned with the words of a piece of evidence.

By the cosine of their contextual vectors (greedy matching, each word of the claim with its closest word;
Zhang et al. 2020, "BERTScore"), next to exact stems and numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from app.language.words import Word
from app.verification.encoded import Encoded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

# The same word in another sentence has a cosine of .6 to .95. Words of one root ("stable", "stably")
# or of one direction ("hurts", "harms") count nearly as much if their vectors agree at all.
MIN_SAME_WORD = 0.9
MIN_KIN = 0.8
MIN_KIN_COSINE = 0.4
# Letters that two stems must share from the front to be of one root, and as a share of the longer one.
MIN_ROOT = 4
MIN_ROOT_SHARE = 0.7


@dataclass(frozen=True, eq=False)
class Alignment:
    """A claim of c words aligned with evidence of e words, one or more sentences of a record.

    cosines: (c, e). exact: (c,) whether the word itself stands in the evidence. best: (c,) similarity to
    its best match there.
    """

    claim: Encoded
    sentences: tuple[Encoded, ...]
    cosines: Vector
    exact: NDArray[np.bool_]
    best: Vector

    @classmethod
    def of(cls, claim: Encoded, sentence: Encoded) -> Alignment:
        """A claim aligned with one sentence."""
        cosines = claim.vectors @ sentence.vectors.T
        present = sentence.present
        exact = np.array(
            [w.stem in present or w.number in present for w in claim.words], dtype=bool
        )
        best = cosines.max(axis=1) if sentence.words else np.zeros(len(claim.words), np.float32)
        best = np.where(exact, np.maximum(best, MIN_SAME_WORD), best)
        for i in np.flatnonzero(~exact & (best > MIN_KIN_COSINE) & (best < MIN_KIN)):
            near = np.flatnonzero(cosines[i] > MIN_KIN_COSINE)
            if any(_are_kin(claim, int(i), sentence, int(j)) for j in near):
                best[i] = MIN_KIN
        return cls(claim, (sentence,), cosines, exact, best)

    def joined(self, other: Alignment) -> Alignment:
        """The same claim aligned with the sentences of both."""
        return Alignment(
            self.claim,
            (*self.sentences, *other.sentences),
            np.concatenate([self.cosines, other.cosines], axis=1),
            self.exact | other.exact,
            np.maximum(self.best, other.best),
        )

    @cached_property
    def words(self) -> Sequence[Word]:
        """The words of the evidence, a column of `cosines` each."""
        return [word for sentence in self.sentences for word in sentence.words]

    def places(self, row: int) -> list[int]:
        """Positions in the evidence with the same stem as claim word `row`."""
        stem = self.claim.words[row].stem
        return [j for j, word in enumerate(self.words) if word.stem == stem]

    def coverage(self) -> list[float]:
        """How much of the claim stands in the evidence, in the order of COVERAGE_FEATURES."""
        claim, rows = self.claim, self.claim.rows
        ordered = np.sort(self.best[rows])
        names = [i for i in rows if claim.words[i].name]
        loose = [i for i in rows if not self.exact[i]]
        return [
            float(ordered[0]),
            float(ordered[:2].mean()),
            float(self.exact[names].mean()) if names else 1.0,
            float(claim.weights[loose] @ (1.0 - self.best[loose])),
        ]


# What the decision on support looks at: similarity of the claim's worst and two worst matched words,
# share of its names that are in the evidence, summed weight of what is not matched. Similarity as a
# whole hardly moves when one word of many is exchanged.
COVERAGE_FEATURES = ("weakest", "weakest_two", "names", "unmatched")


def _are_kin(claim: Encoded, i: int, sentence: Encoded, j: int) -> bool:
    """Whether two words are of one direction, or their stems share most letters from the front."""
    sign = claim.directions[i]
    if sign and sentence.directions[j] == sign:
        return True
    a, b = claim.words[i].stem, sentence.words[j].stem
    root = ceil(max(MIN_ROOT, MIN_ROOT_SHARE * max(len(a), len(b))))
    return min(len(a), len(b)) >= root and a[:root] == b[:root]
