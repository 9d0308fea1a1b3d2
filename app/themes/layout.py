"""Places of the papers on a flat map: like beside like, themes apart, the same on every run.

Exact t-SNE (van der Maaten & Hinton 2008) from a principal-component start, with no chance in it
(Kobak & Berens 2019). Long lists are laid out by LANDMARKS papers spread over the themes; the
others are put among their nearest landmarks, each shifted a little so that none hides another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.themes.views import mean_of_nearest

LANDMARKS = 700
BLOCK = 2048
PERPLEXITY = 12.0
STEPS = 300
EXAGGERATED_STEPS = 100
EXAGGERATION = 8.0
NEAREST = 6
# Distance that points of a short list keep, on a map from -1 to 1, and rounds to reach it.
GAP = 0.035
PUSHES = 20
# How much nearer two papers of one theme count than their records alone say.
SAME_THEME = 0.35

Similarity = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float32]]


def place(similarity: Similarity, labels: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n, 2) places between -1 and 1, rounded to four digits.

    similarity: gives (rows, others) similarities up to 1. labels: (n,) theme of each paper.
    """
    count = len(labels)
    landmarks = _spread_landmarks(labels)
    places = np.zeros((count, 2))
    places[landmarks] = _tsne(_distances(similarity, landmarks, labels))
    rest = np.setdiff1d(np.arange(count), landmarks)
    for start in range(0, len(rest), BLOCK):
        rows = rest[start : start + BLOCK]
        near = similarity(rows, landmarks)
        # Those of the same theme first.
        near += np.float32(SAME_THEME) * (labels[rows][:, None] == labels[landmarks])
        places[rows] = mean_of_nearest(near.astype(np.float64), places[landmarks], NEAREST, 1e-3, 4)
    if len(rest):
        places[rest] += _sunflower(rest, places[landmarks])
    places = _fit(places)
    if not len(rest):
        places = _fit(_part(places))
    return np.round(places, 4)


def _spread_landmarks(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    count = len(labels)
    if count <= LANDMARKS:
        return np.arange(count, dtype=np.intp)
    order = np.lexsort((np.arange(count), labels))
    return np.sort(order[np.linspace(0, count - 1, LANDMARKS).round().astype(np.intp)])


def _distances(
    similarity: Similarity, rows: NDArray[np.intp], labels: NDArray[np.intp]
) -> NDArray[np.float64]:
    alike = similarity(rows, rows).astype(np.float64)
    alike = (alike + alike.T) / 2.0
    same = labels[rows][:, None] == labels[rows][None, :]
    squared: NDArray[np.float64] = np.maximum(2.0 - 2.0 * alike - 2.0 * SAME_THEME * same, 0.0)
    np.fill_diagonal(squared, 0.0)
    return squared


def _tsne(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    count = len(squared)
    if count < 3:
        return np.array([[-0.5, 0.0], [0.5, 0.0]])[:count] if count > 1 else np.zeros((count, 2))
    joint = _affinities(squared, min(PERPLEXITY, (count - 1) / 3.0))
    places = _principal(squared) * 1e-2
    velocity = np.zeros_like(places)
    gains = np.ones_like(places)
    rate = max(count / 4.0, 20.0)
    for step in range(STEPS):
        early = step < EXAGGERATED_STEPS
        gradient = _gradient(places, joint * (EXAGGERATION if early else 1.0))
        same = np.sign(gradient) == np.sign(velocity)
        gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01)
        velocity = (0.5 if early else 0.8) * velocity - rate * gains * gradient
        places = places + velocity
    centred: NDArray[np.float64] = places - places.mean(axis=0)
    return centred


def _gradient(places: NDArray[np.float64], joint: NDArray[np.float64]) -> NDArray[np.float64]:
    squares = (places * places).sum(axis=1)
    heavy = 1.0 / (1.0 + np.maximum(squares[:, None] + squares - 2.0 * places @ places.T, 0.0))
    np.fill_diagonal(heavy, 0.0)
    force = (joint - heavy / heavy.sum()) * heavy
    gradient: NDArray[np.float64] = 4.0 * (force.sum(axis=1)[:, None] * places - force @ places)
    return gradient


def _affinities(squared: NDArray[np.float64], perplexity: float) -> NDArray[np.float64]:
    """Symmetric joint probabilities; each row's width found by bisection of its entropy."""
    count = len(squared)
    low, high = np.full(count, 1e-3), np.full(count, 1e4)
    wanted = np.log(perplexity)
    for _ in range(40):
        beta = np.sqrt(low * high)
        rows = np.exp(-squared * beta[:, None])
        np.fill_diagonal(rows, 0.0)
        rows /= np.maximum(rows.sum(axis=1, keepdims=True), 1e-300)
        entropy = -(rows * np.log(np.maximum(rows, 1e-300))).sum(axis=1)
        wide = entropy > wanted
        low, high = np.where(wide, beta, low), np.where(wide, high, beta)
    joint: NDArray[np.float64] = np.maximum((rows + rows.T) / (2.0 * count), 1e-12)
    return joint


def _principal(squared: NDArray[np.float64]) -> NDArray[np.float64]:
    """Classical scaling to two directions, each with its largest entry positive, unit spread."""
    from scipy.linalg import eigh

    count = len(squared)
    means = squared.mean(axis=0)
    inner = -0.5 * (squared - means - means[:, None] + means.mean())
    _, directions = eigh(inner, subset_by_index=[count - 2, count - 1])
    places = directions[:, ::-1]
    places = places * np.sign(places[np.abs(places).argmax(axis=0), [0, 1]])
    return np.asarray(places / np.maximum(places.std(axis=0), 1e-12))


def _sunflower(rest: NDArray[np.intp], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """A small even shift a paper, so that those among the same landmarks do not hide each other."""
    gap = np.ptp(places, axis=0).max() / np.sqrt(len(places))
    turns = rest * np.pi * (3.0 - 5.0**0.5)
    radius = 0.6 * gap * np.sqrt(((rest * 7919) % 1009) / 1009.0)
    return np.stack([radius * np.cos(turns), radius * np.sin(turns)], axis=1)


def _fit(places: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = (places.max(axis=0) + places.min(axis=0)) / 2.0
    reach = np.abs(places - middle).max(axis=0, initial=0.0)
    fitted: NDArray[np.float64] = (places - middle) / np.maximum(reach, 1e-9)
    return fitted


def _part(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points closer than GAP pushed apart, so that none hides another."""
    for _ in range(PUSHES):
        away = places[:, None] - places[None]
        distance = np.sqrt((away * away).sum(axis=2))
        np.fill_diagonal(distance, np.inf)
        rows, others = np.nonzero(distance < GAP)
        if not len(rows):
            break
        # Two papers at one place part along a line of their own.
        turn = (rows + others) * 2.4
        line = np.stack([np.cos(turn), np.sin(turn)], axis=1) * np.sign(rows - others)[:, None]
        gap = distance[rows, others][:, None]
        line = np.where(gap > 1e-6, away[rows, others] / np.maximum(gap, 1e-6), line)
        np.add.at(places, rows, 0.5 * (GAP - gap) * line)
    return places
