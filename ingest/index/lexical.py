"""BM25 beside the vectors: the same chunks in the same order, scored by the words they share.

Lucene's variant (Robertson & Zaragoza 2009; Kamphuis et al. 2020) with k1 = 0.9 and b = 0.4, the
values that hold across collections of short passages (Yang, Fang & Lin 2017), Snowball stems and
English stop words. bm25s computes every score at indexing time (Lù 2024), so that a query only adds
columns of a sparse matrix up.
"""

from __future__ import annotations

import json
import re
import string
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.text import STOP_WORDS, stem_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1 = 0.9
B = 0.4
# An unknown word counts half of what it is taken for.
GUESS_WEIGHT = 0.5
# Shorter stems have too many neighbours at one edit ("cat", "car", "can").
TYPO_MIN_LETTERS = 5
# A stem and a longer one of so many more letters are of one family ("syllog", "syllogist").
FAMILY_MIN_LETTERS, FAMILY_MORE_LETTERS = 6, 4
# Halves of a compound written in one word; below three letters anything can be cut.
MIN_PART = 3

_WORD = re.compile(r"\w\w+")
# "multi-hop", with the hyphens that papers use.
_COMPOUND = re.compile(r"\w+(?:[-‐‑]\w+)+")
_HYPHEN = re.compile(r"[-‐‑]")
_VOCABULARY = "terms.json"


def analyse(text: str) -> list[str]:
    """Text -> terms: words of two characters and more, lower case, no stop words, stemmed."""
    return stem_words([word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS])


class BM25Index:
    """An immutable BM25 index over n texts, addressed by row."""

    def __init__(self, vocabulary: dict[str, int], matrix: dict[str, Any], count: int) -> None:
        self._vocabulary = vocabulary
        self._data: NDArray[np.float32] = matrix["data"]
        self._rows: NDArray[np.int32] = matrix["indices"]
        self._starts: NDArray[np.int64] = matrix["indptr"]
        self._count = count

    def __len__(self) -> int:
        return self._count

    @classmethod
    def build(cls, texts: Sequence[str]) -> BM25Index:
        """Index texts; row i of every score array is texts[i]."""
        import bm25s

        terms = [analyse(text) for text in texts]
        # Sorted: bm25s numbers words in set order, which differs from one process to the next.
        vocabulary = {word: i for i, word in enumerate(sorted({w for row in terms for w in row}))}
        if not vocabulary:
            return cls({}, _empty_matrix(), len(texts))
        model = bm25s.BM25(k1=K1, b=B, method="lucene", csc_backend="numpy")
        ids = [[vocabulary[word] for word in row] for row in terms]
        model.index((ids, vocabulary), create_empty_token=False, show_progress=False)
        return cls(vocabulary, model.scores, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is created."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "data.npy", self._data)
        np.save(folder / "rows.npy", self._rows)
        np.save(folder / "starts.npy", self._starts)
        # In id order; the dictionary is rebuilt on load.
        terms = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        content = json.dumps({"texts": self._count, "terms": terms}, ensure_ascii=False)
        (folder / _VOCABULARY).write_text(content, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Open what `save` wrote; the arrays stay on disk until they are touched."""
        content = json.loads((folder / _VOCABULARY).read_text("utf-8"))
        files = {"data": "data", "indices": "rows", "indptr": "starts"}
        matrix = {key: np.load(folder / f"{name}.npy", "r") for key, name in files.items()}
        return cls({w: i for i, w in enumerate(content["terms"])}, matrix, content["texts"])

    def scores(self, query: str) -> NDArray[np.float32]:
        """(n,) float32 BM25 scores of all texts, 0 where no term of the query occurs."""
        return self._sum([(term, 1.0) for term in analyse(query)])

    def tolerant_scores(self, query: str) -> NDArray[np.float32]:
        """As `scores`, but forgiving about spelling, for terms that no text holds.

        A misspelt term counts half as the commonest indexed term one edit away, one of a family of
        words as its kin ("syllogism", "syllogistic"), a compound ("multihop") as its parts;
        "multi-hop" also finds "multihop".
        """
        return self._sum([*self._forgiving(query), *self._joined(query)])

    def document_frequency(self, term: str) -> int:
        """Number of texts that hold a term as `analyse` gives it."""
        i = self._vocabulary.get(term)
        return 0 if i is None else int(self._starts[i + 1] - self._starts[i])

    def texts_with(self, word: str) -> int:
        """Number of texts that hold a word in any of its forms; 0 for a stop word."""
        return max(map(self.document_frequency, analyse(word)), default=0)

    def strangeness(self, word: str) -> float:
        """0: some text holds the word; .5: a near spelling, its kin or its parts; 1: none of these."""
        terms = [term for term in analyse(word) if term not in self._vocabulary]
        if not terms:
            return 0.0
        return 0.5 if all(self._neighbour(t) or self._parts(t) for t in terms) else 1.0

    def _sum(self, weighted: Sequence[tuple[str, float]]) -> NDArray[np.float32]:
        total = np.zeros(self._count, dtype=np.float32)
        for term, weight in weighted:
            i = self._vocabulary.get(term)
            if i is not None:
                column = slice(int(self._starts[i]), int(self._starts[i + 1]))
                # A row occurs once in a column, so fancy-index addition loses nothing.
                total[self._rows[column]] += weight * self._data[column]
        return total

    def _forgiving(self, query: str) -> Iterator[tuple[str, float]]:
        for term in analyse(query):
            if term in self._vocabulary:
                yield term, 1.0
            elif (near := self._neighbour(term)) is not None:
                yield near, GUESS_WEIGHT
            else:
                yield from ((part, GUESS_WEIGHT) for part in self._parts(term))

    def _joined(self, query: str) -> Iterator[tuple[str, float]]:
        for match in _COMPOUND.finditer(query.lower()):
            for term in analyse("".join(_HYPHEN.split(match.group()))):
                if term in self._vocabulary:
                    yield term, 1.0

    def _parts(self, term: str) -> list[str]:
        """The two indexed terms that make up an unknown one; none if there are none.

        Of several cuts, the one whose rarer half is the commonest.
        """
        cuts = []
        for i in range(MIN_PART, len(term) - MIN_PART + 1):
            halves = analyse(f"{term[:i]} {term[i:]}")
            if len(halves) == 2 and all(half in self._vocabulary for half in halves):
                cuts.append(halves)
        return max(cuts, key=lambda cut: min(map(self.document_frequency, cut)), default=[])

    def _neighbour(self, term: str) -> str | None:
        """The commonest indexed term one edit away; the first letter is taken as right.

        All strings one edit away are made and looked up (Norvig 2007), which takes the same time
        for any size of vocabulary.
        """
        if len(term) < TYPO_MIN_LETTERS or not term.isalpha():
            return None
        known = {word for word in _one_edit(term) if word in self._vocabulary}
        known = known or set(self._kin(term))
        return min(known, key=lambda word: (-self.document_frequency(word), word), default=None)

    def _kin(self, term: str) -> Iterator[str]:
        """Indexed terms that an unknown one begins with, or that begin with it."""
        for size in range(FAMILY_MIN_LETTERS, len(term)):
            if len(term) - size <= FAMILY_MORE_LETTERS and term[:size] in self._vocabulary:
                yield term[:size]
        if len(term) >= FAMILY_MIN_LETTERS:
            first, end = (bisect_left(self._terms, bound) for bound in (term, f"{term}\U0010ffff"))
            for word in self._terms[first:end]:
                if len(word) - len(term) <= FAMILY_MORE_LETTERS:
                    yield word

    @cached_property
    def _terms(self) -> list[str]:
        """All indexed terms, sorted."""
        return sorted(self._vocabulary)


def _one_edit(word: str) -> Iterator[str]:
    """All strings one deletion, swap, substitution or insertion away; the first letter stays."""
    for i in range(1, len(word) + 1):
        head, tail = word[:i], word[i:]
        for letter in string.ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _empty_matrix() -> dict[str, Any]:
    return {
        "data": np.zeros(0, np.float32),
        "indices": np.zeros(0, np.int32),
        "indptr": np.zeros(1, np.int64),
    }
