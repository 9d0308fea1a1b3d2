"""Which papers a comparison asks for: those that together cover what its question names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app.answering.generators.extractive import choose

if TYPE_CHECKING:
    from app.query import Query
    from app.retrieval import Hit, PaperRetriever

# How much more of the question a paper must cover to be one that was asked for, of a coverage of 0
# to 1.
MIN_GAIN = 0.07
# Mean similarity of a paper to what it covers better than the others from which on it was named:
# those that two dozen comparisons name have .66 and more, the second paper of questions that name
# none .5.
MIN_NAMED = 0.6
# More papers on a topic than this are told one by one rather than side by side.
MOST_OF_TOPIC = 4


def compared(query: Query, hits: Sequence[Hit], retriever: PaperRetriever) -> list[Hit]:
    """The hits to set side by side, in the order in which the question comes to them.

    Each paper is named by words of its own: the best hit is taken, and then whatever covers most of
    the tokens that are not covered yet, as in a greedy set cover. Where one paper covers all, the
    question names what they have in common, and those of its topic are meant; so are they where
    words are covered by what is only a little like them. Of a topic with many papers none is.
    """
    topic = choose(query, hits)
    if query.pointed_at or not hits:
        return topic
    topic = topic if len(topic) <= MOST_OF_TOPIC else []
    weights, matches = retriever.token_matches(query.standalone, hits)
    covered = np.zeros(len(weights), np.float32)
    rows: list[int] = []
    while len(rows) < len(hits):
        gains = weights * np.maximum(matches - covered, 0.0)
        best = int(gains.sum(axis=1).argmax())
        if rows and gains[best].sum() < MIN_GAIN:
            break
        covered = np.maximum(covered, matches[best])
        rows.append(best)
    if len(rows) < 2:
        return topic
    # A paper stands where the question names it: at the middle of what it covers better than the
    # others.
    others = [np.delete(matches[rows], at, axis=0).max(axis=0) for at in range(len(rows))]
    leads = weights * np.maximum(matches[rows] - np.array(others), 1e-6)
    named = (leads * matches[rows]).sum(axis=1) / leads.sum(axis=1)
    if named.min() < MIN_NAMED:
        return topic
    middles = leads @ np.arange(len(weights)) / leads.sum(axis=1)
    return [hits[rows[at]] for at in np.argsort(middles, kind="stable")]
