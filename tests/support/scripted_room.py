"""A Room that answers from a script: real papers, real events, no index and no model."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.answering.events import (
    Answer,
    BlockStarted,
    Delta,
    Done,
    LeftOut,
    Notice,
    SentenceChecked,
    Source,
    Stage,
)
from app.open_list import LookedUp
from app.passages import Block, Citation, Sentence, as_text
from app.settings import Settings
from app.surfaces.conversation import Exchange, Listener
from app.themes import Theme, ThemedPaper, ThemeMap
from ingest.paper import Paper

EVIL = "<img src=x onerror=\"document.title='owned'\"> ![x](http://evil.example/a.png) {{7*7}} ${1}"


def papers() -> list[Paper]:
    """Four records; one tries to be markup."""
    return [
        Paper(
            "Sparse autoencoders find features",
            "We train sparse autoencoders on activations. They find readable features.",
            authors=("Ada Byron", "Carl Gauss"),
            year=2024,
            venue="Journal of Examples",
            url="https://example.org/sae",
            tags=("features",),
        ),
        Paper(
            "Sparse autoencoders at scale",
            "Scaling laws hold for sparse autoencoders. " + "More detail follows here. " * 60,
            year=2025,
        ),
        Paper(EVIL, f"A record that is markup: {EVIL} <script>document.title='owned'</script>",
              url="javascript:alert(1)"),
        Paper("Grokking as a phase change", "Networks grok late. Weight decay speeds it up."),
    ]  # fmt: skip


def answered(room: ScriptedRoom, question: str = "What is found?") -> Exchange:
    """A question and its finished answer."""
    listener = Listener(question)
    listener.take(room.ask(question))
    return listener.now(running=False)


@dataclass
class ScriptedHit:
    paper: Paper
    score: float
    span: tuple[int, int]
    signals: dict[str, float] = field(default_factory=dict)


class ScriptedRoom:
    """Answers every question from two records; `slow` questions take half a minute."""

    model_line = "Answers: scripted (no model)"

    def __init__(self, home: Path, listed: Sequence[Paper] | None = None, **settings: Any) -> None:
        self.settings = Settings(home=home, **settings)
        self._papers = list(papers() if listed is None else listed)
        self.asked: list[tuple[str, list[dict[str, str]]]] = []
        self.closed = 0

    def papers(self) -> list[Paper]:
        return self._papers

    def paper(self, paper_id: str) -> Paper | None:
        return next((p for p in self._papers if p.paper_id == paper_id), None)

    @property
    def retriever(self):
        return self

    def within(self, filters) -> list[Paper]:
        return [p for p in self._papers if not filters or p.year == filters.year_from]

    def warm_up(self):
        """Nothing to load."""

    def look_up(self, query, k=10, filters=None, like=(), unlike=()):
        return LookedUp(query, self.find(query, k, filters, like, unlike), None)

    def find(self, query, k=10, filters=None, like=(), unlike=()):
        found = [p for p in self._papers if p.paper_id not in like]
        return [ScriptedHit(p, 1 / n, (0, len(p.title))) for n, p in enumerate(found, 1)][:k]

    def themes(self, n=None) -> ThemeMap:
        """Two themes: the first half of the list and the second."""
        half = len(self._papers) // 2
        halves = {"Features": self._papers[:half], EVIL: self._papers[half:]}
        return ThemeMap(
            tuple(self._theme(i, *item) for i, item in enumerate(halves.items())), len(self._papers)
        )

    def _theme(self, index: int, label: str, listed: Sequence[Paper]) -> Theme:
        paper = listed[0]
        text = paper.text[paper.summary_start :]
        cited = Citation(
            1, paper.paper_id, paper.title, text, paper.summary_start, len(paper.text), 0.9
        )
        places = tuple(
            ThemedPaper(p, index - 0.5 + n / 10, n / 10, 0.8, f"t{1 - index}", 0.1)
            for n, p in enumerate(listed)
        )
        summary = (Sentence(text, "verbatim", (cited,)),)
        return Theme(f"t{index}", label, (label,), summary, places)

    def ask(self, question, history=(), filters=None) -> Iterator[Any]:
        self.asked.append((question, list(history)))
        try:
            yield from self._events(question)
        finally:
            self.closed += 1

    def _events(self, question: str) -> Iterator[Any]:
        yield Stage("searching")
        sentences = (self._cite(0, 1, "verbatim"), self._cite(2, 2, "supported"))
        yield Delta("The model is drafting " + EVIL)
        if "slow" in question:
            yield SentenceChecked(sentences[0])
            for _ in range(600):
                yield Delta(" and on")
                time.sleep(0.05)
        blocks = [Block("prose", sentences)]
        if "table" in question:
            cells = (sentences[0], sentences[1], sentences[1], Sentence("", "verbatim"))
            blocks += [Block("entries", sentences), Block("table", cells, ("Paper", "Finding"))]
        for block in blocks:
            yield BlockStarted(block.kind, block.columns)
            yield from map(SentenceChecked, block.sentences)
        yield Notice("One sentence was left out: " + EVIL)
        yield Done(self._answer(question, tuple(blocks)))

    def _cite(self, index: int, n: int, support: str) -> Sentence:
        paper = self._papers[index]
        start, end = paper.summary_start, len(paper.text)
        quote = paper.text[start:end]
        citation = Citation(n, paper.paper_id, paper.title, quote, start, end, 0.9)
        return Sentence(quote, support, (citation,))

    def _answer(self, question: str, blocks: tuple[Block, ...]) -> Answer:
        cited = [c for s in blocks[0].sentences for c in s.citations]
        return Answer(
            question=question,
            standalone_question=question,
            intent="evidence",
            status="answered",
            missing="",
            answer=as_text(blocks),
            blocks=blocks,
            left_out=(LeftOut("It runs on the moon.", "no record says so"),),
            sources=tuple(Source(c.n, c.paper_id, c.title, 0.9) for c in cited),
            considered=3,
            corpus_size=len(self._papers),
            provider="scripted",
            model="script-1",
            prompt_hash="",
            seconds=0.1,
            tokens=0,
        )

    def close(self) -> None:
        pass
