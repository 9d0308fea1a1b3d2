"""Answers that stand in a paper's metadata, not in its text: who, when, where, under which link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.passages import Passage, Statement

if TYPE_CHECKING:
    from app.query import Query
    from app.retrieval import Hit
    from ingest.paper import Paper

# The fields that a record can have are few, and so are the words that ask for them.
_ASKED = re.compile(
    r"\b(?:(?P<authors>who (?:wrote|authored|published)|(?:co-?)?authors?\b|written by)"
    r"|(?P<year>(?:which|what) year|when (?:was|were|did)|how (?:old|recent)|publi\w+ date)"
    r"|(?P<venue>conference|journal|venue|proceedings|where (?:was|were|is) .*publi\w+)"
    r"|(?P<link>(?:links?|urls?|doi|arxiv|pdf|download)\b))",
    re.IGNORECASE,
)


def metadata_statements(query: Query, hits: Sequence[Hit]) -> list[Statement]:
    """A sentence of metadata for each paper, given best first; empty unless the question asks for some.

    The metadata is a field of the record, so the citation points at the record's title.
    """
    fields = dict.fromkeys(str(match.lastgroup) for match in _ASKED.finditer(query.text))
    stated = [(hit.paper, _facts(hit.paper, fields)) for hit in hits] if fields else []
    return [
        Statement(
            "; ".join(facts) + ".", "supported", (Passage.of_title(paper),), f"“{paper.title}”:"
        )
        for paper, facts in stated
        if facts
    ]


def _facts(paper: Paper, fields: Iterable[str]) -> list[str]:
    link = paper.url or (f"https://doi.org/{paper.doi}" if paper.doi else "")
    told = {
        "authors": f"By {', '.join(paper.authors)}" if paper.authors else "",
        "year": f"From {paper.year}" if paper.year else "",
        "venue": f"In {paper.venue}" if paper.venue else "",
        "link": f"At {link}" if link else "",
    }
    return [told[field] for field in fields if told[field]]
