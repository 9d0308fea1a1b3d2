from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.retrieval.hybrid import FirstStage, best_first, fuse, standardised
from app.retrieval.rerank import LATE_WEIGHT, late_weight

SCORES = arrays(np.float64, st.integers(1, 60), elements=st.integers(-5, 5).map(float))


@given(SCORES, st.integers(0, 70))
def test_best_first_is_a_stable_sort(scores: np.ndarray, k: int) -> None:
    expected = np.argsort(-scores, kind="stable")[:k]
    assert best_first(scores, k).tolist() == expected.tolist() if k else True


def test_signals_are_fused_on_one_scale() -> None:
    rows = np.arange(3)
    cosine = np.array([0.1, 0.2, 0.3], dtype=np.float32)
    bm25 = np.array([30.0, 0.0, 0.0], dtype=np.float32)
    small = fuse(FirstStage(rows, cosine, bm25 / 1000))
    assert np.allclose(small, fuse(FirstStage(rows, cosine, bm25)), atol=1e-5)


def test_what_does_not_differ_says_nothing() -> None:
    assert standardised(np.full(4, 0.3, np.float32)).tolist() == [0, 0, 0, 0]
    assert (
        fuse(FirstStage(np.arange(0), np.zeros(0, np.float32), np.zeros(0, np.float32))).size == 0
    )


def test_late_interaction_weighs_less_on_long_records() -> None:
    assert late_weight(10) == late_weight(40) == LATE_WEIGHT
    assert late_weight(160) == LATE_WEIGHT / 4
