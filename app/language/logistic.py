"""The two small trained models of verification, as plain numbers read from data.

Both are written by `python -m app.evaluation.train_verifier`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """Multinomial logistic regression on standardised features.

    mean, scale: (f,). coefficients: (classes, f); intercept: (classes,). One row means two classes.
    """

    mean: Array
    scale: Array
    coefficients: Array
    intercept: Array

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Logistic:
        """From the lists that `to_json` gives."""
        return cls(
            np.array(fields["mean"], dtype=np.float64),
            np.array(fields["scale"], dtype=np.float64),
            np.array(fields["coefficients"], dtype=np.float64),
            np.array(fields["intercept"], dtype=np.float64),
        )

    def to_json(self) -> dict[str, Any]:
        """Lists, rounded to what the result can show."""
        return {
            name: np.round(getattr(self, name), 5).tolist()
            for name in ("mean", "scale", "coefficients", "intercept")
        }

    def scores(self, features: Array) -> Array:
        """(n, f) -> (n, classes) log odds before normalisation."""
        found: Array = (features - self.mean) / self.scale @ self.coefficients.T + self.intercept
        return found

    def probabilities(self, features: Array) -> Array:
        """(n, f) -> (n, classes), rows summing to 1; of two classes only the second: (n, 1)."""
        scores = self.scores(features)
        if scores.shape[1] == 1:
            return 1.0 / (1.0 + np.exp(-scores))
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        normalised: Array = scores / scores.sum(axis=1, keepdims=True)
        return normalised


@lru_cache(maxsize=1)
def shipped_weights() -> dict[str, Any]:
    """The contents of data/verifier.json."""
    raw = resources.files("app.verification").joinpath("data", "verifier.json").read_text("utf-8")
    weights: dict[str, Any] = json.loads(raw)
    return weights
