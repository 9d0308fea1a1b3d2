"""What the decision to answer looks at: how well the best records cover what a question asks for.

All of it comes from the packaged encoder's token vectors and from the list's own words, whatever
embedder the index was built with, so the trained weights hold for every embedder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from app.query.words import telling_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.retrieval import Hit

# Strangeness of a word that stands in no record, nor a near spelling of it, nor its parts.
UNKNOWN = 1.0
# Records that may answer together.
READ = 3
# Place of the weighted mean similarity to the best of them among the features.
SIMILARITY = 5


class Coverage(Protocol):
    """What retrieval knows of a question and some hits; see `app.retrieval.PaperRetriever`."""

    def token_matches(
        self, query: str, hits: Sequence[Hit]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(q,) weights of the question's tokens, sum 1, and (hits, q) best similarities in each record."""

    def strangeness(self, word: str) -> float:
        """0 for a word that some record holds, .5 where a near spelling or its parts are, else UNKNOWN."""


def evidence_features(question: str, hits: Sequence[Hit], coverage: Coverage) -> list[float]:
    """(11,) features of a question beside its best records, of which there is at least one.

    Similarity of the worst and the two worst tokens to the first record, and to the best of the
    first few; mean and weighted mean; number of tokens; share, most and sum of strangeness over the
    words.
    """
    weights, matches = coverage.token_matches(question, hits[:READ])
    first, best = matches[0], matches.max(axis=0)
    strange = [coverage.strangeness(word) for word in telling_words(question)] or [0.0]
    return [
        *_worst(first),
        *_worst(best),
        float(first.mean()),
        float(weights @ best),
        float(weights @ first),
        float(np.log(len(first))),
        float(np.mean(strange)),
        max(strange),
        sum(strange),
    ]


def _worst(similarities: NDArray[np.float32]) -> tuple[float, float]:
    """The lowest, and the mean of the two lowest."""
    ordered = np.sort(similarities)
    return float(ordered[0]), float(ordered[:2].mean())
