"""From which rank on what was found no longer fits what was looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answering.answerability.decision import decide
from app.answering.answerability.features import Coverage

if TYPE_CHECKING:
    from app.retrieval import Hit

# A hit fits from this sum of its token match and its cosine on, and this share of the best score;
# nothing does below this probability that the records answer. Of 158 papers looked for in 110
# searches over the list that ships 3 % are taken for weak.
MIN_SIMILARITY, MIN_SHARE, MIN_PROBABILITY = 0.6, 1 / 3, 0.3


def weak_from(query: str, hits: Sequence[Hit], coverage: Coverage) -> int | None:
    """Rank (1 for the first) of the first hit of those that do not fit, None where all do.

    hits: best first. A weak hit before one that fits is not counted.
    """
    if not hits or decide(query, hits, coverage).probability < MIN_PROBABILITY:
        return 1 if hits else None
    least = MIN_SHARE * hits[0].score
    fit = [
        hit.score >= least and hit.signals["maxsim"] + hit.signals["cosine"] >= MIN_SIMILARITY
        for hit in hits
    ]
    last = max((rank for rank, fits in enumerate(fit, start=1) if fits), default=0)
    return last + 1 if last < len(hits) else None
