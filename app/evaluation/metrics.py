"""Ranking metrics over one question's ranked ids, times, and a paired test between two runs.

Definitions follow trec_eval, with binary or graded judgements;
tests hold them against `ir_measures`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# Sign flips drawn by the randomisation test: the p-value is then good to about +-0.003 near .05.
PERMUTATIONS = 10_000
_SEED = 0


def ndcg_at(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen); 0.0 where nothing is relevant."""
    best = _discounted(sorted(grades.values(), reverse=True)[:k])
    return _discounted([grades.get(item, 0) for item in ranked[:k]]) / best if best else 0.0


def recall_at(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """Share of the relevant items among the first k; 0.0 where nothing is relevant."""
    relevant = {item for item, grade in grades.items() if grade > 0}
    return len(relevant & set(ranked[:k])) / len(relevant) if relevant else 0.0


def mrr_at(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """1 / rank of the first relevant item, 0.0 if it is not among the first k."""
    ranks = (rank for rank, item in enumerate(ranked[:k], start=1) if grades.get(item, 0) > 0)
    return 1.0 / next(ranks, math.inf)


def hit_at(ranked: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """1.0 if any relevant item is among the first k."""
    return float(any(grades.get(item, 0) > 0 for item in ranked[:k]))


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean, 0.0 of nothing."""
    return float(np.mean(values)) if len(values) else 0.0


def percentile(values: Sequence[float], q: float) -> float:
    """q-th percentile (0 to 100) by linear interpolation, 0.0 of nothing."""
    return float(np.percentile(values, q)) if len(values) else 0.0


def latency(milliseconds: Sequence[float], name: str) -> dict[str, float]:
    """Median and 95th percentile, to a tenth of a millisecond."""
    return {f"{name}_p{q}_ms": round(percentile(milliseconds, q), 1) for q in (50, 95)}


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the milliseconds that it took."""
    began = time.perf_counter()
    return work(), (time.perf_counter() - began) * 1000


def paired_p_value(differences: Sequence[float]) -> float:
    """Two-sided p-value of a paired randomisation test on differences question by question.

    Their signs are flipped at random (Smucker, Allan & Carterette 2007), drawn with a fixed seed.
    """
    from scipy.stats import permutation_test

    difference = np.asarray(differences, dtype=np.float64)
    difference = difference[difference != 0]  # ties flip to themselves
    if difference.size < 2:  # one difference alone is as likely with either sign
        return 1.0
    test = permutation_test(
        (difference,),
        np.sum,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        batch=PERMUTATIONS // 10,  # all signs at once would be large for many questions
        rng=_SEED,
    )
    return float(test.pvalue)


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
