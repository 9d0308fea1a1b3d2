"""How often two papers fall into one cluster over many runs: what themes are built on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Each run moves its centres by this share of the papers, drawn anew.
SAMPLE = 0.8
# Runs look for half as many to three times as many clusters as themes are expected.
COARSEST, FINEST = 0.5, 3.0
ITERATIONS = 20
BATCH = 32
# Fractional parts of its multiples spread evenly over (0, 1), however many are taken.
_GOLDEN = (5**0.5 - 1) / 2

Floats = NDArray[np.float32]


def coassociation(
    views: Sequence[Floats], keys: Sequence[str], expected: float, runs: int
) -> NDArray[np.float64]:
    """(n, n) share of runs in which two papers met in one cluster, 1 on the diagonal.

    Evidence accumulation (Fred & Jain 2005) over k-means runs that differ in view, sample of papers
    and number of clusters, so no single choice of these decides. All chance comes from the
    papers' own keys: a paper draws the same lots whatever else is in the list, which keeps
    themes stable when papers come and go.

    views: (n, d) points each. keys: one id a paper. expected: number of themes expected. runs: of
    k-means in each view.
    """
    hashed = [hashlib.blake2b(k.encode("utf-8", "surrogatepass"), digest_size=8) for k in keys]
    seeds = np.array([int.from_bytes(h.digest(), "big") for h in hashed], dtype=np.uint64)
    together = np.zeros((len(keys), len(keys)), np.float32)
    for number, points in enumerate(views):
        for start in range(0, runs, BATCH):
            batch = np.arange(start, min(start + BATCH, runs)) + number * runs
            member = _kmeans(points, *_draw(seeds, batch, expected))
            together += member @ member.T
    share = together.astype(np.float64) / (len(views) * runs)
    np.fill_diagonal(share, 1.0)
    return share


def _draw(
    seeds: NDArray[np.uint64], batch: NDArray[np.intp], expected: float
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """What differs among the runs of these numbers.

    (runs,) how many clusters each looks for; k is the largest. (n, runs) 1 where a paper moves
    centres. (n, runs, k) Gumbel lots for the start.
    """
    fine = (FINEST / COARSEST) ** (((batch + 1) * _GOLDEN) % 1.0)
    clusters = np.maximum(np.rint(expected * COARSEST * fine), 2).astype(np.intp)
    clusters = np.minimum(clusters, len(seeds))
    width = max(2, round(expected * FINEST)) + 1
    lots = _lots(seeds, int(batch[0]) * width, len(batch) * width).reshape(-1, len(batch), width)
    gumbel = -np.log(-np.log(np.clip(lots[:, :, 1 : clusters.max() + 1], 1e-12, 1 - 1e-12)))
    return clusters, (lots[:, :, 0] < SAMPLE).astype(np.float32), gumbel.astype(np.float32)


def _kmeans(points: Floats, clusters: NDArray[np.intp], sampled: Floats, gumbel: Floats) -> Floats:
    """(n, runs * k) membership of each paper in each cluster of each run, 0 or 1.

    Lloyd's iterations, runs side by side. A cluster that no sampled paper is in keeps its centre.
    """
    runs, most = len(clusters), int(clusters.max())
    centres = points[_start(points, sampled, gumbel)].reshape(runs * most, -1)
    absent = np.arange(most) >= clusters[:, None]
    labels = np.full((len(points), runs), -1)
    member = np.empty(0, np.float32)
    for _ in range(ITERATIONS):
        distance = (centres * centres).sum(axis=1) - 2.0 * (points @ centres.T)
        distance = distance.reshape(len(points), runs, most)
        distance[:, absent] = np.inf
        nearest = distance.argmin(axis=2)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        member = (labels[:, :, None] == np.arange(most)).astype(np.float32)
        member = member.reshape(len(points), -1)
        moving = member * np.repeat(sampled, most, axis=1)
        sizes = moving.sum(axis=0)[:, None]
        means = (moving.T @ points) / np.maximum(sizes, 1.0)
        centres = np.where(sizes > 0, means, centres)
    return member


def _start(points: Floats, sampled: Floats, gumbel: Floats) -> NDArray[np.intp]:
    """(runs, k) rows of the first centres, by k-means++ (Arthur & Vassilvitskii 2007).

    Each is drawn with probability proportional to its squared distance from those before,
    with the Gumbel trick.
    """
    gram = points @ points.T
    squares = np.diag(gram)
    nearest = np.ones_like(sampled)
    chosen: NDArray[np.intp] = np.zeros((gumbel.shape[1], gumbel.shape[2]), np.intp)
    for number in range(chosen.shape[1]):
        odds = np.log(np.maximum(nearest, 1e-12)) + gumbel[:, :, number]
        picks = np.where(sampled > 0, odds, -np.inf).argmax(axis=0)
        chosen[:, number] = picks
        distance = np.maximum(squares[:, None] + squares[picks] - 2.0 * gram[:, picks], 0.0)
        nearest = distance if number == 0 else np.minimum(nearest, distance)
    return chosen


def _lots(seeds: NDArray[np.uint64], first: int, count: int) -> NDArray[np.float64]:
    """(n, count) numbers in [0, 1), the ones from `first` on of each paper's own sequence.

    SplitMix64 (Steele, Lea & Flood 2014), which can start anywhere in its sequence.
    """
    steps = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = seeds[:, None] + steps * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    doubles: NDArray[np.float64] = (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return doubles
