"""Late interaction: a question's token vectors against a record's (Khattab & Zaharia 2020).

Each query token looks for its most similar record token; the maxima are averaged, weighted by the
inverse document frequency of the token's word piece. The question is read twice: as asked, and
without its stop words. The encoder mixes context into every token, so that "which", "how" and "do"
pull topic words towards questions, and records hold none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.encoder import TokenEncoding
from ingest.lexical import STOP_WORDS
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.token_store import TokenStore

EncodeTokens = Callable[[Sequence[str]], list[TokenEncoding]]

_WORDS = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class QueryTokens:
    """A question's token vectors.

    vectors: (q, 384) of all readings, one below the other. weights: (v, q) one row a reading, each
    summing to 1, zero for the other readings' tokens. The first reading is the question as asked.
    """

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """How well a record answers: idf-weighted means of token maxima, -1 to 1.

    asked: over the question as asked. record: the mean over both readings. title: likewise, against
    the title's tokens only.
    """

    asked: float
    record: float
    title: float


class TokenMatcher:
    """Compares questions with the records of a token store."""

    def __init__(self, store: TokenStore, encode_tokens: EncodeTokens) -> None:
        self._store = store
        self._encode = encode_tokens

    @property
    def mean_length(self) -> float:
        """Mean number of tokens that are compared of a record."""
        return self._store.mean_length

    def query(self, text: str) -> QueryTokens | None:
        """Read a question; None where it has no tokens."""
        readings = [e for e in self._encode([text, content_words(text)]) if len(e.token_ids)]
        if not readings:
            return None
        lengths = [len(reading.token_ids) for reading in readings]
        weights = np.zeros((len(readings), sum(lengths)), dtype=np.float32)
        first = 0
        for row, reading in enumerate(readings):
            idf = np.maximum(self._store.idf(reading.token_ids), 0.0) + 1e-6
            weights[row, first : first + len(idf)] = idf / idf.sum()
            first += len(idf)
        return QueryTokens(np.concatenate([r.token_vectors for r in readings]), weights)

    def match(self, query: QueryTokens, row: int) -> Match:
        """Compare with one record."""
        similarities = self._store.similarities(query.vectors, row)
        if similarities.shape[1] == 0:
            return Match(0.0, 0.0, 0.0)
        record = query.weights @ similarities.max(axis=1)
        title_tokens = max(int(self._store.title_tokens[row]), 1)
        title = query.weights @ similarities[:, :title_tokens].max(axis=1)
        return Match(float(record[0]), float(record.mean()), float(title.mean()))

    def best_sentence(self, query: QueryTokens, row: int, text: str) -> tuple[int, int] | None:
        """Span in the record's text of the sentence with the highest score over both readings.

        None where no sentence has tokens in the store.
        """
        similarities = self._store.similarities(query.vectors, row)
        middles = self._store.offsets[self._store.tokens(row)].mean(axis=1)
        weights = query.weights.mean(axis=0)
        best: tuple[float, tuple[int, int]] | None = None
        for start, end in sentence_spans(text):
            inside = (middles >= start) & (middles <= end)
            if not inside.any():
                continue
            score = float(weights @ similarities[:, inside].max(axis=1))
            if best is None or score > best[0]:
                best = (score, (start, end))
        return best[1] if best else None


def content_words(text: str) -> str:
    """The text without its stop words, or as it is where nothing else is left."""
    kept = [word for word in _WORDS.findall(text) if word.lower() not in STOP_WORDS]
    return " ".join(kept) or text
