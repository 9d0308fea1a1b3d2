"""The use case: a question in, a stream of events out, every sentence checked on the way.

    question -> small talk? -> list question? -> topic question? -> standalone question -> retrieve
        -> refuse or draft -> check each sentence -> Answer

A model that fails is replaced by the extractive answerer in the same answer, and the reader is told.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.answering.answerability.decision import REFUSAL, decide, strip_injection
from app.answering.builder import AnswerDraft, Evidence
from app.answering.events import Done, Event, Notice, SentenceChecked, Stage
from app.answering.generators.base import Answerer, Proposal
from app.answering.generators.extractive import ExtractiveAnswerer, choose, propose
from app.answering.generators.metadata import metadata_proposals
from app.errors import ContextTooLong, LLMUnavailable
from app.listing import ListResult
from app.listing import parse as parse_listing
from app.listing import run as run_listing
from app.query.history import standalone
from app.query.smalltalk import reply as small_talk
from app.query.text import clean_question
from app.verification.checking import Checked, Checker, check, is_bare

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit, Retriever
    from ingest.index.snapshot import Index
    from ingest.paper import Paper

_COMPARE = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison)|contrast(?:s|ed|ing)?|side by side|differences? between)\b"
    r"|\bhow (?:do|does|are|is)\b.{3,60}\bdiffer",
    re.IGNORECASE,
)
# How many hits the decision between answering and declining looks at.
DECIDED_ON = 10

Turn = Mapping[str, str]
# Answers questions about the list as a whole (themes, gaps, trends); None: not such a question.
# A second opinion on all sentences of a draft at once; it may only take support away.
Judge = Callable[[Sequence[Checked]], Sequence[Checked]]
TopicHandler = Callable[[str], Sequence[Checked] | None]


@dataclass
class Parts:
    """What an engine is made of; `app.wiring` picks the implementations.

    compare: papers side by side, a row each; empty if the records give nothing to compare.
    new_answerer: an answerer for one question. condense: whether its model rewrites follow-ups.
    mark_unsupported: show sentences that failed their check, marked, instead of leaving them out.
    """

    index: Index
    retriever: Retriever
    checker: Checker
    new_answerer: Callable[[], Answerer]
    topics: TopicHandler
    compare: Callable[[Sequence[Paper]], Sequence[Checked]]
    condense: bool = False
    mark_unsupported: bool = False
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What retrieval gave: the best `size` hits are evidence, all are for the decision to answer.

    pointed_at: the question points at papers of an earlier turn, so there is something to answer with.
    """

    query: str
    hits: list[Hit]
    size: int
    pointed_at: bool = False


class Engine:
    """Answers questions about one index."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

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
        asked = clean_question(question)
        fair = strip_injection(asked)
        draft = AnswerDraft(asked, fair or asked, self._parts.index.papers_count)
        yield from self._answer(draft, fair, history, filters)
        if draft.left_out:
            yield Notice(_left_out(draft.left_out))
        yield Done(draft.finish(round(time.perf_counter() - began, 3)))

    def _answer(
        self, draft: AnswerDraft, fair: str, history: Sequence[Turn], filters: Filters | None
    ) -> Iterator[Event]:
        if not fair:
            draft.refuse([])
        elif (talk := small_talk(fair)) is not None:
            draft.say(talk)
        elif (listed := self._listed(fair)) is not None:
            yield from self._list(draft, listed)
        elif (stated := self._parts.topics(fair)) is not None:
            for checked in stated:
                yield from self._settle(draft, checked)
        else:
            yield Stage("searching")
            answerer = self._parts.new_answerer()
            found = self._retrieve(draft, answerer, fair, history, filters)
            decision = decide(found.query, found.hits)
            if not (decision.answer or found.pointed_at):
                nearest = [hit.paper for hit in found.hits] if decision.near else []
                draft.refuse(nearest, decision.detail)
                return
            if not (yield from self._compare(draft, fair, found)):
                yield from self._write(draft, answerer, found.query, found.hits[: found.size])

    def _listed(self, question: str) -> ListResult | None:
        """The computed answer to a list question, None for any other.

        A topic that no record names ("do any papers deal with X?") is left to retrieval, which knows
        other words for it; a literal condition that nothing meets is an answer.
        """
        query = parse_listing(question)
        if query is None:
            return None
        result = run_listing(query, self._parts.index.papers())
        by_topic = query.mode == "list" and not query.literal
        return None if by_topic and not result.papers and not result.declines else result

    def _list(self, draft: AnswerDraft, result: ListResult) -> Iterator[Event]:
        """The count and each paper, cited where the condition shows."""
        nothing = not result.papers and result.query.mode == "list"
        if result.declines or nothing:
            draft.refuse([], result.explanation)
            return
        places = [
            Evidence(paper, *(result.spans.get(paper.paper_id) or ((0, len(paper.title)),))[0], 1.0)
            for paper in result.papers
        ]
        yield SentenceChecked(draft.add(result.explanation, "supported", places))
        for place in places:
            title = Evidence(place.paper, 0, len(place.paper.title), 1.0)
            yield SentenceChecked(draft.add(place.paper.title, "verbatim", [title]))

    def _compare(
        self, draft: AnswerDraft, asked: str, found: _Found
    ) -> Generator[Event, None, bool]:
        """A table, if the question asks to compare and the records say enough; whether it was."""
        if not _COMPARE.search(asked):
            return False
        hits = choose(asked, found.hits)
        rows = self._parts.compare([hit.paper for hit in hits]) if len(hits) > 1 else []
        draft.relevance = {hit.paper.paper_id: hit.score for hit in hits}
        for checked in rows:
            yield from self._settle(draft, checked)
        bare = [hit for hit, row in zip(hits, rows, strict=False) if is_bare(row)]
        for hit in bare:  # what the table cannot say of a paper, its own sentences may
            yield from self._checked(draft, propose(found.query, hit), [hit])
        return bool(rows)

    def _retrieve(
        self,
        draft: AnswerDraft,
        answerer: Answerer,
        fair: str,
        history: Sequence[Turn],
        filters: Filters | None,
    ) -> _Found:
        parts = self._parts
        size = answerer.evidence_size(parts.index.papers_count)
        looked_at = max(size, DECIDED_ON)
        if not history:
            return _Found(fair, parts.retriever.search(fair, looked_at, filters), size)
        if parts.condense:
            try:
                query = draft.standalone = answerer.condense(fair, history)
                return _Found(query, parts.retriever.search(query, looked_at, filters), size)
            except (LLMUnavailable, ContextTooLong):
                pass  # resolved without the model; the answer itself will report the failure
        follow = standalone(fair, history, lambda q, k: parts.retriever.search(q, k, filters))
        draft.standalone = follow.query
        hits = follow.search(parts.retriever, looked_at, filters)
        # Papers that the reader points at are evidence alike, whatever the search thinks of them.
        focused = [
            replace(hit, score=hits[0].score) for hit in hits if hit.paper.paper_id in follow.focus
        ]
        return _Found(follow.query, focused or hits, size, bool(focused or follow.exclude))

    def _write(
        self, draft: AnswerDraft, answerer: Answerer, query: str, hits: Sequence[Hit]
    ) -> Iterator[Event]:
        draft.relevance = {hit.paper.paper_id: hit.score for hit in hits}
        if metadata := metadata_proposals(query, hits):
            yield from self._checked(draft, metadata, hits)
            return
        yield Stage("writing")
        try:
            yield from self._checked(draft, answerer.draft(query, hits), hits)
            draft.written_by(answerer)
            reason = "The model's draft did not hold against the records"
        except (LLMUnavailable, ContextTooLong) as error:
            draft.clear()
            reason = error.message.rstrip(".")
        if draft.declined:
            draft.refuse([hit.paper for hit in hits])
        elif draft.empty and answerer.provider != ExtractiveAnswerer.provider:
            yield Notice(f"{reason}; this answer is made of the records' own sentences.")
            stand_in = ExtractiveAnswerer()
            stand_in.evidence_size(self._parts.index.papers_count)
            yield from self._checked(draft, stand_in.draft(query, hits), hits)
            draft.written_by(stand_in)

    def _checked(
        self,
        draft: AnswerDraft,
        proposals: Iterable[Proposal | Event],
        hits: Sequence[Hit],
    ) -> Iterator[Event]:
        """Pass events on; turn each proposal into a checked sentence or leave it out."""
        available = [hit.paper for hit in hits]
        waiting: list[Checked] = []
        for item in proposals:
            if not isinstance(item, Proposal):
                yield item
            elif item.text == REFUSAL:
                draft.declined = True
            elif self._parts.judge is None:
                yield from self._settle(draft, check(item, available, self._parts.checker))
            else:
                waiting.append(check(item, available, self._parts.checker))
        if waiting and self._parts.judge is not None:
            yield Stage("checking")
            for checked in self._parts.judge(waiting):
                yield from self._settle(draft, checked)

    def _settle(self, draft: AnswerDraft, checked: Checked) -> Iterator[Event]:
        if checked.support != "unsupported" or self._parts.mark_unsupported:
            yield SentenceChecked(draft.add(checked.text, checked.support, checked.evidence))
        if checked.support == "unsupported":
            draft.leave_out()


def _left_out(count: int) -> str:
    what = "sentence was" if count == 1 else "sentences were"
    return f"{count} {what} not supported by the records."
