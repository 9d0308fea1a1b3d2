"""Whether the records answer a question: a calibrated decision, and the one phrase that declines.

A logistic regression over six measurements of retrieval and evidence (`refusal_features`); its
weights are data, made by `app.evaluation.train_refusal`. Tasks that are not about the list at all
(code, recipes, sums) are recognised by their form and declined without it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from app.answering.answerability.features import FEATURES, features, lacking
from app.query.injection import strip_injection

if TYPE_CHECKING:
    from app.retrieval import Hit

__all__ = ["REFUSAL", "Decision", "Model", "decide", "is_other_task", "strip_injection"]

REFUSAL = "The papers in this list do not say."

_NUMBER = r"[\d.,]+"
_OTHER_TASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # sums
        rf"^\W*(?:(?:please|what is|what's|calculate|compute|how much is|solve|work out"
        rf"|evaluate)\s+)+\(*{_NUMBER}\s*"
        rf"(?:[-+*/x×÷^%]|plus|minus|times|divided by|multiplied by|over|squared|cubed|to the "
        rf"power|mod(?:ulo)?)",
        rf"\b(?:square|cube) root of {_NUMBER}",
        # code and other writing to order
        r"^\W*(?:(?:please|can you|could you|would you|i want you to|help me|now)\s+)*(?:write"
        r"|create|generate|make|"
        r"compose|draft|implement|program|code|build|give me|tell me|show me|sing|draw|design"
        r"|debug|fix|refactor)\b"
        r"(?:(?!\b(?:papers?|records?|works?|studies|titles?|mention|about the)\b).){0,40}\b"
        r"(?:functions?|scripts?|programs?|class|regex|sql|query|python|javascript|java|html|css"
        r"|code|poems?|haikus?|"
        r"limericks?|songs?|lyrics|jokes?|riddles?|stor(?:y|ies)|essays?|novels?|cover letters?"
        r"|e-?mails?|letters?|"
        r"tweets?|blog posts?|speech(?:es)?|recipes?|workout|meal plan|itinerary|logo|password"
        r"|invoice|resume|cv)\b"
        r"(?!.{0,30}\b(?:papers?|records?|titles?)\b)",
        r"\b(?:recipe|ingredients) (?:for|of)\b|\btranslate\b.{0,80}\b(?:in)?to (?:english|french"
        r"|german|spanish|italian|"
        r"chinese|japanese|russian|portuguese|dutch|polish|korean|arabic|latin)\b",
        r"^\W*(?:please\s+)?(?:set|start) (?:a|an|the|my) (?:timer|alarm|reminder)\b"
        r"|^\W*(?:please\s+)?(?:book|order|buy|remind|call|text|play)\s+(?:me|a|an|my|some)\b",
    )
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to answer.

    probability: that the records answer the question. reason: for people, one clause. near: whether
    the first hits are worth naming as the nearest papers; not for a question about something else.
    detail: a sentence for the reader about a detail that is asked for and missing, if that is why.
    """

    answer: bool
    probability: float
    reason: str
    near: bool = True
    detail: str = ""


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
    if is_other_task(question):
        return Decision(False, 0.0, "this is not a question about the papers", near=False)
    if not hits or not re.search(r"[^\W\d_]", question):
        return Decision(False, 0.0, "nothing in the list matches", near=False)
    model = _model()
    values = features(question, hits)
    probability = model.probability(values)
    if probability >= model.threshold:
        return Decision(True, probability, "the records say")
    near = values[FEATURES.index("cosine")] + values[FEATURES.index("maxsim")] >= model.near
    detail = lacking(question, [hit.paper for hit in hits])
    if detail and near:
        reason = f"the records do not give {detail}"
        return Decision(False, probability, reason, detail=f"No record gives {detail}.")
    reason = "no record says it" if near else "nothing in the list is about this"
    return Decision(False, probability, reason, near)


def is_other_task(question: str) -> bool:
    """Whether something is ordered that no reading list answers: code, recipes, sums, verse."""
    return any(task.search(question) for task in _OTHER_TASKS)


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
