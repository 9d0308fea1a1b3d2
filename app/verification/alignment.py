"""A claim's words aligned with the words of a piece of evidence.

By the cosine of their contextual vectors (greedy matching in both directions, weighted by idf;
Zhang et al. 2020, "BERTScore"), next to exact stems and numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.language.lexicon import REPORTING_WORDS
from app.language.polarity import direction
from app.language.words import Word, words
from app.verification.guards_pair import Pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.encoder import TokenEncoding

    Vector = NDArray[np.float32]

# The encoder's vocabulary holds no whole words before this id; the log of the last ids is about 10.
FIRST_WORD_ID = 1990
LOG_RARE = 10.0
# Beyond the encoder's window a word has no vector: it weighs as a fairly rare one does.
UNSEEN_WEIGHT = 0.9
# The same word in another sentence has a cosine of .6 to .95. Words of one root ("stable",
# "stably") or of one direction ("hurts", "harms") count nearly as much if their vectors agree at
# all.
EXACT = 0.9
KIN = 0.8
KIN_COSINE = 0.4
MIN_ROOT = 4
ROOT_SHARE = 0.7


@dataclass(frozen=True)
class Encoded:
    """A sentence, or neighbouring ones, with words and vectors.

    start, end: where it stands in the text it was cut from. vector: (384,) unit. vectors: (w, 384)
    unit rows, the mean of each word's token vectors. weights: (w,) about 0.1 for frequent to 1 for
    rare words.
    """

    text: str
    start: int
    words: tuple[Word, ...]
    vector: Vector
    vectors: Vector
    weights: Vector

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.start + len(self.text)

    @cached_property
    def rows(self) -> list[int]:
        """Positions of the words that carry what is said; never empty unless there are no words."""
        content = [i for i, word in enumerate(self.words) if word.content]
        telling = [i for i in content if self.words[i].lower not in REPORTING_WORDS]
        return telling or content or list(range(len(self.words)))

    @cached_property
    def stems(self) -> frozenset[str]:
        """Stems of all words."""
        return frozenset(word.stem for word in self.words)

    @cached_property
    def directed(self) -> list[tuple[int, int]]:
        """(position, sign) of the direction words."""
        return [(i, s) for i, w in enumerate(self.words) if (s := direction(w.lower))]


def encoded(text: str, start: int, encoding: TokenEncoding) -> Encoded:
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
        weights[row] = 1.0 if len(inside) > 1 else np.log(max(rank, 2.0)) / LOG_RARE
    return Encoded(text, start, tuple(found), encoding.vector, vectors, weights)


def joined(parts: Sequence[Encoded]) -> Encoded:
    """Several sentences as one piece of evidence; no new encoding."""
    if len(parts) == 1:
        return parts[0]
    mean = np.sum([part.vector for part in parts], axis=0)
    return Encoded(
        " ".join(part.text for part in parts),
        parts[0].start,
        tuple(word for part in parts for word in part.words),
        mean / max(float(np.linalg.norm(mean)), 1e-9),
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


class Alignment:
    """A claim aligned with one piece of evidence."""

    def __init__(self, claim: Encoded, evidence: Encoded) -> None:
        self.claim = claim
        self.evidence = evidence
        width = max(len(evidence.words), 1)
        self.sims: Vector = np.zeros((len(claim.words), width), dtype=np.float32)
        if evidence.words:
            self.sims = claim.vectors @ evidence.vectors.T
        numbers = {word.number for word in evidence.words} - {""}
        self.exact = np.array(
            [word.stem in evidence.stems or word.number in numbers for word in claim.words],
            dtype=bool,
        )
        self.best: Vector = np.array(
            [self._match(i) for i in range(len(claim.words))], dtype=np.float32
        )

    def _match(self, row: int) -> float:
        """Similarity of a claim word to its best match; kin by form or direction count as near."""
        soft = float(self.sims[row].max())
        if self.exact[row]:
            return max(soft, EXACT)
        word = self.claim.words[row]
        sign = direction(word.lower)
        for j in np.flatnonzero(self.sims[row] > KIN_COSINE):
            other = self.evidence.words[int(j)]
            if (sign and direction(other.lower) == sign) or _same_root(word.stem, other.stem):
                return max(soft, KIN)
        return soft

    def coverage(self) -> tuple[float, float]:
        """Weighted share of the claim's words found, by vectors and by stems."""
        rows = self.claim.rows
        weights = self.claim.weights[rows]
        total = max(float(weights.sum()), 1e-6)
        return float(self.best[rows] @ weights) / total, float(self.exact[rows] @ weights) / total

    def reverse(self) -> float:
        """Weighted share of the evidence's words found in the claim."""
        rows = self.evidence.rows
        if not rows or not self.claim.rows:
            return 0.0
        weights = self.evidence.weights[rows]
        best = self.sims[self.claim.rows].max(axis=0)[rows]
        return float(best @ weights) / max(float(weights.sum()), 1e-6)

    def weakest(self) -> tuple[float, float]:
        """Similarity of the worst matched word, and the mean of the two worst."""
        ordered = np.sort(self.best[self.claim.rows])
        return (float(ordered[0]), float(ordered[:2].mean())) if len(ordered) else (0.0, 0.0)

    def pair(self, context: Sequence[Word], parts: Sequence[Encoded]) -> Pair:
        """What the guards look at; parts: the sentences that the evidence was joined from."""
        claim, evidence = self.claim, self.evidence
        return Pair(
            claim.words,
            evidence.words,
            self.sims,
            self.best,
            claim.weights,
            claim.rows,
            context,
            [part.words for part in parts],
            any(part.text.endswith("?") for part in parts),
            claim.text.rstrip("\"'”’) ").endswith((".", "!", "?", "…")),
        )


def _same_root(a: str, b: str) -> bool:
    """Whether two stems share most of their letters from the front."""
    needed = max(MIN_ROOT, ROOT_SHARE * max(len(a), len(b)))
    same = itertools.takewhile(lambda letters: letters[0] == letters[1], zip(a, b, strict=False))
    return sum(1 for _ in same) >= needed
