"""Trains the weights of the checker: `python -m app.evaluation.train_verifier --claims DIR`.

Writes app/verification/data/verifier.json and prints the cross-validated table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.evaluation.claim_training import fit_claim_model, fit_logistic
from app.evaluation.claims import ClaimSet, cross_validate, load_claims, table
from app.evaluation.made_pairs import MadePair, made_pairs
from app.language.logistic import Logistic
from app.verification.alignment import Alignment, encoded
from app.verification.features import support_features
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.encoder import MiniLMEncoder

WEIGHTS = Path(__file__).parent.parent / "answering" / "data" / "verifier.json"
MADE_PAIRS = 600
EVERY_NTH_DOCUMENT = 4
COVERAGE_C = 1.0
# Share of the falsified pairs that the threshold on coverage must catch, by cross-validation.
CAUGHT = 0.96


def train(claims: ClaimSet, encoder: MiniLMEncoder) -> dict[str, Any]:
    """All weights, as JSON types."""
    model = fit_claim_model(claims.examples)
    sentences = [
        text[a:b]
        for text in claims.corpus[::EVERY_NTH_DOCUMENT]
        for a, b in sentence_spans(text)[1:]
    ]
    coverage, threshold = fit_coverage(list(made_pairs(sentences, MADE_PAIRS)), encoder)
    return {
        "claims": {"selector": model.selector.to_json(), "classifier": model.classifier.to_json()},
        "coverage": coverage.to_json(),
        "threshold": threshold,
    }


def fit_coverage(pairs: Sequence[MadePair], encoder: MiniLMEncoder) -> tuple[Logistic, float]:
    """The coverage model and the probability from which on it speaks for support."""
    claims = encoder.encode_tokens([pair.claim for pair in pairs])
    texts = encoder.encode_tokens([pair.evidence for pair in pairs])
    features = np.array(
        [
            support_features(Alignment(encoded(p.claim, 0, c), encoded(p.evidence, 0, t)))
            for p, c, t in zip(pairs, claims, texts, strict=True)
        ]
    )
    fair = np.array([pair.fair for pair in pairs])
    return fit_coverage_features(features, fair)


def fit_coverage_features(
    features: NDArray[np.float64], fair: NDArray[np.bool_]
) -> tuple[Logistic, float]:
    """From (n, f) coverage features and (n,) whether the pair is fair; pairs stand side by side."""
    halves = np.arange(len(fair)) // 2 % 2
    held = np.zeros(len(fair))
    for half in (0, 1):
        model = fit_logistic(features[halves != half], fair[halves != half], COVERAGE_C)
        held[halves == half] = model.probabilities(features[halves == half])[:, 0]
    threshold = round(float(np.quantile(held[~fair], CAUGHT)), 3)
    return fit_logistic(features, fair, COVERAGE_C), threshold


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    from ingest.index.encoder import shared_encoder

    parser = argparse.ArgumentParser(
        prog="python -m app.evaluation.train_verifier", description=__doc__
    )
    parser.add_argument("--claims", type=Path, required=True, help="folder of items.jsonl")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    options = parser.parse_args(arguments)
    claims = load_claims(options.claims)
    print(table(cross_validate(claims)), flush=True)
    options.out.write_text(json.dumps(train(claims, shared_encoder())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
