"""Late interaction: a question's token vectors against a record's (Khattab & Zaharia 2020).

Each query token looks for its most similar record token; the maxima are averaged, weighted by the
inverse document frequency of the token's word piece. Stop words and punctuation count on neither
side: they are encoded, as context for the rest, and then left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.index.encoder import shared_encoder
from ingest.index.token_store import SCALE, content_tokens
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.token_store import TokenStore

# In a record that stands for a question, rare words count more than in one that was typed, where each was
# meant; and its title is its own summary of itself.
RECORD_IDF_POWER, RECORD_TITLE_WEIGHT = 1.5, 2.0


@dataclass(frozen=True, slots=True)
class QueryTokens:
    """A question's tokens. vectors: (q, 384) float32. weights: (q,) float32, sum 1."""

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]

    def plus(self, other: QueryTokens, weight: float) -> QueryTokens:
        """With other tokens that count so much; against a record where that is below 0."""
        weights = np.concatenate([self.weights, np.float32(weight) * other.weights])
        return QueryTokens(np.concatenate([self.vectors, other.vectors]), weights)


@dataclass(frozen=True, slots=True)
class Match:
    """A question's tokens in n records.

    record, title: (n,) idf-weighted means of the token maxima, -1 to 1, in the whole record and in its
    title. tokens: (n, q) the maxima themselves.
    """

    record: NDArray[np.float32]
    title: NDArray[np.float32]
    tokens: NDArray[np.float32]


class TokenMatcher:
    """Compares questions with the records of a token store."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store

    @property
    def mean_length(self) -> float:
        """Mean number of tokens that are compared of a record."""
        return self._store.mean_length

    def query(self, text: str) -> QueryTokens | None:
        """Read a question; None where it has no tokens."""
        (encoding,) = shared_encoder().encode_tokens([text])
        if not len(encoding.token_ids):
            return None
        # A piece that every record holds has an idf below 0; a question of such pieces counts too.
        idf = np.maximum(self._store.idf(encoding.token_ids), 1e-6)
        kept = content_tokens(text, encoding.offsets)
        if not kept.any():
            kept[:] = True
        weights = idf[kept] / idf[kept].sum()
        return QueryTokens(encoding.token_vectors[kept], weights)

    def records(self, rows: Sequence[int]) -> QueryTokens | None:
        """Records as a question: their tokens without what all tokens of the list share."""
        held = [self._store.record(row) for row in rows]
        if not sum(len(record.ids) for record in held):
            return None
        vectors = np.concatenate([record.vectors for record in held]).astype(np.float32)
        vectors -= SCALE * self._store.mean_vector
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
        idf = self._store.idf(np.concatenate([record.ids for record in held]).astype(np.int32))
        weights = np.maximum(idf, np.float32(1e-6)) ** np.float32(RECORD_IDF_POWER)
        titles = np.concatenate([np.arange(len(r.ids)) < r.title_tokens for r in held])
        weights[titles] *= RECORD_TITLE_WEIGHT
        return QueryTokens(vectors, weights / weights.sum())

    def match(self, query: QueryTokens, rows: Sequence[int]) -> Match:
        """Compare with some records."""
        record, title = self._store.best_matches(query.vectors, rows)
        return Match(record @ query.weights, title @ query.weights, record)

    def best_sentence(
        self, query: QueryTokens, row: int, text: str
    ) -> tuple[float, tuple[int, int] | None]:
        """How well the record matches, and the span in its text of the sentence that matches best.

        0 and None where no sentence has tokens in the store.
        """
        similarities = self._store.similarities(query.vectors, row)
        if not similarities.size:
            return 0.0, None
        middles = self._store.offsets[self._store.tokens(row)].mean(axis=1)
        best: tuple[float, tuple[int, int]] | None = None
        for start, end in sentence_spans(text):
            inside = (middles >= start) & (middles <= end)
            if not inside.any():
                continue
            score = float(query.weights @ similarities[:, inside].max(axis=1))
            if best is None or score > best[0]:
                best = (score, (start, end))
        return float(query.weights @ similarities.max(axis=1)), best[1] if best else None
