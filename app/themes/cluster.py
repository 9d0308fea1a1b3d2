"""Papers into themes: consensus clustering, for five papers as for two hundred thousand.

Method: k-means runs over three views of the list vote on which papers belong together
(app.themes.consensus), and average linkage cuts the votes into themes. In lists longer than
LANDMARKS the votes are taken among a fixed sample, and every other paper joins the theme of its
nearest neighbours in the sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.themes.consensus import coassociation
from app.themes.views import Views

# Themes expected in a list of n papers: 1.25 sqrt(n), the count at which a theme and the list of
# themes are about equally long to read, held at MOST_EXPECTED; sub-themes part what is larger.
PER_ROOT = 1.1
MOST_EXPECTED = 18.0
FEWEST, MOST = 0.8, 1.35
LANDMARKS = 1500
VOTERS = 10
BLOCK = 2048
# How much more another theme must draw a paper than its earlier one before it moves.
HOLD = 0.15


@dataclass(frozen=True, slots=True)
class Clustering:
    """Which theme each paper is in.

    labels: (n,) theme of each paper, 0 the largest. affinity: (n, themes) how strongly each paper
    belongs to each, 0 to 1: the mean share of runs in which it met the theme's papers.
    """

    labels: NDArray[np.intp]
    affinity: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of themes."""
        return int(self.affinity.shape[1])

    def runner_up(self, row: int) -> int:
        """The next best theme of a paper; its own where there is only one."""
        rest = self.affinity[row].copy()
        rest[self.labels[row]] = -1.0
        return int(rest.argmax())


def cluster(
    views: Views,
    keys: Sequence[str],
    count: int | None = None,
    earlier: NDArray[np.intp] | None = None,
) -> Clustering:
    """Themes of a list.

    keys: one stable id a paper. count: the number of themes wanted; without it, `choose_count`
    decides. earlier: (n,) themes of an earlier map to carry on, -1 for a new paper.
    """
    if len(keys) < 2 or count == 1:
        return Clustering(np.zeros(len(keys), np.intp), np.ones((len(keys), 1)))
    sample = _landmarks(keys)
    expected = expected_count(len(keys))
    votes = coassociation(
        views.points(sample), [keys[row] for row in sample], max(expected, count or 0)
    )
    known = None if earlier is None else earlier[sample]
    labels = _part(votes, count, len(keys)) if known is None else _carry_on(votes, known)
    affinity = _affinity(votes, labels)
    if len(sample) < len(keys):
        return _extend(views, sample, labels, affinity)
    return _by_size(labels, affinity)


def _part(votes: NDArray[np.float64], count: int | None, papers: int) -> NDArray[np.intp]:
    tree = _tree(votes)
    if count is None:
        count = choose_count(votes, tree, *candidate_counts(papers))
    return _cut(tree, min(count, len(votes)))


def _carry_on(votes: NDArray[np.float64], earlier: NDArray[np.intp]) -> NDArray[np.intp]:
    """Earlier themes; new papers join, and a known one leaves if another suits it clearly more."""
    affinity = _affinity(votes, earlier)
    best = affinity.argmax(axis=1)
    rows = np.arange(len(votes))
    better = affinity[rows, best] > affinity[rows, earlier] + HOLD
    return np.asarray(np.where((earlier < 0) | better, best, earlier), dtype=np.intp)


def expected_count(papers: int) -> float:
    """Themes expected in a list of so many papers."""
    return float(min(PER_ROOT * papers**0.5, MOST_EXPECTED))


def candidate_counts(papers: int) -> tuple[int, int]:
    """Fewest and most themes that are considered for a list of so many papers."""
    expected = expected_count(papers)
    low = max(2, round(FEWEST * expected))
    return min(low, papers), min(max(low, round(MOST * expected)), papers)


def choose_count(votes: NDArray[np.float64], tree: NDArray[np.float64], low: int, high: int) -> int:
    """The number of themes with the highest mean silhouette (Rousseeuw 1987) on the votes."""
    values = [(silhouette(votes, _cut(tree, count)), -count) for count in range(low, high + 1)]
    return -max(values)[1]


def silhouette(votes: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Mean silhouette under the distance 1 - votes; papers alone in a theme count as 0."""
    sizes = np.bincount(labels)
    member = np.eye(len(sizes))[labels]
    sums = (1.0 - votes) @ member
    rows = np.arange(len(labels))
    inside = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = sums / sizes
    others[rows, labels] = np.inf
    outside = others.min(axis=1)
    values = (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12)
    return float(np.where(sizes[labels] > 1, values, 0.0).mean())


def _landmarks(keys: Sequence[str]) -> NDArray[np.intp]:
    """Rows of the papers whose hashed keys are lowest: the same ones when others come and go."""
    if len(keys) <= LANDMARKS:
        return np.arange(len(keys), dtype=np.intp)
    hashed = [hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest() for key in keys]
    order = sorted(range(len(keys)), key=lambda row: (hashed[row], row))
    return np.array(sorted(order[:LANDMARKS]), dtype=np.intp)


def _tree(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distances = 1.0 - votes
    np.fill_diagonal(distances, 0.0)
    tree: NDArray[np.float64] = linkage(squareform(distances, checks=False), "average")
    return tree


def _cut(tree: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    from scipy.cluster.hierarchy import cut_tree

    return np.asarray(cut_tree(tree, n_clusters=[count])[:, 0], dtype=np.intp)


def _affinity(votes: NDArray[np.float64], labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n, themes) mean votes with each theme's papers, a paper's vote with itself left out.

    A label of -1 is no theme.
    """
    member = np.eye(labels.max() + 1)[labels] * (labels >= 0)[:, None]
    sums = votes @ member - member
    return np.asarray(sums / np.maximum(member.sum(axis=0) - member, 1.0))


def _extend(
    views: Views, sample: NDArray[np.intp], labels: NDArray[np.intp], affinity: NDArray[np.float64]
) -> Clustering:
    """Every paper's theme from its nearest sampled papers, weighted by squared similarity."""
    total = len(views.meaning)
    everyone = np.empty((total, affinity.shape[1]))
    for start in range(0, total, BLOCK):
        rows = np.arange(start, min(start + BLOCK, total))
        near = views.similarity(rows, sample)
        voters = np.argsort(-near, axis=1, kind="stable")[:, :VOTERS]
        weights = np.maximum(np.take_along_axis(near, voters, 1), 1e-6) ** 2
        weights /= weights.sum(axis=1, keepdims=True)
        everyone[rows] = np.einsum("ij,ijk->ik", weights, affinity[voters])
    assigned = np.asarray(everyone.argmax(axis=1), dtype=np.intp)
    everyone[sample] = affinity
    assigned[sample] = labels
    return _by_size(assigned, everyone)


def _by_size(labels: NDArray[np.intp], affinity: NDArray[np.float64]) -> Clustering:
    """Themes renumbered, the largest first; ties by their first paper."""
    sizes = np.bincount(labels, minlength=affinity.shape[1])
    first = [int(np.argmax(labels == theme)) for theme in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda theme: (-sizes[theme], first[theme]))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return Clustering(rank[labels], affinity[:, order])
