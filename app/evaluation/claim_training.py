"""Fits the claim model: a sentence selector on rationales, then a classifier on what it pools.

The classifier learns from selector probabilities that are out of fold, as it will meet them
(stacking; Wolpert 1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.language.logistic import Logistic
from app.verification.claim_model import ClaimModel, pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SELECTOR_C = 0.3
CLASSIFIER_C = 0.01
INNER_FOLDS = 4


@dataclass(frozen=True)
class Example:
    """A claim beside one abstract.

    claim: its number. group: of claims that share abstracts. label: index into LABELS.
    matrix: (n, f) sentence features. rationale: (n,) which sentences the annotators marked.
    """

    claim: int
    group: int
    label: int
    matrix: Array
    rationale: NDArray[np.bool_]


def fit_claim_model(examples: Sequence[Example]) -> ClaimModel:
    """Selector and classifier from all `examples`."""
    parts = np.array([e.group % INNER_FOLDS for e in examples])
    features = np.zeros(0)
    rows: list[Array] = [features] * len(examples)
    for part in range(INNER_FOLDS):
        inner = _fit_selector([e for e, p in zip(examples, parts, strict=True) if p != part])
        for i in np.flatnonzero(parts == part):
            matrix = examples[int(i)].matrix
            rows[i] = pooled(matrix, inner.probabilities(matrix)[:, 0])
    classifier = fit_logistic(
        np.stack(rows), np.array([e.label for e in examples]), CLASSIFIER_C, balanced=True
    )
    return ClaimModel(_fit_selector(examples), classifier)


def _fit_selector(examples: Sequence[Example]) -> Logistic:
    marked = [e for e in examples if e.rationale.any()]
    return fit_logistic(
        np.concatenate([e.matrix for e in marked]),
        np.concatenate([e.rationale for e in marked]).astype(int),
        SELECTOR_C,
    )


def fit_logistic(
    features: Array, labels: NDArray[Any], c: float, *, balanced: bool = False
) -> Logistic:
    """L2-regularised (multinomial) logistic regression on standardised features."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    model = LogisticRegression(C=c, max_iter=2000, class_weight="balanced" if balanced else None)
    model.fit((features - mean) / scale, labels)
    return Logistic(mean, scale, model.coef_, model.intercept_)
