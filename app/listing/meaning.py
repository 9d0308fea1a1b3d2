"""Papers that are close to a topic in meaning but have none of its words, told apart from those that do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.listing.query import All, AnyOf, Condition, Text
from app.listing.result import ListResult
from app.passages import Draft, Passage, Statement

if TYPE_CHECKING:
    from app.retrieval import Hit
    from ingest.paper import Paper

# What a paper needs of the best one's score, and of similarity between its tokens and the topic's: on the
# development lists two in three that pass are on the topic, and few that are not.
MIN_SHARE, MIN_SIMILARITY = 0.4, 0.4
# How many are looked at, and shown.
SEARCHED, MOST_SHOWN = 64, 8


def related(result: ListResult, hits: Sequence[Hit]) -> list[Draft]:
    """A line of its own and, under it, the sentences that come closest; nothing where none is close.

    hits: found for the topic, best first.
    """
    held = {paper.paper_id for paper in result.papers}
    near = [
        hit
        for hit in hits
        if hit.paper.paper_id not in held
        and hit.score >= MIN_SHARE * hits[0].score
        and hit.signals["maxsim"] >= MIN_SIMILARITY
        and _allows(result.query.condition, hit.paper)
    ][:MOST_SHOWN]
    if not near:
        return []
    entries = [_entry(hit) for hit in near]
    amount = "This one is" if len(near) == 1 else f"These {len(near)} are"
    note = f"{amount} not among them, but close to “{result.query.topic}” in meaning:"
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
