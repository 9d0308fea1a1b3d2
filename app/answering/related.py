"""Papers that are close to a topic in meaning but have none of its words, told apart from those that do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.listing.query import All, AnyOf, Condition, Text
from app.listing.result import ListResult
from app.passages import Draft, Passage, Statement

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit, PaperRetriever
    from ingest.paper import Paper

# What a paper needs of the best one's score, of the mean similarity of the topic's tokens to its
# own, and of the similarity of each: set on thirty topics, so that hardly one that passes is on
# another topic.
MIN_SHARE, MIN_SIMILARITY, MIN_WORST = 0.4, 0.42, 0.35
# How many are looked at, and shown.
SEARCHED, MOST_SHOWN = 64, 8


def related(result: ListResult, retriever: PaperRetriever, filters: Filters | None) -> list[Draft]:
    """A line of its own and, under it, the sentences that come closest; nothing where none is close."""
    topic = result.query.topic
    if not topic or result.query.mode != "list":
        return []
    hits = retriever.search(topic, SEARCHED, filters)
    _, matches = retriever.token_matches(topic, hits)
    held = {paper.paper_id for paper in result.papers}
    near = [
        hit
        for hit, worst in zip(hits, matches.min(axis=1, initial=1.0), strict=True)
        if worst >= MIN_WORST
        and hit.paper.paper_id not in held
        and hit.score >= MIN_SHARE * hits[0].score
        and hit.signals["maxsim"] >= MIN_SIMILARITY
        and _allows(result.query.condition, hit.paper)
    ][:MOST_SHOWN]
    if not near:
        return []
    entries = [_entry(hit) for hit in near]
    amount = "This one is" if len(near) == 1 else f"These {len(near)} are"
    note = f"{amount} not among them, but close to “{topic}” in meaning:"
    return [Draft("note", [Statement(note, "supported")]), Draft("entries", entries)]


def _entry(hit: Hit) -> Statement:
    if hit.span[0] < hit.paper.summary_start:
        return Statement.quoting(Passage.of_title(hit.paper))
    return Statement.quoting(Passage(hit.paper, *hit.span), f"“{hit.paper.title}”:")


def _allows(condition: Condition, paper: Paper) -> bool:
    """Whether a paper meets all of a condition but the words of a topic."""
    match condition:
        case Text(accepts=accepts) if accepts is not bool and len(condition.fields) > 1:
            return True
        case All(parts):
            return all(_allows(part, paper) for part in parts)
        case AnyOf(parts):
            return any(_allows(part, paper) for part in parts)
    return bool(condition.check(paper).truth)
