"""The answer while it is being put together: blocks, citations, sources in first-use order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.answering.events import (
    Answer,
    BlockStarted,
    Event,
    LeftOut,
    Restarted,
    SentenceChecked,
    Source,
    Status,
)
from app.llm.usage import Usage
from app.passages import Block, Citation, Draft, Passage, Sentence, Statement, as_text

if TYPE_CHECKING:
    from app.answering.generators.base import Generator
    from app.query import Query
    from ingest.paper import Paper

REFUSAL = "The papers in this list do not say."
NEAREST = 3


@dataclass
class AnswerBuilder:
    """Collects what was checked and says it as an Answer.

    relevance: paper_id -> score of retrieval, for the sources; without one, the passage's own.
    declined: the model said that the records do not answer. usage: what all calls have used.
    """

    query: Query
    corpus_size: int
    considered: int = 0
    declined: bool = False
    relevance: dict[str, float] = field(default_factory=dict)
    status: Status = "answered"
    missing: str = ""
    provider: str = "extractive"
    model: str = "extractive"
    prompt_hash: str = ""
    usage: Usage = field(default_factory=Usage)
    left_out: list[LeftOut] = field(default_factory=list)
    _text: str | None = None
    _blocks: list[tuple[BlockStarted, list[Sentence]]] = field(default_factory=list)
    _sources: dict[str, Source] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether no sentence has been accepted yet."""
        return not any(sentences for _, sentences in self._blocks)

    @property
    def sentences(self) -> list[Sentence]:
        """What was accepted so far."""
        return [sentence for _, said in self._blocks for sentence in said]

    def written_by(self, generator: Generator) -> None:
        """Name the generator."""
        self.provider, self.model = generator.provider, generator.model
        self.prompt_hash = generator.prompt_hash
        self.considered = generator.considered

    def block(self, draft: Draft) -> Iterator[Event]:
        """A whole block at once."""
        yield self.start(BlockStarted(draft.kind, draft.columns))
        for statement in draft.statements:
            yield from self.add(statement)

    def start(self, block: BlockStarted) -> BlockStarted:
        """Open a block for the sentences that follow."""
        self._blocks.append((block, []))
        return block

    def add(self, statement: Statement) -> Iterator[Event]:
        """Accept a sentence into the open block; one that did not hold is noted as left out."""
        if statement.support is None:
            self.left_out.append(LeftOut(statement.text, statement.reason))
            return
        sentence = self._sentence(statement)
        if not self._blocks:
            yield self.start(BlockStarted("prose"))
        self._blocks[-1][1].append(sentence)
        yield SentenceChecked(sentence)

    def preview(self, statements: Iterable[Statement]) -> tuple[Sentence, ...]:
        """Sentences as they would be shown if all were accepted; none is."""
        sources = dict(self._sources)
        shown = tuple(self._sentence(statement) for statement in statements)
        self._sources = sources
        return shown

    def say(self, text: str) -> None:
        """A reply without sentences to check: small talk."""
        self._text = text

    def clear(self) -> Iterator[Event]:
        """Forget what was to be shown, but not what was left out: another generator takes over."""
        if self._blocks:
            yield Restarted()
        self._blocks.clear()
        self._sources.clear()

    def refuse(self, nearest: Sequence[Paper] = (), missing: str = "", reason: str = "") -> None:
        """Decline, saying what is missing, naming the nearest papers as just that."""
        self._blocks.clear()
        self._sources.clear()
        self.status, self.missing = "refused", missing
        self._text = f"{REFUSAL} {reason}".strip()
        if nearest:
            names = "; ".join(f"“{paper.title}”" for paper in nearest[:NEAREST])
            self._text += f" Nearest in the list: {names}."

    def finish(self, seconds: float) -> Answer:
        """The answer as it stands."""
        blocks = tuple(
            Block(opened.kind, tuple(sentences), opened.columns)
            for opened, sentences in self._blocks
            if sentences
        )
        return Answer(
            question=self.query.asked,
            standalone_question=self.query.standalone,
            intent=self.query.intent,
            status=self.status,
            missing=self.missing,
            answer=self._text if self._text is not None else as_text(blocks),
            blocks=blocks,
            left_out=tuple(self.left_out),
            sources=tuple(self._sources.values()),
            considered=self.considered or self.corpus_size,
            corpus_size=self.corpus_size,
            provider=self.provider,
            model=self.model,
            prompt_hash=self.prompt_hash,
            seconds=seconds,
            tokens=self.usage.total,
            cost=self.usage.cost,
        )

    def _sentence(self, statement: Statement) -> Sentence:
        citations = tuple(self._cite(passage) for passage in statement.passages)
        support = statement.support or "unconfirmed"
        return Sentence(statement.text, support, citations, statement.lead)

    def _cite(self, passage: Passage) -> Citation:
        paper = passage.paper
        paper_id = paper.paper_id
        if paper_id not in self._sources:
            number = len(self._sources) + 1
            score = self.relevance.get(paper_id, passage.score)
            self._sources[paper_id] = Source(number, paper_id, paper.title, round(score, 4))
        return Citation.of(self._sources[paper_id].n, passage)
