"""What every guard looks at: a claim aligned with a piece of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.language.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim beside the evidence it is checked against.

    claim, evidence: their words. sims: (claim words, evidence words) cosines. best, weights: how
    well each of the claim's words is matched, and what it weighs. rows: the claim's content words.
    context: words of the whole record. sentences: the evidence's words, sentence by sentence.
    question: whether the evidence asks. ends: whether the claim has a closing mark.
    """

    claim: Sequence[Word]
    evidence: Sequence[Word]
    sims: NDArray[np.float32]
    best: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: Sequence[int]
    context: Sequence[Word]
    sentences: Sequence[Sequence[Word]]
    question: bool = False
    ends: bool = True

    def matches(self, row: int) -> list[int]:
        """Positions in the evidence with the same stem as claim word `row`."""
        stem = self.claim[row].stem
        return [j for j, word in enumerate(self.evidence) if word.stem == stem]
