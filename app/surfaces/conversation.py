"""One reader's conversation: plain immutable values, so that nothing is shared between readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.answering.events import (
    Answer,
    Citation,
    Delta,
    Done,
    Event,
    Notice,
    Sentence,
    SentenceChecked,
    Stage,
    Support,
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it; answer is None if it was stopped or failed."""

    question: str
    answer: Answer | None = None
    sentences: tuple[Sentence, ...] = ()
    notices: tuple[str, ...] = ()
    draft: str = ""
    stage: str = ""
    running: bool = False

    @property
    def text(self) -> str:
        """What was answered, in plain text."""
        if self.answer is not None:
            return self.answer.answer
        return " ".join(sentence.text for sentence in self.sentences)


Conversation = tuple[Exchange, ...]


@dataclass(slots=True)
class Listener:
    """Takes events in and says how the exchange stands."""

    question: str
    _sentences: list[Sentence] = field(default_factory=list)
    _notices: list[str] = field(default_factory=list)
    _draft: str = ""
    _stage: str = ""
    _answer: Answer | None = None

    def take(self, events: Iterable[Event]) -> None:
        """Note what happened."""
        for event in events:
            match event:
                case Stage(text):
                    self._stage = text
                case Delta(text):
                    self._draft += text
                case SentenceChecked(sentence):
                    self._accept(sentence)
                case Notice(text):
                    self.note(text)
                case Done(answer):
                    self._answer = answer

    def note(self, text: str) -> None:
        """Add a notice, once."""
        if text not in self._notices:
            self._notices.append(text)

    def now(self, *, running: bool = True) -> Exchange:
        """The exchange as it stands."""
        final = self._answer
        return Exchange(
            question=self.question,
            answer=final,
            sentences=final.sentences if final is not None else tuple(self._sentences),
            notices=tuple(self._notices),
            draft=self._draft if running and final is None else "",
            stage=self._stage if running and final is None else "",
            running=running,
        )

    def _accept(self, sentence: Sentence) -> None:
        taken = {c.n: c.paper_id for s in self._sentences for c in s.citations}
        if any(taken.get(c.n, c.paper_id) != c.paper_id for c in sentence.citations):
            # Numbers are given in first-use order: a number taken by another paper means that the
            # engine began again with another generator.
            self._sentences.clear()
        self._sentences.append(sentence)
        # What was drafted up to here has been checked: it is replaced by what passed.
        self._draft = ""


@dataclass(frozen=True, slots=True)
class CitedSource:
    """All that one answer cites from one paper."""

    n: int
    paper_id: str
    title: str
    score: float | None
    citations: tuple[tuple[Support, Citation], ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Cited places, as offsets in the record's text."""
        return [(citation.start, citation.end) for _, citation in self.citations]

    @property
    def supports(self) -> list[Support]:
        """The kinds of support, each once, in order of use."""
        return list(dict.fromkeys(support for support, _ in self.citations))


def is_entry(sentence: Sentence) -> bool:
    """Whether a sentence is nothing but the title that it cites: an entry of a list of papers."""
    return any(citation.title == sentence.text for citation in sentence.citations)


def cited_sources(exchange: Exchange) -> list[CitedSource]:
    """The sources of an answer by number."""
    found: dict[int, list[tuple[Support, Citation]]] = {}
    for sentence in exchange.sentences:
        for citation in sentence.citations:
            found.setdefault(citation.n, []).append((sentence.support, citation))
    scores = {s.n: s.score for s in exchange.answer.sources} if exchange.answer else {}
    return [
        CitedSource(n, uses[0][1].paper_id, uses[0][1].title, scores.get(n), tuple(uses))
        for n, uses in sorted(found.items())
    ]


def history(conversation: Sequence[Exchange]) -> list[dict[str, str]]:
    """Earlier turns as the engine wants them: plain text, never what was drawn on the screen."""
    turns = []
    for exchange in conversation:
        turns.append({"role": "user", "content": exchange.question})
        turns.append({"role": "assistant", "content": exchange.text})
    return turns
