"""Measures the claim model on labelled claims, cross-validated in groups of common abstracts.

The folder holds items.jsonl (claim, label, cited_doc_ids, evidence) and, in it or beside it, the
corpus in BEIR form (corpus.jsonl or scifact/corpus.jsonl): the SciFact claims of Wadden et al.
2020.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.evaluation.claim_training import Example, fit_claim_model
from app.verification.alignment import Alignment, Encoded, encoded
from app.verification.claim_model import LABELS, ClaimModel, sentence_matrix
from ingest.errors import InputError
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.encoder import MiniLMEncoder

FOLDS = 5
SEEDS = (0, 1, 2)
Predict = Callable[[Sequence[Example], Sequence[Example]], "NDArray[np.float64]"]


@dataclass(frozen=True)
class ClaimSet:
    """Claims read against the abstracts that they cite.

    labels: (n,) indices into LABELS. groups: (n,) claims that share an abstract share a number.
    examples: one for each claim and abstract. corpus: texts of all documents, for made pairs.
    """

    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    examples: tuple[Example, ...]
    corpus: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table: macro-F1, its spread over seeds, and F1 by label as in LABELS."""

    name: str
    macro_f1: float
    spread: float
    f1: tuple[float, ...]


def evaluate_claims(folder: Path | str) -> list[Row]:
    """Cross-validates the recipe behind the shipped weights beside two baselines."""
    return cross_validate(load_claims(Path(folder)))


def load_claims(folder: Path, encoder: MiniLMEncoder | None = None) -> ClaimSet:
    """Reads and encodes; takes about a minute for 800 claims on two cores."""
    from ingest.index.encoder import shared_encoder

    encoder = encoder or shared_encoder()
    items = _json_lines(folder / "items.jsonl")
    places = [
        p
        for p in (folder, folder / "scifact", folder.parent / "scifact")
        if (p / "corpus.jsonl").is_file()
    ]
    if not places:
        raise InputError(
            f"no corpus.jsonl in or beside {folder}", hint="give the folder of the claims"
        )
    texts = {
        d["_id"]: f"{d['title']}\n{d['text']}" for d in _json_lines(places[0] / "corpus.jsonl")
    }
    records = {
        doc: _sentences(texts[doc], encoder) for item in items for doc in item["cited_doc_ids"]
    }
    groups = _groups([item["cited_doc_ids"] for item in items])
    examples = []
    for number, item in enumerate(items):
        claim = encoded(item["claim"], 0, encoder.encode_tokens([item["claim"]])[0])
        evidence = {e["doc_id"]: e for e in item["evidence"]}
        for doc in item["cited_doc_ids"]:
            examples.append(
                _example(number, int(groups[number]), claim, records[doc], evidence.get(doc))
            )
    return ClaimSet(
        np.array([LABELS.index(item["label"]) for item in items]),
        groups,
        tuple(examples),
        tuple(texts.values()),
    )


def _example(
    number: int,
    group: int,
    claim: Encoded,
    sentences: list[Encoded],
    evidence: dict[str, Any] | None,
) -> Example:
    rationale = (
        " ".join(t for texts in evidence["rationale_text"] for t in texts) if evidence else ""
    )
    return Example(
        claim=number,
        group=group,
        label=LABELS.index(evidence["label"]) if evidence else LABELS.index("NOT_ENOUGH_INFO"),
        matrix=sentence_matrix([Alignment(claim, sentence) for sentence in sentences]),
        rationale=np.array([i > 0 and s.text in rationale for i, s in enumerate(sentences)]),
    )


def _json_lines(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", hint="give the claims folder"
        ) from error


def _sentences(text: str, encoder: MiniLMEncoder) -> list[Encoded]:
    spans = sentence_spans(text)
    encodings = encoder.encode_tokens([text[a:b] for a, b in spans])
    return [encoded(text[a:b], a, e) for (a, b), e in zip(spans, encodings, strict=True)]


def _groups(cited: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Union-find: claims linked by common abstracts get one number."""
    parent: dict[str, str] = {}

    def find(doc: str) -> str:
        while parent.setdefault(doc, doc) != doc:
            doc = parent[doc]
        return doc

    for first, *others in cited:
        for other in others:
            parent[find(other)] = find(first)
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(find(docs[0]), len(numbers)) for docs in cited])


def folds(groups: NDArray[np.int64], seed: int) -> Iterator[NDArray[np.bool_]]:
    """Masks of the held-out claims; no group is on both sides."""
    shuffled = np.random.default_rng(seed).permutation(np.unique(groups))
    for part in np.array_split(shuffled, FOLDS):
        yield np.isin(groups, part)


def cross_validate(claims: ClaimSet) -> list[Row]:
    """The table: majority, cosine threshold, and the claim model."""
    methods: tuple[tuple[str, Predict], ...] = (
        ("majority", _majority),
        ("cosine threshold", _cosine),
        ("claim model", _model),
    )
    return [_row(name, predict, claims) for name, predict in methods]


def _row(name: str, predict: Predict, claims: ClaimSet) -> Row:
    from sklearn.metrics import f1_score

    scores = []
    for seed in SEEDS:
        predicted = np.zeros(len(claims.labels), dtype=np.int64)
        for held in folds(claims.groups, seed):
            train = [e for e in claims.examples if not held[e.claim]]
            test = [e for e in claims.examples if held[e.claim]]
            for claim, label in by_claim(test, predict(train, test)).items():
                predicted[claim] = label
        scores.append(f1_score(claims.labels, predicted, average=None, labels=range(len(LABELS))))
    macro = np.mean(scores, axis=1)
    return Row(
        name, float(macro.mean()), float(macro.std()), tuple(np.mean(scores, axis=0).tolist())
    )


def by_claim(examples: Sequence[Example], probabilities: NDArray[np.float64]) -> dict[int, int]:
    """A claim takes the label of the abstract that says most about it."""
    best: dict[int, NDArray[np.float64]] = {}
    for example, row in zip(examples, probabilities, strict=True):
        if example.claim not in best or row[2] < best[example.claim][2]:
            best[example.claim] = row
    return {claim: int(row.argmax()) for claim, row in best.items()}


def _model(train: Sequence[Example], test: Sequence[Example]) -> NDArray[np.float64]:
    model: ClaimModel = fit_claim_model(train)
    return np.array([model.read(example.matrix) for example in test])


def _majority(train: Sequence[Example], test: Sequence[Example]) -> NDArray[np.float64]:
    counts = np.bincount([e.label for e in train], minlength=len(LABELS))
    return np.tile(counts / counts.sum(), (len(test), 1))


def _cosine(train: Sequence[Example], test: Sequence[Example]) -> NDArray[np.float64]:
    """Support from a fitted threshold on the best cosine on, else not enough information."""
    values = np.array([_best_cosine(e) for e in train])
    right = (
        np.array([e.label == 0 for e in train]),
        np.array([e.label == LABELS.index("NOT_ENOUGH_INFO") for e in train]),
    )
    grid = np.unique(np.round(values, 2))
    gains = [int((right[0] & (values >= t)).sum() + (right[1] & (values < t)).sum()) for t in grid]
    threshold = grid[int(np.argmax(gains))]
    supported = np.array([_best_cosine(e) >= threshold for e in test], dtype=float)
    return np.stack([supported, np.zeros(len(test)), 1 - supported], axis=1)


def _best_cosine(example: Example) -> float:
    from app.verification.features import COVERAGE_FEATURES

    return float(example.matrix[:, COVERAGE_FEATURES.index("cosine")].max())


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| method | macro-F1 | ± seeds | support | contradict | no info |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.name} | {r.macro_f1:.3f} | {r.spread:.3f} | "
        + " | ".join(f"{x:.3f}" for x in r.f1)
        + " |"
        for r in rows
    ]
    return "\n".join(lines)
