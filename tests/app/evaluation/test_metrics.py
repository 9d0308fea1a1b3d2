from __future__ import annotations

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, R, Success, nDCG

from app.evaluation.metrics import hit_at, mrr_at, ndcg_at, paired_p_value, percentile, recall_at

DOCUMENTS = [f"d{i}" for i in range(15)]
RANKED = st.permutations(DOCUMENTS).flatmap(
    lambda order: st.integers(1, len(order)).map(lambda n: order[:n])
)
GRADES = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1).filter(
    lambda grades: any(grades.values())
)


@settings(max_examples=60, deadline=None)
@given(RANKED, GRADES, st.sampled_from([1, 3, 5, 10]))
def test_values_are_those_of_ir_measures(ranked: list[str], grades: dict[str, int], k: int) -> None:
    run = [ir_measures.ScoredDoc("q", d, -float(rank)) for rank, d in enumerate(ranked)]
    qrels = [ir_measures.Qrel("q", d, grade) for d, grade in grades.items()]
    ours = {
        nDCG @ k: ndcg_at(ranked, grades, k),
        R @ k: recall_at(ranked, grades, k),
        RR @ k: mrr_at(ranked, grades, k),
        Success @ k: hit_at(ranked, grades, k),
    }
    theirs = ir_measures.calc_aggregate(list(ours), qrels, run)
    assert ours == pytest.approx(theirs, abs=1e-4)


def test_nothing_relevant_scores_nothing() -> None:
    assert ndcg_at(["a"], {}, 10) == recall_at(["a"], {"b": 0}, 10) == 0.0


def test_the_paired_test_tells_a_real_gain_from_noise() -> None:
    flips = [1.0 if i % 2 else -1.0 for i in range(60)]
    assert paired_p_value([0.0] * 60) == paired_p_value([0.5]) == 1.0
    assert paired_p_value([1.0 if i % 4 else 0.0 for i in range(60)]) < 0.01
    assert paired_p_value(flips) > 0.5


def test_percentile_of_nothing() -> None:
    assert percentile([], 95) == 0.0
    assert percentile([1, 2, 3], 50) == 2.0
