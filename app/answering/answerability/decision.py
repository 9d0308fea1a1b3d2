"""Whether the records answer a question: a calibrated decision, and the one phrase that declines.

A logistic regression over six measurements of retrieval and evidence (`refusal_features`); its
weights are data, made by `app.evaluation.train_refusal`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from app.answering.answerability.features import FEATURES, features, lacking

if TYPE_CHECKING:
    from app.retrieval import Hit


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer.

    probability: that the records answer the question. near: whether the first hits are worth naming as
    the nearest papers; not for a question about something else. missing: what is asked for and not
    given, where that is known. reason: a sentence that says so.
    """

    answer: bool
    probability: float
    near: bool = True
    missing: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in the order of FEATURES, over standardised values.

    threshold: the probability from which to answer. near: the sum of cosine and maxsim from which the
    first hits are on the question's topic.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float
    near: float

    def probability(self, values: Sequence[float]) -> float:
        """Logistic regression."""
        rows = zip(values, self.mean, self.scale, self.weights, strict=True)
        score = self.bias + sum((value - m) / s * w for value, m, s, w in rows)
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score))))


def decide(question: str, hits: Sequence[Hit]) -> Decision:
    """Whether the records behind `hits` answer the question.

    Args:
        question: standalone, without injected orders (`strip_injection`).
        hits: best first, with the raw signals "cosine" and "maxsim"; the first ten are enough.
    """
    if not hits or not any(c.isalpha() for c in question):
        return Decision(False, 0.0, near=False)
    model = _model()
    values = features(question, hits)
    probability = model.probability(values)
    if probability >= model.threshold:
        return Decision(True, probability)
    near = values[FEATURES.index("cosine")] + values[FEATURES.index("maxsim")] >= model.near
    missing = lacking(question, [hit.paper for hit in hits]) if near else ""
    reason = f"The nearest records do not give {missing}." if missing else ""
    return Decision(False, probability, near, missing, reason)


@lru_cache(maxsize=1)
def _model() -> Model:
    text = (
        resources.files("app.answering.answerability")
        .joinpath("data", "refusal.json")
        .read_text("utf-8")
    )
    stored = json.loads(text)
    if tuple(stored["features"]) != FEATURES:
        raise ValueError("data/refusal.json was trained for other features; run train_refusal")
    return Model(
        mean=tuple(stored["mean"]),
        scale=tuple(stored["scale"]),
        weights=tuple(stored["weights"]),
        bias=stored["bias"],
        threshold=stored["threshold"],
        near=stored["near"],
    )
