"""First stage: exact dense and BM25 scores of every paper, fused by z-scores.

Scores are fused, not ranks: how far a paper leads is what ranks throw away. Each signal is
standardised over the papers that may be shown (Montague & Aslam 2001), then summed with a weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.snapshot import Index

# Weight of BM25 beside cosine 1: the figures are flat from .4 to .7.
BM25_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Raw signals of n papers. rows: (n,) their rows; cosine, bm25: (n,) float32."""

    rows: NDArray[np.intp]
    cosine: NDArray[np.float32]
    bm25: NDArray[np.float32]

    def take(self, chosen: NDArray[np.intp]) -> FirstStage:
        """The signals at some positions."""
        return FirstStage(self.rows[chosen], self.cosine[chosen], self.bm25[chosen])


class PaperScorer:
    """Scores all papers of a corpus for one query."""

    def __init__(self, corpus: Index) -> None:
        self._corpus = corpus

    def score(
        self,
        vector: NDArray[np.float32],
        texts: Mapping[str, float],
        *,
        mask: NDArray[np.bool_] | None = None,
        tolerant: bool = True,
    ) -> FirstStage:
        """Cosine and BM25 of each paper, that of its best chunk.

        vector: (d,) unit query vector. texts: what is asked for, each with its weight. mask: (P,) papers
        to score. tolerant: forgive spelling.
        """
        lexical = self._corpus.lexical
        read = lexical.tolerant_scores if tolerant else lexical.scores
        words = np.sum([weight * read(text) for text, weight in texts.items()], axis=0)
        # The product runs over all vectors: a masked copy of the matrix would cost more.
        cosine = self._by_paper(np.asarray(self._corpus.vectors @ vector, dtype=np.float32))
        bm25 = self._by_paper(words)
        rows = np.arange(len(cosine)) if mask is None else np.flatnonzero(mask)
        return FirstStage(rows, cosine[rows], bm25[rows])

    def _by_paper(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Best score of each paper; scores of papers are left as they are."""
        if len(scores) == len(self._chunk_starts):
            return scores
        return np.maximum.reduceat(scores, self._chunk_starts).astype(np.float32)

    @cached_property
    def _chunk_starts(self) -> NDArray[np.intp]:
        return np.flatnonzero(np.diff(self._corpus.chunk_paper, prepend=-1))


def standardised(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """z-scores, (n,) float64; all 0 where nothing differs."""
    centred = scores.astype(np.float64) - scores.mean(dtype=np.float64)
    spread = centred.std()
    return centred / spread if spread > 1e-9 else np.zeros_like(centred)


def fuse(stage: FirstStage) -> NDArray[np.float64]:
    """Weighted sum of both signals' z-scores, (n,)."""
    if len(stage.rows) == 0:
        return np.zeros(0)
    return standardised(stage.cosine) + BM25_WEIGHT * standardised(stage.bm25)


def best_first(scores: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Positions of the k highest scores, best first; ties in row order."""
    if k < len(scores):
        edge = np.partition(scores, len(scores) - k)[len(scores) - k]
        candidates = np.flatnonzero(scores >= edge)
    else:
        candidates = np.arange(len(scores))
    order = np.argsort(-scores[candidates], kind="stable")
    return candidates[order][:k]
