"""One reader's conversation: plain immutable values, so that nothing is shared between readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.answering.events import (
    Answer,
    BeingChecked,
    BlockStarted,
    Delta,
    Done,
    Event,
    Notice,
    Restarted,
    SentenceChecked,
    Stage,
)
from app.passages import Block, Citation, Sentence, Support, as_text


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it; answer is None if it was stopped or failed."""

    question: str
    answer: Answer | None = None
    blocks: tuple[Block, ...] = ()
    notices: tuple[str, ...] = ()
    draft: str = ""
    being_checked: tuple[Sentence, ...] = ()
    stage: str = ""
    running: bool = False

    @property
    def text(self) -> str:
        """What was answered, in plain text with marks."""
        return self.answer.answer if self.answer is not None else as_text(self.blocks)


Conversation = tuple[Exchange, ...]


@dataclass(slots=True)
class Listener:
    """Takes events in and says how the exchange stands."""

    question: str
    _blocks: list[tuple[BlockStarted, list[Sentence]]] = field(default_factory=list)
    _notices: list[str] = field(default_factory=list)
    _draft: str = ""
    _being_checked: tuple[Sentence, ...] = ()
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
                case BeingChecked(sentences):
                    self._being_checked, self._draft = sentences, ""
                case BlockStarted():
                    self._blocks.append((event, []))
                case SentenceChecked(sentence):
                    self._accept(sentence)
                case Restarted():
                    self._blocks.clear()
                    self._draft, self._being_checked = "", ()
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
        awaited = running and final is None
        return Exchange(
            question=self.question,
            answer=final,
            blocks=final.blocks if final is not None else self._so_far(),
            notices=tuple(self._notices),
            draft=self._draft if awaited else "",
            being_checked=self._being_checked if awaited else (),
            stage=self._stage if awaited else "",
            running=running,
        )

    def _so_far(self) -> tuple[Block, ...]:
        blocks = (Block(begun.kind, tuple(said), begun.columns) for begun, said in self._blocks)
        return tuple(block for block in blocks if block.sentences)

    def _accept(self, sentence: Sentence) -> None:
        if not self._blocks:
            self._blocks.append((BlockStarted("prose"), []))
        self._blocks[-1][1].append(sentence)
        # What was drafted up to here has been checked: it is replaced by what passed.
        self._draft = ""


@dataclass(frozen=True, slots=True)
class CitedSource:
    """All that one answer cites from one paper."""

    n: int
    paper_id: str
    title: str
    citations: tuple[tuple[Support, Citation], ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Cited places, as offsets in the record's text."""
        return [(citation.start, citation.end) for _, citation in self.citations]

    @property
    def supports(self) -> list[Support]:
        """The kinds of support, each once, in order of use."""
        return list(dict.fromkeys(support for support, _ in self.citations))


def cited_sources(exchange: Exchange) -> list[CitedSource]:
    """The sources of an answer by number."""
    found: dict[int, list[tuple[Support, Citation]]] = {}
    for block in exchange.blocks:
        for sentence in block.sentences:
            for citation in sentence.citations:
                found.setdefault(citation.n, []).append((sentence.support, citation))
    return [
        CitedSource(n, uses[0][1].paper_id, uses[0][1].title, tuple(uses))
        for n, uses in sorted(found.items())
    ]


def history(conversation: Sequence[Exchange]) -> list[dict[str, str]]:
    """Earlier turns as the engine wants them: plain text, never what was drawn on the screen."""
    turns = []
    for exchange in conversation:
        turns.append({"role": "user", "content": exchange.question})
        turns.append({"role": "assistant", "content": _told(exchange)})
    return turns


def _told(exchange: Exchange) -> str:
    """What was answered. A follow-up finds the papers shown by their titles, so all are named."""
    titles = [source.title for source in cited_sources(exchange)]
    unnamed = "; ".join(f"“{title}”" for title in titles if title not in exchange.text)
    return f"{exchange.text}\nSources: {unnamed}" if unnamed else exchange.text
