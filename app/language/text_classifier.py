"""A small classifier of short texts, learned from examples: meaning and form together.

Multinomial logistic regression over the packaged encoder's sentence vector (what it is about), tf-idf
weighted word n-grams (how it is put) and a few counts. Words that only some writers of the examples
used are topics, not form: all of them are one symbol in the n-grams, so that "papers on <topic>" is
the same for every topic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?:\"“]")
TOPIC, START, END = "§", "^", "$"
LONGEST_NGRAM = 3
# How the three groups of features are scaled against each other before the regression.
VECTOR_SCALE, NGRAM_SCALE = 3.0, 3.0


def tokens(text: str) -> list[str]:
    """Lower-case words, numbers and telling marks."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def ngrams(words: Sequence[str], form: frozenset[str]) -> list[str]:
    """All n-grams of a text whose topical words are one symbol each run. form: words kept as such."""
    kept = [START]
    for word in words:
        shown = word if word in form else TOPIC
        if not (shown == TOPIC and kept[-1] == TOPIC):
            kept.append(shown)
    kept.append(END)
    return [
        " ".join(kept[i : i + n])
        for n in range(1, LONGEST_NGRAM + 1)
        for i in range(len(kept) - n + 1)
    ]


def counts(words: Sequence[str], form: frozenset[str]) -> list[float]:
    """Length, number and share of topical words."""
    topical = len([word for word in words if word not in form])
    return [float(np.log1p(len(words))), float(np.log1p(topical)), topical / max(len(words), 1)]


@dataclass(frozen=True)
class TextClassifier:
    """classes: (c,) labels. form: words that are not topics. vocabulary: n-gram -> column. idf: (n,).

    weights: (c, 384 + n + 3 + extra) over vector, n-grams, counts and extra features; bias: (c,).
    """

    classes: tuple[str, ...]
    form: frozenset[str]
    vocabulary: dict[str, int]
    idf: Array
    weights: Array
    bias: Array

    def probabilities(
        self, text: str, vector: Array, extra: Iterable[float] = ()
    ) -> dict[str, float]:
        """Probability of each class. vector: (384,) of the packaged encoder for this text."""
        features = self.features(text, vector, extra)
        scores = self.weights @ features + self.bias
        odds = np.exp(scores - scores.max())
        return dict(zip(self.classes, (odds / odds.sum()).tolist(), strict=True))

    def features(self, text: str, vector: Array, extra: Iterable[float] = ()) -> Array:
        """(384 + n + 3 + extra,) the row that the regression sees."""
        words = tokens(text)
        row = np.zeros(len(self.idf), dtype=np.float32)
        for gram, times in Counter(ngrams(words, self.form)).items():
            column = self.vocabulary.get(gram)
            if column is not None:
                row[column] = (1.0 + np.log(times)) * self.idf[column]
        row /= max(float(np.linalg.norm(row)), 1e-9)
        rest = [*counts(words, self.form), *extra]
        return np.concatenate(
            [vector * VECTOR_SCALE, row * NGRAM_SCALE, np.array(rest, dtype=np.float32)],
            dtype=np.float32,
        )


@lru_cache(maxsize=8)
def shipped(package: str, name: str) -> TextClassifier:
    """A classifier from `data/<name>.npz` of a package."""
    stored = stored_arrays(package, name)
    return TextClassifier(
        classes=tuple(stored["classes"].tolist()),
        form=frozenset(stored["form"].tolist()),
        vocabulary={gram: i for i, gram in enumerate(stored["vocabulary"].tolist())},
        idf=stored["idf"].astype(np.float32),
        weights=stored["weights"].astype(np.float32),
        bias=stored["bias"],
    )


def stored_arrays(package: str, name: str) -> dict[str, NDArray[Any]]:
    """The arrays of `data/<name>.npz` of a package."""
    file = resources.files(package).joinpath("data", f"{name}.npz")
    with resources.as_file(file) as path, np.load(path, allow_pickle=False) as stored:
        return dict(stored)
