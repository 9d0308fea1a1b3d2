"""The training of the checker's coverage model, on a small made corpus."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from app.verification.alignment import COVERAGE_FEATURES
from app.verification.encoded import encode_text
from tests.training.made_pairs import made_pairs
from tests.training.train_verifier import coverage_of, fit, main

GERUNDS = "Pruning Steering Probing Tuning Routing Merging Masking Scaling Caching Ranking".split()
THINGS = "recall latency accuracy memory".split()
SENTENCES = [
    f"We show that {gerund.lower()} often helps {thing} in large models of code, and that it costs little."
    for gerund in GERUNDS
    for thing in THINGS
]


def test_made_pairs_are_the_same_for_a_seed() -> None:
    pairs = list(made_pairs(SENTENCES, 20, seed=3))
    assert pairs == list(made_pairs(SENTENCES, 20, seed=3))
    assert pairs != list(made_pairs(SENTENCES, 20, seed=4))
    assert [pair.fair for pair in pairs] == [True, False] * 20


def test_the_model_finds_fair_pairs_likelier_than_falsified_ones() -> None:
    pairs = list(made_pairs(SENTENCES, 30))
    fair = np.array([pair.fair for pair in pairs])
    features = coverage_of(pairs)
    model = fit(features, fair)
    found = np.array([model.probability(row) for row in features])
    assert found[fair].mean() > found[~fair].mean()


def test_training_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    rows = [{"_id": str(i), "title": "On models", "text": s} for i, s in enumerate(SENTENCES)]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for name in ("a.json", "b.json"):
        encode_text.cache_clear()
        main([str(corpus), "--out", str(tmp_path / name)])
    written = (tmp_path / "a.json").read_bytes()
    assert written == (tmp_path / "b.json").read_bytes()
    weights = json.loads(written)
    assert weights["features"] == list(COVERAGE_FEATURES)
    assert 0 < weights["threshold"] < 1
