"""Claims: reading, grouping, training and the table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.evaluation.claims import cross_validate, folds, load_claims, table
from app.evaluation.made_pairs import made_pairs
from ingest.errors import InputError

SUBJECTS = "Pruning Steering Probing Tuning Routing Merging Masking Scaling Caching Ranking".split()
OBJECTS = "recall latency accuracy memory".split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty made claims over ten made abstracts."""
    root = tmp_path_factory.mktemp("claims")
    corpus, items = [], []
    for number, subject in enumerate(SUBJECTS):
        raises = f"{subject} raises {OBJECTS[0]} in all models."
        lowers = f"{subject} lowers {OBJECTS[1]}."
        text = f"We run tests. {raises} {lowers}"
        corpus.append({"_id": str(number), "title": f"On {subject}", "text": text})
        for claim, label, sentence in (
            (f"{subject} increases {OBJECTS[0]}.", "SUPPORT", raises),
            (f"{subject} reduces {OBJECTS[0]}.", "CONTRADICT", raises),
            (f"{subject} reduces {OBJECTS[1]}.", "SUPPORT", lowers),
            (f"{OBJECTS[3]} of birds is long.", "NOT_ENOUGH_INFO", ""),
        ):
            evidence = [{"doc_id": str(number), "label": label, "rationale_text": [[sentence]]}]
            items.append(
                {
                    "claim": claim,
                    "label": label,
                    "cited_doc_ids": [str(number)],
                    "evidence": evidence if sentence else [],
                }
            )
    for name, rows in (("corpus", corpus), ("items", items)):
        (root / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return root


def test_claims_of_one_abstract_share_a_group_and_a_fold(folder: Path) -> None:
    claims = load_claims(folder)
    assert len(claims.labels) == 40
    assert len(set(claims.groups.tolist())) == 10
    assert all(e.rationale.sum() == (e.label != 2) for e in claims.examples)
    held = np.sum(list(folds(claims.groups, 0)), axis=0)
    assert (held == 1).all()


def test_the_claim_model_beats_the_baselines_on_plain_claims(folder: Path) -> None:
    rows = {row.name: row for row in cross_validate(load_claims(folder))}
    assert rows["claim model"].macro_f1 > 0.9
    assert rows["claim model"].macro_f1 > rows["cosine threshold"].macro_f1
    assert rows["cosine threshold"].macro_f1 > rows["majority"].macro_f1
    assert table(list(rows.values())).count("\n") == len(rows) + 1


def test_a_folder_without_claims_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        load_claims(tmp_path)


def test_made_pairs_are_the_same_for_a_seed() -> None:
    sentences = [
        f"We show that {subject.lower()} often helps {thing} in large models of code, and that it "
        "costs little."
        for subject in SUBJECTS
        for thing in OBJECTS
    ]
    pairs = list(made_pairs(sentences, 20, seed=3))
    assert pairs == list(made_pairs(sentences, 20, seed=3))
    assert [pair.fair for pair in pairs] == [True, False] * 20
