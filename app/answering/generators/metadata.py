"""Answers that stand in a paper's metadata, not in its text: who, when, where, under which link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.answering.answerability.attributes import asked_for
from app.answering.generators.extractive import choose
from app.passages import Passage, Statement
from app.query import Query

if TYPE_CHECKING:
    from app.retrieval import Hit
    from ingest.paper import Paper


def metadata_statements(query: Query, hits: Sequence[Hit]) -> list[Statement]:
    """A sentence of metadata for each paper to cite; empty unless the question asks for some.

    The metadata is a field of the record, so the citation points at the record's title.
    """
    fields = {field for attribute in asked_for(query.text) for field in attribute.fields}
    if not fields:
        return []
    stated = [(hit.paper, _facts(hit.paper, fields)) for hit in choose(query, hits)]
    return [
        Statement(
            "; ".join(facts) + ".", "supported", (Passage.of_title(paper),), f"“{paper.title}”:"
        )
        for paper, facts in stated
        if facts
    ]


def _facts(paper: Paper, fields: set[str]) -> list[str]:
    facts = []
    if "authors" in fields and paper.authors:
        facts.append("By " + ", ".join(paper.authors))
    if "year" in fields and paper.year:
        facts.append(f"From {paper.year}")
    if "venue" in fields and paper.venue:
        facts.append(f"In {paper.venue}")
    link = paper.url or (f"https://doi.org/{paper.doi}" if paper.doi else "")
    if fields & {"url", "doi", "arxiv_id"} and link:
        facts.append(f"At {link}")
    return facts
