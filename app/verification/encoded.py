"""A text with its words and a vector for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.language.lexicon import direction, lexicon
from app.language.words import Word, words
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.encoder import TokenEncoding

    Vector = NDArray[np.float32]

# A word's weight stands in for its idf: the encoder's vocabulary lists whole words from frequent to
# rare, from the first id on, so by Zipf's law log(rank) grows as -log(frequency) does. The log of the
# last ids is about 10.
FIRST_WORD_ID = 1990
LOG_RAREST = 10.0
# Beyond the encoder's window a word has no vector: it weighs as a fairly rare one does.
UNSEEN_WEIGHT = 0.9
# A sentence of 25 words takes 40 kB.
MAX_CACHED_TEXTS = 512


@dataclass(frozen=True, eq=False)
class Encoded:
    """A sentence with words and vectors.

    vector: (384,) unit. vectors: (w, 384) unit rows, the mean of each word's token vectors. weights:
    (w,) about 0.1 for frequent to 1 for rare words.
    """

    text: str
    words: tuple[Word, ...]
    vector: Vector
    vectors: Vector
    weights: Vector

    @cached_property
    def rows(self) -> list[int]:
        """Positions of the words that carry what is said; never empty unless there are no words."""
        content = [i for i, word in enumerate(self.words) if word.content]
        telling = [i for i in content if self.words[i].lower not in lexicon().reporting]
        return telling or content or list(range(len(self.words)))

    @cached_property
    def present(self) -> frozenset[str]:
        """Stems of all words, and the numbers among them in digits."""
        return frozenset(word.stem for word in self.words) | {
            word.number for word in self.words if word.number
        }

    @cached_property
    def directions(self) -> list[int]:
        """+1, -1 or 0 for each word; see `direction`."""
        return [direction(word.lower) for word in self.words]


def encoded(text: str, encoding: TokenEncoding) -> Encoded:
    """Token vectors gathered into word vectors."""
    found = words(text)
    vectors = np.zeros((len(found), encoding.vector.shape[0]), dtype=np.float32)
    weights = np.full(len(found), UNSEEN_WEIGHT, dtype=np.float32)
    starts, ends = encoding.offsets[:, 0], encoding.offsets[:, 1]
    for row, word in enumerate(found):
        inside = np.flatnonzero((starts < word.end) & (ends > word.start))
        if not len(inside):
            continue
        mean = encoding.token_vectors[inside].mean(axis=0)
        vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        rank = float(encoding.token_ids[inside].max()) - FIRST_WORD_ID
        # A word in pieces is not in the vocabulary at all.
        weights[row] = 1.0 if len(inside) > 1 else np.log(max(rank, 2.0)) / LOG_RAREST
    return Encoded(text, tuple(found), encoding.vector, vectors, weights)


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def encode_text(text: str) -> Encoded:
    """One sentence, with the packaged encoder."""
    from ingest.index.encoder import shared_encoder

    return encoded(text, shared_encoder().encode_tokens([text])[0])


@lru_cache(maxsize=MAX_CACHED_TEXTS)
def encode_sentences(text: str) -> tuple[tuple[tuple[int, int], Encoded], ...]:
    """The sentences of a record's text, title first, each with its (start, end) there."""
    return tuple((span, encode_text(text[slice(*span)])) for span in sentence_spans(text))
