"""The use case: a question in, a stream of events out, every sentence checked on the way.

    question -> small talk? -> list question? -> topic question? -> standalone question -> retrieve
        -> refuse or draft -> check each sentence -> Answer

A model that fails is replaced by the extractive answerer in the same answer, and the reader is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.answering.answerer import Answerer, Proposal
from app.answering.assemble import AnswerDraft
from app.answering.events import Delta, Done, Event, Notice, Stage
from app.answering.extractive import ExtractiveAnswerer
from app.answering.history import Turn, standalone
from app.answering.listing import parse as parse_listing
from app.answering.listing import run as run_listing
from app.answering.refusal import decide, strip_injection
from app.answering.smalltalk import reply as small_talk
from app.answering.text import clean_question
from app.answering.verify import Verifier
from app.errors import ContextTooLong, LLMUnavailable
from app.retrieval import Filters, Hit, Retriever
from ingest.index import Index

# Answers questions about the list as a whole (themes, comparisons, gaps); None: not such a question.
TopicHandler = Callable[[str, Sequence[Turn]], list[Proposal] | None]
Condense = Callable[[str, Sequence[Turn]], str]


@dataclass
class Parts:
    """What an engine is made of; `app.wiring` picks the implementations."""

    index: Index
    retriever: Retriever
    verifier: Verifier
    answerer: Answerer
    topics: TopicHandler
    mark_unsupported: bool = False
    condense: Condense | None = None


class Engine:
    """Answers questions about one index."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._extractive = ExtractiveAnswerer()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
    ) -> Iterator[Event]:
        """Events of one answer; the last one is always Done.

        Args:
            question: what the reader typed.
            history: earlier turns, oldest first, {"role": "user" | "assistant", "content": text}.
            filters: which papers may be used.
        """
        began = time.perf_counter()
        asked = clean_question(question)
        fair = strip_injection(asked)
        draft = AnswerDraft(asked, fair or asked, self._parts.index.papers_count)
        yield from self._answer(draft, fair, history, filters)
        yield Done(draft.finish(round(time.perf_counter() - began, 3)))

    def _answer(
        self,
        draft: AnswerDraft,
        fair: str,
        history: Sequence[Turn],
        filters: Filters | None,
    ) -> Iterator[Event]:
        if not fair:
            draft.refuse([])
            return
        if (talk := small_talk(fair)) is not None:
            draft.say(talk)
            return
        if (listing := parse_listing(fair)) is not None:
            result = run_listing(listing, list(self._parts.index.papers()))
            yield from draft.add_listing(result)
            return
        if (proposals := self._parts.topics(fair, history)) is not None:
            draft.considered = self._parts.index.papers_count
            yield from self._checked(draft, iter(proposals), [])
            return
        yield Stage("searching")
        hits, query = self._retrieve(draft, fair, history, filters)
        decision = decide(query, hits)
        if not decision.answer:
            draft.refuse([hit.paper for hit in hits] if decision.near else [])
            return
        yield from self._write(draft, query, hits)

    def _retrieve(
        self,
        draft: AnswerDraft,
        fair: str,
        history: Sequence[Turn],
        filters: Filters | None,
    ) -> tuple[list[Hit], str]:
        parts = self._parts
        size = parts.answerer.evidence_size(parts.index.papers_count)
        if not history:
            return parts.retriever.search(fair, size, filters), fair
        if parts.condense is not None:
            query = parts.condense(fair, history)
            draft.standalone = query
            return parts.retriever.search(query, size, filters), query
        follow = standalone(fair, history, lambda q, k: parts.retriever.search(q, k, filters))
        draft.standalone = follow.query
        hits = parts.retriever.search(follow.query, size + len(follow.exclude), filters)
        return follow.apply(hits)[:size], follow.query

    def _write(self, draft: AnswerDraft, query: str, hits: Sequence[Hit]) -> Iterator[Event]:
        answerer = self._parts.answerer
        draft.written_by(answerer)
        yield Stage("writing")
        try:
            yield from self._checked(draft, answerer.draft(query, hits), hits)
            draft.written_by(answerer)
        except (LLMUnavailable, ContextTooLong) as error:
            yield Notice(f"{error.message}; answered with sentences from the records instead.")
            draft.clear()
        if draft.empty and answerer.provider != self._extractive.provider:
            if not draft.notices_failure:
                yield Notice(
                    "The model's draft did not hold against the records; "
                    "these are the records' own sentences."
                )
            self._extractive.evidence_size(self._parts.index.papers_count)
            draft.written_by(self._extractive)
            yield from self._checked(draft, self._extractive.draft(query, hits), hits)
        if draft.empty:
            draft.refuse([hit.paper for hit in hits])

    def _checked(
        self,
        draft: AnswerDraft,
        proposals: Iterator[Proposal | Event],
        hits: Sequence[Hit],
    ) -> Iterator[Event]:
        """Pass events on; turn each proposal into a checked sentence or leave it out."""
        scores = {hit.paper.paper_id: hit.score for hit in hits}
        evidence = [hit.paper for hit in hits]
        for item in proposals:
            if not isinstance(item, Proposal):
                yield item
                continue
            yield from draft.add(item, evidence, scores, self._parts)


__all__ = ["Delta", "Engine", "Parts", "TopicHandler"]
