"""The words of the papers as a sparse tf-idf matrix: the lexical view that clustering works on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.themes.words import generic_words, light_words, verbs
from ingest.paper import Paper
from ingest.text import stem_words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_WORD = re.compile(r"[^\W\d_][\w-]*[^\W_]")
# A title is a paper's own summary of itself, so its words count three times.
TITLE_WEIGHT = 3
MIN_PAPERS = 2
# A word in more than half of the list cannot tell its themes apart.
MAX_SHARE = 0.5
# What a word of every abstract counts beside another, and two neighbours beside a single word.
GENERIC_WEIGHT, PAIR_WEIGHT = 0.25, 0.5


def stems(text: str) -> list[str]:
    """Snowball stems of the content words of `text`, in order."""
    light = light_words()
    return stem_words(word for word in _WORD.findall(text.lower()) if word not in light)


def tfidf(papers: Sequence[Paper]) -> csr_array:
    """(n, terms) float32 tf-idf rows of length 1; a row without shared words is zero.

    Sublinear term counts times log(n / document frequency) (Salton & Buckley 1988), over stems and
    pairs of neighbouring stems that at least two papers and at most half of them use. Columns are
    in alphabetical order.
    """
    from scipy.sparse import csr_array

    counts = [_counts(paper) for paper in papers]
    frequency = Counter(term for row in counts for term in row)
    most = max(MAX_SHARE * len(papers), MIN_PAPERS)
    vocabulary = sorted(term for term, df in frequency.items() if MIN_PAPERS <= df <= most)
    column = {term: index for index, term in enumerate(vocabulary)}
    weight = {t: _weight(t) * float(np.log(len(papers) / frequency[t])) for t in vocabulary}
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for row in counts:
        kept = sorted(term for term in row if term in column)
        weights = np.array([(1.0 + np.log(row[term])) * weight[term] for term in kept])
        data += (weights / (float(np.linalg.norm(weights)) or 1.0)).tolist()
        indices += [column[term] for term in kept]
        starts.append(len(indices))
    parts = (np.array(data, np.float32), np.array(indices, np.int32), np.array(starts, np.int32))
    return csr_array(parts, shape=(len(counts), len(column)))


def _counts(paper: Paper) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, times in ((paper.summary, 1), (paper.title, TITLE_WEIGHT)):
        found = stems(text)
        for term in (*found, *(f"{one} {other}" for one, other in pairwise(found))):
            counts[term] += times
    return counts


def _weight(term: str) -> float:
    if " " in term:
        return PAIR_WEIGHT
    return GENERIC_WEIGHT if term in generic_stems() else 1.0


@cache
def generic_stems() -> frozenset[str]:
    """Stems of the words of every abstract."""
    return frozenset(stem_words(generic_words() | verbs()))
