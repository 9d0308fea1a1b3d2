"""What part of the list an overview is asked of: "the ones on reasoning traces", or all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.query.words import topic_words
from app.retrieval import Filters

if TYPE_CHECKING:
    from app.query import Query
    from app.retrieval import PaperRetriever
    from ingest.paper import Paper

# A topic is a part of a list if it has at least so many papers, and at most this share of them.
LEAST, MOST = 3, 0.5
# What a paper or two can say by themselves.
OF_FEW = ("summary", "common")
# What a paper on it needs of the best one's score.
MIN_SHARE = 0.4


def scope(query: Query, retriever: PaperRetriever) -> Filters | None:
    """The filters of an overview, narrowed to the papers on its topic if it names one that the list has.

    Less than LEAST papers are no part to give an overview of, but may answer a question.
    """
    words = topic_words(query.text)
    # "I'm a biologist": what no record holds says who asks, not what about.
    if not words or any(map(retriever.strangeness, words)):
        return query.filters
    papers = retriever.within(query.filters)
    if _is_of_all(words, papers):
        return query.filters
    size = len(papers)
    hits = retriever.search(" ".join(words), size, query.filters)
    near = [hit.paper.paper_id for hit in hits if hit.score >= MIN_SHARE * hits[0].score]
    if len(near) > MOST * size or (len(near) < LEAST and query.facet not in OF_FEW):
        return query.filters
    return replace(query.filters or Filters(), paper_ids=tuple(near))


def _is_of_all(words: Sequence[str], papers: Sequence[Paper]) -> bool:
    """Whether a topic is that of the whole list: a tag that all of its papers have."""
    shared = frozenset(papers[0].tags if papers else ()).intersection(*(p.tags for p in papers))
    named = {word.casefold() for word in words}
    return any(named <= set(tag.casefold().split()) for tag in shared)
