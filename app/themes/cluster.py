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
from app.themes.views import Views, mean_of_nearest

# A list of n papers gets about 1.2 sqrt(n) themes: then the list of themes and each theme are about
# equally long to read. What is larger than MOST_THEMES allows for is parted into sub-themes.
PER_ROOT = 1.2
MOST_THEMES = 20.0
LANDMARKS = 1000
# Runs of k-means a view in a short list; longer ones need fewer, since more papers vote.
RUNS, FEWEST_RUNS, SHORT_LIST = 512, 24, 75
VOTERS = 10
# A theme of fewer papers joins its nearest one, where the number of themes is ours to choose.
FEWEST_PAPERS = 3
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
    landmarks: int = LANDMARKS,
) -> Clustering:
    """Themes of a list.

    keys: one stable id a paper. count: the number of themes wanted, `expected_count` if None.
    earlier: (n,) themes of an earlier map to carry on, -1 for a new paper. landmarks: how many
    papers vote at most.
    """
    if len(keys) < 2 or count == 1:
        return Clustering(np.zeros(len(keys), np.intp), np.ones((len(keys), 1)))
    sample = _landmarks(keys, landmarks)
    wanted = min(count or round(expected_count(len(keys))), len(sample))
    votes = coassociation(
        views.points(sample),
        [keys[row] for row in sample],
        max(expected_count(len(keys)), wanted),
        max(FEWEST_RUNS, min(RUNS, RUNS * SHORT_LIST // len(sample))),
    )
    if earlier is None:
        fewest = 1 if count else min(FEWEST_PAPERS, len(sample) // (2 * wanted))
        labels = _cut(votes, wanted, fewest)
        wanted = int(labels.max()) + 1
        affinity = _spread(views, sample, _affinity(votes, labels, wanted))
        # Everyone's strongest theme; the sampled papers stay where the tree put them.
        settled = np.asarray(affinity.argmax(axis=1), dtype=np.intp)
        settled[sample] = labels
        return _by_size(settled, affinity)
    affinity = _affinity(votes, earlier[sample], int(earlier.max()) + 1)
    affinity = _spread(views, sample, affinity)
    return _by_size(_carry_on(affinity, earlier), affinity)


def expected_count(papers: int) -> float:
    """Themes expected in a list of so many papers, at least 2.

    Measured against two other criteria on 16 lists: the silhouette always asked for the most themes
    that it was allowed, and the longest gap between merges (Fred & Jain 2005) gave anything from 8
    to 15 for lists that differ in five papers.
    """
    return float(min(max(PER_ROOT * papers**0.5, 2.0), MOST_THEMES))


def _carry_on(affinity: NDArray[np.float64], earlier: NDArray[np.intp]) -> NDArray[np.intp]:
    """Earlier themes; new papers join, and a known one leaves if another suits it clearly more.

    With nothing new nothing moves, so that the same list keeps giving the same map.
    """
    if (earlier >= 0).all():
        return earlier
    best = affinity.argmax(axis=1)
    rows = np.arange(len(earlier))
    better = affinity[rows, best] > affinity[rows, earlier] + HOLD
    return np.asarray(np.where((earlier < 0) | better, best, earlier), dtype=np.intp)


def _landmarks(keys: Sequence[str], most: int) -> NDArray[np.intp]:
    """Rows of the papers whose hashed keys are lowest: the same ones when others come and go."""
    if len(keys) <= most:
        return np.arange(len(keys), dtype=np.intp)
    hashed = [hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest() for key in keys]
    order = sorted(range(len(keys)), key=lambda row: (hashed[row], row))
    return np.array(sorted(order[:most]), dtype=np.intp)


def _cut(votes: NDArray[np.float64], count: int, fewest: int) -> NDArray[np.intp]:
    """Labels of `count` themes by average linkage; none has less than `fewest` papers.

    The tree is cut ever lower, smaller themes joined to their nearest, until there are enough: so
    a few odd papers do not take the places of themes that the largest ones hold.
    """
    from scipy.cluster.hierarchy import cut_tree, linkage
    from scipy.spatial.distance import squareform

    distances = 1.0 - votes
    np.fill_diagonal(distances, 0.0)
    tree = linkage(squareform(distances, checks=False), "average")
    best = np.zeros(len(votes), np.intp)
    for leaves in range(count, min(3 * count, len(votes)) + 1):
        labels = _joined(votes, cut_tree(tree, n_clusters=[leaves])[:, 0], fewest)
        if labels.max() > best.max():
            best = labels
        if best.max() + 1 >= count:
            break
    return best


def _joined(votes: NDArray[np.float64], labels: NDArray[np.intp], fewest: int) -> NDArray[np.intp]:
    """Each theme of less than `fewest` papers, the smallest first, joined to its nearest one."""
    while True:
        _, labels, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        least = int(sizes.argmin())
        if sizes[least] >= fewest or len(sizes) < 2:
            return np.asarray(labels, np.intp)
        near = _affinity(votes, labels, len(sizes))[labels == least].mean(axis=0)
        near[least] = -1.0
        labels = np.where(labels == least, near.argmax(), labels)


def _affinity(
    votes: NDArray[np.float64], labels: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """(n, count) mean votes with each theme's papers, a paper's vote with itself left out.

    A label of -1 is no theme.
    """
    member = np.eye(count)[labels] * (labels >= 0)[:, None]
    sums = votes @ member - member
    return np.asarray(sums / np.maximum(member.sum(axis=0) - member, 1.0))


def _spread(
    views: Views, sample: NDArray[np.intp], affinity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Everyone's affinity from the nearest sampled papers, weighted by squared similarity."""
    total = len(views.meaning)
    if len(sample) == total:
        return affinity
    everyone = np.empty((total, affinity.shape[1]))
    for start in range(0, total, BLOCK):
        rows = np.arange(start, min(start + BLOCK, total))
        everyone[rows] = mean_of_nearest(views.similarity(rows, sample), affinity, VOTERS, 1e-6, 2)
    everyone[sample] = affinity
    return everyone


def _by_size(labels: NDArray[np.intp], affinity: NDArray[np.float64]) -> Clustering:
    """Themes renumbered, the largest first, ties by their first paper; empty ones left out."""
    themes, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    rank = np.empty(affinity.shape[1], dtype=np.intp)
    rank[themes[order]] = np.arange(len(order))
    return Clustering(rank[labels], affinity[:, themes[order]])
