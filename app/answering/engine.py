"""The use case: a question in, a stream of events out, every sentence checked on the way.

    question + history + filters -> Query -> small talk | other task | overview | list | compare
        | evidence: search, decide, write, check -> blocks -> Answer

An intent whose means do not fit the question (a list that no grammar reads) falls back to evidence.
A model that fails is replaced by the extractive generator in the same answer, and the reader is
told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.answering.answerability.decision import Decision, decide
from app.answering.builder import REFUSAL, AnswerBuilder
from app.answering.comparison import compared
from app.answering.drafting import Judge, Review
from app.answering.events import Done, Event, Notice, Stage
from app.answering.fallbacks import closest, nothing_new
from app.answering.generators import small_talk
from app.answering.generators.extractive import ExtractiveGenerator, choose
from app.answering.generators.metadata import metadata_statements
from app.answering.generators.sides import asks_for_sides
from app.answering.related import related
from app.answering.scope import LEAST, scope
from app.errors import ContextTooLong, LLMUnavailable
from app.listing import run
from app.passages import Draft
from app.query.words import names
from app.verification.checking import Checker, Proposal
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from app.answering.generators import base
    from app.query import Query, Turn
    from app.query.reader import QueryReader
    from app.retrieval import Filters, Hit, PaperRetriever
    from ingest.paper import Paper

# How many hits the decision between answering and declining looks at.
DECIDED_ON = 10
# Among how many hits the papers are found that a comparison names.
COMPARED_AMONG = 40
# Papers that the question leans on are preferred by this share of the best score.
FOCUS_BONUS = 0.25
# How probable an answer must be for the closest words of a paper that the question names.
MIN_NAMED = 0.12
NONE_PASSES = "No paper passes the filters."
NOT_FROM_PAPERS = "This asks for something other than what the papers say."

Handled = Generator[Event, None, bool]


@dataclass
class Parts:
    """What an engine is made of; `app.wiring` picks the implementations.

    new_generator: a generator for one question. overview: blocks on the papers that pass the
    filters as a whole. compare: papers side by side; None if the records give nothing to compare.
    mark_unsupported: show sentences that failed their check, marked, instead of leaving them out.
    judge: the second opinion on a draft, None where no model can give one.
    """

    reader: QueryReader
    retriever: PaperRetriever
    checker: Checker
    new_generator: Callable[[], base.Generator]
    overview: Callable[[str, Filters | None], Sequence[Draft]]
    compare: Callable[[Sequence[Paper]], Draft | None]
    corpus_size: int
    mark_unsupported: bool = False
    judge: Callable[[], Judge | None] = lambda: None


class Engine:
    """Answers questions about one index."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._handlers: dict[str, Callable[[AnswerBuilder, Query], Handled]] = {
            "small_talk": self._small_talk,
            "other_task": self._other_task,
            "overview": self._overview,
            "list": self._list,
            "compare": self._compare,
        }

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Events of one answer; the last one is always Done.

        Args:
            question: what the reader typed.
            history: earlier turns, oldest first, {"role": "user" | "assistant", "content": text}.
            filters: which papers may be used.
        """
        began = time.perf_counter()
        query = self._parts.reader.read(question, history, filters)
        builder = AnswerBuilder(query, self._parts.corpus_size)
        yield from self._answer(builder, query)
        yield Done(builder.finish(round(time.perf_counter() - began, 3)))

    def _answer(self, builder: AnswerBuilder, query: Query) -> Iterator[Event]:
        if not query.text:
            builder.refuse()
            return
        listed = query.condition is not None and query.intent in ("list", "find")
        handler = self._list if listed else self._handlers.get(query.intent)
        if handler is None or not (yield from handler(builder, query)):
            yield from self._evidence(builder, query)

    def _small_talk(self, builder: AnswerBuilder, query: Query) -> Handled:
        builder.say(small_talk.reply(shared_encoder().encode_tokens([query.text])[0].vector))
        yield from ()
        return True

    def _other_task(self, builder: AnswerBuilder, _: Query) -> Handled:
        builder.refuse(reason=NOT_FROM_PAPERS)
        yield from ()
        return True

    def _overview(self, builder: AnswerBuilder, query: Query) -> Handled:
        filters = scope(query, self._parts.retriever)
        if filters != query.filters and filters and len(filters.paper_ids) < LEAST:
            return False
        yield from builder.blocks(self._parts.overview(query.facet, filters))
        return not builder.empty

    def _list(self, builder: AnswerBuilder, query: Query) -> Handled:
        """The computed answer; a topic that no record names is left to retrieval, which knows other words."""
        condition = query.condition
        if condition is None:
            return False
        papers = self._parts.retriever.within(query.filters)
        result = run(condition, [p for p in papers if p.paper_id not in query.exclude])
        empty = condition.mode == "list" and not result.papers
        if empty and not condition.literal and not condition.sets_aside:
            return False
        close = related(result, self._parts.retriever, query.filters)
        if result.declines or (empty and not close):
            builder.refuse(reason=result.explanation)
            return True
        yield from builder.blocks([*result.drafts(), *close])
        return True

    def _compare(self, builder: AnswerBuilder, query: Query) -> Handled:
        """A table, if the records say enough; what it cannot say of a paper, its own sentences may."""
        hits = compared(query, self._search(query, COMPARED_AMONG), self._parts.retriever)
        if len(hits) < 2 or not self._decide(query, hits).answers:
            return False
        draft = self._parts.compare([hit.paper for hit in hits])
        if draft is None:
            return False
        builder.relevance = {hit.paper.paper_id: hit.score for hit in hits}
        yield from builder.block(draft)
        return True

    def _evidence(self, builder: AnswerBuilder, query: Query) -> Iterator[Event]:
        yield Stage("searching")
        generator = self._parts.new_generator()
        size = generator.evidence_size(self._parts.corpus_size)
        hits = self._search(query, max(size, DECIDED_ON))
        decision = self._decide(query, hits)
        builder.relevance = {hit.paper.paper_id: hit.score for hit in hits}
        if decision.near and (stated := metadata_statements(query, choose(query, hits))):
            yield from builder.block(Draft("entries", stated))
        elif decision.answers or (decision.near and asks_for_sides(query.text)):
            yield from self._write(builder, generator, query, hits[:size])
        elif decision.outcome == "closest" or (
            # Who names a paper gets its own words, unless they clearly do not answer.
            decision.probability >= MIN_NAMED and names(query.text, hits[0].paper)
        ):
            builder.status, builder.missing = "closest", ", ".join(decision.missing)
            words = closest(query, hits, decision.reason, self._parts.checker)
            yield from builder.blocks(words)
        else:
            nearest = [hit.paper for hit in hits] if decision.near else []
            reason = NONE_PASSES if query.filters and not hits else decision.reason
            builder.refuse(nearest, ", ".join(decision.missing), reason)

    def _decide(self, query: Query, hits: Sequence[Hit]) -> Decision:
        return decide(query.standalone, hits, self._parts.retriever)

    def _search(self, query: Query, k: int) -> list[Hit]:
        """The k papers for a query: those in focus preferred, those set aside left out."""
        retriever, wanted = self._parts.retriever, k + len(query.exclude)
        if query.like:
            hits = retriever.like(query.like, (), wanted, query.filters)
        else:
            lent = "" if query.pointed_at else query.lent
            hits = retriever.search(query.searched, wanted, query.filters, lent)
        hits = [hit for hit in hits if hit.paper.paper_id not in query.exclude]
        if query.focus and hits:
            bonus = FOCUS_BONUS * abs(hits[0].score)
            hits = [
                replace(h, score=h.score + bonus) if h.paper.paper_id in query.focus else h
                for h in hits
            ]
            hits.sort(key=lambda hit: -hit.score)
        return hits[:k]

    def _write(
        self, builder: AnswerBuilder, generator: base.Generator, query: Query, hits: Sequence[Hit]
    ) -> Iterator[Event]:
        yield Stage("writing")
        try:
            yield from self._checked(builder, generator.draft(query, hits), hits)
            builder.written_by(generator)
            reason = "The model's draft did not hold against the records"
        except (LLMUnavailable, ContextTooLong) as error:
            yield from builder.clear()
            reason = error.message.rstrip(".")
        builder.usage.add(generator.usage)
        if builder.declined:
            builder.refuse([hit.paper for hit in hits])
        elif builder.empty and generator.provider != ExtractiveGenerator.provider:
            yield Notice(f"{reason}; this answer is made of the records' own sentences.")
            stand_in = ExtractiveGenerator()
            stand_in.evidence_size(self._parts.corpus_size)
            yield from builder.clear()
            yield from self._checked(builder, stand_in.draft(query, hits), hits)
            builder.written_by(stand_in)
        if builder.empty and query.seen and not builder.declined:
            yield from builder.blocks(nothing_new(query, hits))

    def _checked(
        self,
        builder: AnswerBuilder,
        proposals: Iterable[Proposal | Draft | Event],
        hits: Sequence[Hit],
    ) -> Iterator[Event]:
        """Pass events on; turn each proposal into a checked sentence or leave it out."""
        parts = self._parts
        available = [hit.paper for hit in hits]
        review = Review(builder, available, parts.checker, parts.judge(), parts.mark_unsupported)
        for item in proposals:
            if isinstance(item, Draft):
                yield from builder.block(item)
            elif not isinstance(item, Proposal):
                yield item
            elif item.text == REFUSAL:
                builder.declined = True
            else:
                yield from review.take(item)
        yield from review.finish()
