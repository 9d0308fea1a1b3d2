"""The words of the papers as a sparse tf-idf matrix: the lexical view that clustering works on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.themes.words import LIGHT_WORDS
from ingest.paper import Paper
from ingest.text import stem_words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_WORD = re.compile(r"[^\W\d_][\w-]*[^\W_]")
# A title is a paper's own summary of itself, so its words count twice.
TITLE_WEIGHT = 2
MIN_PAPERS = 2
# A word in more than half of the list cannot tell its themes apart.
MAX_SHARE = 0.5


def stems(text: str) -> list[str]:
    """Snowball stems of the content words of `text`, in order."""
    return stem_words(word for word in _WORD.findall(text.lower()) if word not in LIGHT_WORDS)


def tfidf(papers: Sequence[Paper]) -> csr_array:
    """(n, terms) float32 tf-idf rows of length 1; a row without shared words is zero.

    Sublinear term counts times log(n / document frequency) (Salton & Buckley 1988), over stems
    that at least two papers and at most half of them use. Columns are in alphabetical order.
    """
    counts = [_counts(paper) for paper in papers]
    frequency = Counter(term for row in counts for term in row)
    most = max(MAX_SHARE * len(papers), MIN_PAPERS)
    vocabulary = sorted(term for term, df in frequency.items() if MIN_PAPERS <= df <= most)
    column = {term: index for index, term in enumerate(vocabulary)}
    idf = {term: np.log(len(papers) / frequency[term]) for term in vocabulary}
    return _rows(counts, column, idf)


def _counts(paper: Paper) -> Counter[str]:
    counts = Counter(stems(paper.summary))
    for term in stems(paper.title):
        counts[term] += TITLE_WEIGHT
    return counts


def _rows(
    counts: Sequence[Counter[str]], column: dict[str, int], idf: dict[str, float]
) -> csr_array:
    from scipy.sparse import csr_array

    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for row in counts:
        kept = sorted((column[term], term) for term in row if term in column)
        weights = np.array([(1.0 + np.log(row[term])) * idf[term] for _, term in kept])
        norm = float(np.linalg.norm(weights)) or 1.0
        data.extend((weights / norm).tolist())
        indices.extend(index for index, _ in kept)
        starts.append(len(indices))
    shape = (len(counts), len(column))
    parts = (np.array(data, np.float32), np.array(indices, np.int32), np.array(starts, np.int32))
    return csr_array(parts, shape=shape)
