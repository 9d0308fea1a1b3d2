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
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

K1 = 0.9
B = 0.4
# A misspelt word counts half of the word that it is taken for.
TYPO_WEIGHT = 0.5
# Shorter stems have too many neighbours at one edit ("cat", "car", "can").
TYPO_MIN_LETTERS = 5

_WORD = re.compile(r"\w+(?:[-‐‑]\w+)*")  # and the hyphens that papers use
_HYPHEN = re.compile(r"[-‐‑]")
_VOCABULARY = "terms.json"
_local = threading.local()
# Lucene's English stop words and the question words that carry no topic.
_STOP_WORDS = """
a an and are as at be been but by can could did do does for from had has have how i if in
into is it its no not of on or our should so such than that the their them then there
these they this those to was we were what when where whether which while who whom whose
why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def analyse(text: str) -> list[str]:
    """Text -> terms: lower case, no stop words, stemmed; "multi-hop" also gives "multihop"."""
    words: list[str] = []
    for match in _WORD.finditer(text.lower()):
        parts = _HYPHEN.split(match.group())
        words += [part for part in parts if len(part) > 1 and part not in STOP_WORDS]
        if len(parts) > 1:
            words.append("".join(parts))
    stemmed: list[str] = _stemmer().stemWords(words)
    return stemmed


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
    def load(cls, folder: Path, *, mmap: bool = True) -> BM25Index:
        """Open what `save` wrote; `mmap` leaves the arrays on disk until they are touched."""
        mode: Literal["r"] | None = "r" if mmap else None
        content = json.loads((folder / _VOCABULARY).read_text("utf-8"))
        files = {"data": "data", "indices": "rows", "indptr": "starts"}
        matrix = {key: np.load(folder / f"{name}.npy", mode) for key, name in files.items()}
        return cls({w: i for i, w in enumerate(content["terms"])}, matrix, content["texts"])

    def scores(self, query: str) -> NDArray[np.float32]:
        """(n,) float32 BM25 scores of all texts, 0 where no term of the query occurs."""
        return self._sum([(term, 1.0) for term in analyse(query)])

    def tolerant_scores(self, query: str) -> NDArray[np.float32]:
        """As `scores`, but an unknown term counts half as the commonest indexed term one edit away.

        The neighbours are generated and looked up (Norvig 2007), which takes the same time for any
        size of vocabulary. The first letter is taken as right.
        """
        weighted: list[tuple[str, float]] = []
        for term in analyse(query):
            if term in self._vocabulary:
                weighted.append((term, 1.0))
            elif (near := self._neighbour(term)) is not None:
                weighted.append((near, TYPO_WEIGHT))
        return self._sum(weighted)

    def document_frequency(self, term: str) -> int:
        """Number of texts that hold a term as `analyse` gives it."""
        i = self._vocabulary.get(term)
        return 0 if i is None else int(self._starts[i + 1] - self._starts[i])

    def _sum(self, weighted: Sequence[tuple[str, float]]) -> NDArray[np.float32]:
        total = np.zeros(self._count, dtype=np.float32)
        for term, weight in weighted:
            i = self._vocabulary.get(term)
            if i is not None:
                column = slice(int(self._starts[i]), int(self._starts[i + 1]))
                # A row occurs once in a column, so fancy-index addition loses nothing.
                total[self._rows[column]] += weight * self._data[column]
        return total

    def _neighbour(self, term: str) -> str | None:
        if len(term) < TYPO_MIN_LETTERS or not term.isalpha():
            return None
        known = {word for word in _one_edit(term) if word in self._vocabulary}
        return min(known, key=lambda word: (-self.document_frequency(word), word), default=None)


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


def _stemmer() -> Any:
    # One a thread: Snowball's object keeps its working buffer between calls.
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        import Stemmer

        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return stemmer
