"""Trains the coverage model of the checker: `python -m tests.training.train_verifier CORPUS`.

CORPUS is the corpus.jsonl of SciFact in BEIR form (Wadden et al. 2020; abstracts ODC-By 1.0), which is not part
of the project. Sentences of its abstracts are reworded fairly or falsified (`made_pairs`); no claim, no
label and no record of a reading list is used. Writes `app/verification/data/verifier.json`, the same
bytes each time, and prints what the threshold keeps and catches among pairs that a model did not see.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.verification.alignment import COVERAGE_FEATURES, Alignment
from app.verification.encoded import encode_text
from app.verification.support import CoverageModel
from ingest.sentences import sentence_spans
from tests.training.made_pairs import MadePair, made_pairs

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "app" / "verification" / "data" / "verifier.json"
MADE_PAIRS = 600
EVERY_NTH_DOCUMENT = 4
INVERSE_REGULARISATION = 1.0
# Share of the falsified pairs that the threshold must catch, by cross-validation.
MIN_CAUGHT = 0.96
DIGITS = 5


def sentences_of(corpus: Path) -> list[str]:
    """Sentences of every fourth abstract, without titles."""
    rows = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
    texts = [f"{row['title']}\n{row['text']}" for row in rows[::EVERY_NTH_DOCUMENT]]
    return [text[start:end] for text in texts for start, end in sentence_spans(text)[1:]]


def coverage_of(pairs: Sequence[MadePair]) -> np.ndarray:
    """(n, f) coverage of each claim by its evidence."""
    sides = [(encode_text(pair.claim), encode_text(pair.evidence)) for pair in pairs]
    return np.array([Alignment.of(claim, evidence).coverage() for claim, evidence in sides])


def fit(features: np.ndarray, fair: np.ndarray) -> CoverageModel:
    """From (n, f) features and (n,) whether the pair is fair; the threshold is left at 0."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = features.mean(axis=0), features.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=2000)
    model.fit((features - mean) / scale, fair)
    return CoverageModel(mean, scale, model.coef_[0], float(model.intercept_[0]), 0.0)


def held_out(features: np.ndarray, fair: np.ndarray) -> np.ndarray:
    """(n,) probabilities by a model of the other half; the two pairs of a sentence stay together."""
    halves = np.arange(len(fair)) // 2 % 2
    found = np.zeros(len(fair))
    for half in (0, 1):
        model = fit(features[halves != half], fair[halves != half])
        found[halves == half] = [model.probability(row) for row in features[halves == half]]
    return found


def train(pairs: Sequence[MadePair]) -> dict[str, object]:
    """The weights as JSON types; prints what the threshold keeps and catches."""
    features, fair = coverage_of(pairs), np.array([pair.fair for pair in pairs])
    found = held_out(features, fair)
    threshold = round(float(np.quantile(found[~fair], MIN_CAUGHT)), 3)
    print(f"kept {(found[fair] >= threshold).mean():.2f} of {fair.sum()} fair pairs")
    print(f"caught {(found[~fair] < threshold).mean():.2f} of {(~fair).sum()} falsified pairs")
    model = fit(features, fair)
    lists = {name: getattr(model, name).round(DIGITS).tolist() for name in ("mean", "scale")}
    return {
        "features": list(COVERAGE_FEATURES),
        **lists,
        "weights": model.weights.round(DIGITS).tolist(),
        "bias": round(model.bias, DIGITS),
        "threshold": threshold,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.training.train_verifier", description=__doc__
    )
    parser.add_argument("corpus", type=Path, help="corpus.jsonl of SciFact")
    parser.add_argument("--out", type=Path, default=TARGET, help="where the weights go")
    options = parser.parse_args(arguments)
    weights = train(list(made_pairs(sentences_of(options.corpus), MADE_PAIRS)))
    options.out.write_text(json.dumps(weights) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
