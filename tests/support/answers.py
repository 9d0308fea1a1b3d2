"""Finished answers without an engine."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.events import Answer, Source, Status
from app.passages import Block, Citation, Sentence, as_text
from ingest.paper import Paper


def answer_of(*sentences: Sentence, status: Status = "answered", text: str = "") -> Answer:
    """An answer of one paragraph; its sources are what it cites. text: instead of the paragraph."""
    cited = {c.n: Source(c.n, c.paper_id, c.title, c.score) for s in sentences for c in s.citations}
    blocks = (Block("prose", sentences),) if sentences else ()
    return Answer(
        question="q", standalone_question="q", intent="evidence", status=status, missing="",
        answer=text or as_text(blocks), blocks=blocks, left_out=(), sources=tuple(cited.values()),
        considered=3, corpus_size=3, provider="test", model="", prompt_hash="", seconds=0.0, tokens=0,
    )  # fmt: skip


def citing(text: str, papers: Sequence[Paper]) -> Sentence:
    """A sentence that cites the first word of each paper's title."""
    places = ((paper, len(paper.title.split()[0])) for paper in papers)
    citations = (
        Citation(n, p.paper_id, p.title, p.text[:end], 0, end, 1.0)
        for n, (p, end) in enumerate(places, start=1)
    )
    return Sentence(text, "verbatim", tuple(citations))
