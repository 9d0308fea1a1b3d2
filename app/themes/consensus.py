"""How often two papers fall into one cluster over many runs: what themes are built on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RUNS = 40
SAMPLE = 0.8
# Runs look for half as many to three times as many clusters as themes are expected.
COARSEST = 0.5
FINEST = 3.0
ITERATIONS = 20
# Lots a paper draws for each run; no run looks for as many clusters.
LOTS = 128
# Fractional parts of its multiples spread evenly over (0, 1), however many are taken.
_GOLDEN = (5**0.5 - 1) / 2


def coassociation(
    views: Sequence[NDArray[np.float64]], keys: Sequence[str], expected: float
) -> NDArray[np.float64]:
    """(n, n) share of runs in which two papers met in one cluster, 1 on the diagonal.

    Evidence accumulation (Fred & Jain 2005) over k-means runs that differ in view, sample of papers
    and number of clusters, so no single choice of these decides. All chance comes from the
    papers' own keys: a paper draws the same lots whatever else is in the list, which keeps
    themes stable when papers come and go.

    views: (n, d) points each; keys: one id a paper; expected: number of themes expected.
    """
    count = len(keys)
    together = np.zeros((count, count))
    met = np.zeros((count, count))
    seeds = _seeds(keys)
    for number, points in enumerate(views):
        for run in range(RUNS):
            clusters = _clusters_of_run(run, expected)
            lots = _lots(seeds, number * RUNS + run, LOTS)[:, : clusters + 1]
            sampled = np.flatnonzero(lots[:, 0] < SAMPLE)
            if len(sampled) <= clusters:
                sampled = np.arange(count)
            labels = kmeans(points[sampled], min(clusters, count), lots[sampled, 1:])
            member = np.zeros((count, labels.max() + 1))
            member[sampled, labels] = 1.0
            present = member.sum(axis=1)
            together += member @ member.T
            met += np.outer(present, present)
    share: NDArray[np.float64] = together / np.maximum(met, 1.0)
    np.fill_diagonal(share, 1.0)
    return share


def kmeans(
    points: NDArray[np.float64], clusters: int, lots: NDArray[np.float64]
) -> NDArray[np.intp]:
    """(n,) cluster of each point by Lloyd's iterations from a k-means++ start.

    The start draws each centre with probability proportional to its squared distance from those
    before (Arthur & Vassilvitskii 2007) by the Gumbel trick on `lots`, (n, clusters) in (0, 1).
    """
    squares = (points * points).sum(axis=1)
    centres = points[_spread(points, squares, clusters, lots)]
    labels = np.full(len(points), -1, dtype=np.intp)
    for _ in range(ITERATIONS):
        nearest = ((centres * centres).sum(axis=1) - 2.0 * (points @ centres.T)).argmin(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        member = np.zeros((len(centres), len(points)))
        member[labels, np.arange(len(points))] = 1.0
        sizes = member.sum(axis=1, keepdims=True)
        centres = np.where(sizes > 0, (member @ points) / np.maximum(sizes, 1.0), centres)
    return labels


def _spread(
    points: NDArray[np.float64],
    squares: NDArray[np.float64],
    clusters: int,
    lots: NDArray[np.float64],
) -> list[int]:
    gumbel = -np.log(-np.log(np.clip(lots, 1e-12, 1.0 - 1e-12)))
    nearest = np.ones(len(points))
    chosen: list[int] = []
    for number in range(clusters):
        pick = int(np.argmax(np.log(np.maximum(nearest, 1e-12)) + gumbel[:, number]))
        chosen.append(pick)
        distance = np.maximum(squares + squares[pick] - 2.0 * (points @ points[pick]), 0.0)
        nearest = distance if number == 0 else np.minimum(nearest, distance)
    return chosen


def _clusters_of_run(run: int, expected: float) -> int:
    share = ((run + 1) * _GOLDEN) % 1.0
    wanted: float = expected * COARSEST * (FINEST / COARSEST) ** share
    return max(2, round(wanted))


def _seeds(keys: Sequence[str]) -> NDArray[np.uint64]:
    digests = (
        hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for key in keys
    )
    return np.array([int.from_bytes(digest, "big") for digest in digests], dtype=np.uint64)


def _lots(seeds: NDArray[np.uint64], salt: int, count: int) -> NDArray[np.float64]:
    """(n, count) numbers in [0, 1) from each paper's own seed: SplitMix64 (Steele et al. 2014)."""
    first = np.uint64(salt * count)
    steps = np.arange(1, count + 1, dtype=np.uint64) + first
    with np.errstate(over="ignore"):
        mixed = seeds[:, None] + steps * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    doubles: NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return doubles
