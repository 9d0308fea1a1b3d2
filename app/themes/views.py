"""The three views of a list that its themes are found in: meaning, words, and both together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# How much a shared word counts beside a shared meaning in the joint view.
LEXICAL_WEIGHT = 0.7
# Each paper moves this far towards the mean of its nearest neighbours.
NEIGHBOURS = 5
SMOOTHING = 0.45
# Points keep at most so many principal directions: what lies below is noise, and costs time.
MAX_DIRECTIONS = 128


@dataclass(frozen=True, slots=True)
class Views:
    """Rows of all papers: meaning (n, d) centred unit vectors; words (n, terms) sparse tf-idf."""

    meaning: NDArray[np.float32]
    words: csr_array

    def similarity(self, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.float32]:
        """(rows, others) joint similarity: cosine of meaning and of words, weighted."""
        dense = self.meaning[rows] @ self.meaning[others].T
        lexical = (self.words[rows] @ self.words[others].T).toarray()
        squared = LEXICAL_WEIGHT**2
        joint: NDArray[np.float32] = (dense + squared * lexical) / np.float32(1.0 + squared)
        return joint

    def points(self, rows: NDArray[np.intp]) -> list[NDArray[np.float32]]:
        """Smoothed Euclidean points of the rows, one array a view, for clustering."""
        dense = (self.meaning[rows] @ self.meaning[rows].T).astype(np.float64)
        lexical = (self.words[rows] @ self.words[rows].T).toarray().astype(np.float64)
        joint = dense + LEXICAL_WEIGHT**2 * lexical
        return [_embed(_smooth(_normalise(gram))) for gram in (dense, lexical, joint)]


def make_views(vectors: NDArray[np.float32], words: csr_array) -> Views:
    """Views of a list. vectors: (n, d) unit rows; words: (n, terms) tf-idf rows.

    The mean vector is taken away first: what all papers of a list share tells none apart, and it
    dominates the cosine of papers of one field (Mu & Viswanath 2018).
    """
    centred = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    return Views(centred / np.maximum(norms, np.float32(1e-9)), words)


def mean_of_nearest(
    near: NDArray[np.floating], values: NDArray[np.float64], most: int, least: float, power: int
) -> NDArray[np.float64]:
    """(rows, d) mean of the values of each row's nearest others, weighted by similarity ** power.

    near: (rows, others) similarities; smaller ones count as `least`. values: (others, d).
    """
    nearest = np.argsort(-near, axis=1, kind="stable")[:, :most]
    weights = np.maximum(np.take_along_axis(near, nearest, 1), least) ** power
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("ij,ijk->ik", weights, values[nearest]))


def _normalise(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inner products -> cosines; a paper with nothing in this view is like itself alone."""
    lengths = np.sqrt(np.maximum(np.diag(gram), 1e-12))
    cosines: NDArray[np.float64] = gram / np.outer(lengths, lengths)
    np.fill_diagonal(cosines, 1.0)
    return cosines


def _smooth(gram: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inner products after each point moved towards its nearest neighbours.

    One step of low-pass filtering on the neighbour graph (Zhang et al. 2019, adaptive graph
    convolution): short records carry too few words each, and neighbours lend them theirs.
    """
    count = len(gram)
    near = min(NEIGHBOURS, count - 1)
    if near < 1:
        return gram
    others = gram - 2.0 * np.eye(count)
    nearest = np.argsort(-others, axis=1, kind="stable")[:, :near]
    weights = np.zeros_like(gram)
    np.put_along_axis(
        weights, nearest, np.maximum(np.take_along_axis(others, nearest, 1), 0.0), axis=1
    )
    sums = weights.sum(axis=1, keepdims=True)
    step = SMOOTHING * np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    step += np.diag(1.0 - step.sum(axis=1))
    return _normalise(step @ gram @ step.T)


def _embed(gram: NDArray[np.float64]) -> NDArray[np.float32]:
    """Points with these inner products (classical scaling), the strongest directions first."""
    from scipy.linalg import eigh

    count = len(gram)
    values, directions = eigh(gram, subset_by_index=[max(0, count - MAX_DIRECTIONS), count - 1])
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > 1e-9 * max(values[-1], 1e-12)]
    points: NDArray[np.float32] = (directions[:, order] * np.sqrt(values[order])).astype(np.float32)
    return points
