"""A generator's draft on its way into the answer: each sentence checked, judged, and never a hole left.

A sentence that falls is replaced by the record's own words, if it pointed to any, and is listed as
left out with the reason. One that leaned on it ("It ...", "Both ...") is told what it speaks of. If
over half of the draft falls, the words of the records are shown instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from app.answering.builder import AnswerBuilder
from app.answering.events import BeingChecked, BlockStarted, Event, LeftOut, Notice, Stage
from app.language.instructions import touches_instruction
from app.language.words import LETTERS
from app.llm.usage import Usage
from app.passages import Citation, Passage, Statement
from app.verification.checking import Checked, Checker, Proposal, check
from app.verification.verbatim import out_of_context
from ingest.paper import Paper
from ingest.sentences import sentence_spans

_LEANS = frozenset("it its this these they their both he she".split())
MOSTLY_FALLEN = (
    "Most of what the model wrote could not be confirmed; these are the records' own words, to which it "
    "pointed."
)


class Judge(Protocol):
    """A second opinion on sentences that words alone cannot decide.

    usage: what its calls have used.
    """

    usage: Usage

    def __call__(self, statements: Sequence[Statement]) -> Sequence[Sequence[Statement]]:
        """For each sentence what becomes of it: itself as decided, and perhaps a smaller wording."""


@dataclass
class Review:
    """Takes the proposals of one draft. mark: show what fell, marked, instead of leaving it out."""

    builder: AnswerBuilder
    available: Sequence[Paper]
    checker: Checker
    judge: Judge | None = None
    mark: bool = False
    _waiting: list[Checked] = field(default_factory=list)
    _places: dict[Passage, None] = field(default_factory=dict)
    _stood: int = 0
    _fell: int = 0
    _orphaned: bool = False

    def take(self, proposal: Proposal) -> Iterator[Event]:
        """Check a sentence. It is shown at once, unless it or one before it waits for the judge."""
        checked = check(proposal, self.available, self.checker)
        if checked.note:
            yield Notice(checked.note)
        if self.judge and (checked.open or self._waiting):
            self._waiting.append(checked)
            yield self._being_checked()
        else:
            yield from self._outcome([checked.statement])

    def finish(self) -> Iterator[Event]:
        """Ask the judge on what waits for it, and see what is left."""
        if self._waiting and self.judge:
            yield Stage("checking")
            asked = [one.statement for one in self._waiting if one.open]
            decided = iter(self.judge(asked) if asked else [])
            self.builder.usage.add(self.judge.usage)
            while self._waiting:
                one = self._waiting.pop(0)
                yield self._being_checked()
                yield from self._outcome(next(decided) if one.open else [one.statement])
        if self._fell > self._stood and self._places:
            yield from self.builder.clear()
            yield Notice(MOSTLY_FALLEN)
            for passage in self._places:
                yield from self._show(Statement.quoting(passage, _title(passage)))

    def _being_checked(self) -> BeingChecked:
        """What may come to be shown, with the words that it rests on where these were found."""
        hopeful = [one for one in self._waiting if one.statement.support is not None]
        return BeingChecked(
            self.builder.preview(
                one.statement
                if one.located or not one.open
                else replace(one.statement, passages=())
                for one in hopeful
            )
        )

    def _outcome(self, statements: Sequence[Statement]) -> Iterator[Event]:
        """Show what came of one sentence of the draft."""
        stands = self.mark or any(statement.support is not None for statement in statements)
        self._stood, self._fell = self._stood + stands, self._fell + (not stands)
        for statement in statements:
            yield from self._settle(statement)

    def _settle(self, statement: Statement) -> Iterator[Event]:
        quotable = [whole for p in statement.passages if _may_stand_alone(whole := _whole(p))]
        self._places.update(dict.fromkeys(quotable))
        if statement.support is None and self.mark:
            statement = replace(statement, support="unconfirmed")
        if statement.support is not None:
            if self._orphaned and not statement.lead and _leans(statement.text):
                statement = replace(statement, lead=_titles(statement.passages))
            self._orphaned = False
            yield from self._show(statement)
            return
        self._orphaned = True
        self.builder.left_out.append(LeftOut(statement.text, statement.reason))
        for passage in quotable[:1]:
            if not any(
                _within(c, passage) for said in self.builder.sentences for c in said.citations
            ):
                yield from self._show(Statement.quoting(passage, _title(passage)))

    def _show(self, statement: Statement) -> Iterator[Event]:
        if any(said.text == statement.text for said in self.builder.sentences):
            return
        # A title opens a paragraph of its own: the reader sees which sentences belong together.
        if statement.lead:
            yield self.builder.start(BlockStarted("prose"))
        yield from self.builder.add(statement)


def _may_stand_alone(passage: Passage) -> bool:
    """Whether it says something by itself: a title names its paper, and an order is not for the reader."""
    if passage == Passage.of_title(passage.paper):
        return False
    place = (passage.paper.text, passage.start, passage.end)
    return not out_of_context(*place) and not touches_instruction(*place)


def _whole(passage: Passage) -> Passage:
    """The sentence that a quote is cut from: shown alone, a part of it reads as a stump."""
    spans = sentence_spans(passage.paper.text)
    whole = next((s for s in spans if s[0] <= passage.start and passage.end <= s[1]), None)
    return replace(passage, start=whole[0], end=whole[1]) if whole else passage


def _within(citation: Citation, passage: Passage) -> bool:
    inside = passage.start <= citation.start and citation.end <= passage.end
    return inside and citation.paper_id == passage.paper.paper_id


def _title(passage: Passage) -> str:
    return f"“{passage.paper.title}”:" if passage.start else "By its title:"


def _leans(text: str) -> bool:
    """Whether a sentence begins with a word for what was named before it."""
    first = LETTERS.match(text.lower())
    said_apart = text.lower().startswith(("the former", "the latter"))
    return said_apart or (first is not None and first[0] in _LEANS)


def _titles(passages: Sequence[Passage]) -> str:
    """What a sentence without its antecedent speaks of."""
    titles = dict.fromkeys(f"“{p.paper.title}”" for p in passages)
    return f"{' and '.join(titles)}:" if titles else ""
