"""The answer while it is being put together: sentences, citations, sources in first-use order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.answerability.decision import REFUSAL
from app.answering.events import Answer, Citation, Sentence, Source, Support
from app.answering.generators.base import Generator
from ingest.paper import Paper

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """A checked place in a record."""

    paper: Paper
    start: int
    end: int
    score: float


class AnswerDraft:
    """Collects what was checked and says it as an Answer."""

    def __init__(self, question: str, standalone: str, corpus_size: int) -> None:
        self.standalone = standalone
        self.considered = corpus_size
        self.declined = False
        # paper_id -> score of retrieval, for the sources; without one, the evidence's own.
        self.relevance: dict[str, float] = {}
        self._question = question
        self._corpus_size = corpus_size
        self._sentences: list[Sentence] = []
        self._sources: dict[str, Source] = {}
        self._text: str | None = None
        self._refused = False
        self._left_out = 0
        self._provider, self._model, self._prompt_hash, self._tokens = (
            "extractive",
            "extractive",
            "",
            0,
        )

    @property
    def empty(self) -> bool:
        """Whether no sentence has been accepted yet."""
        return not self._sentences

    @property
    def left_out(self) -> int:
        """How many proposed sentences failed their check and are not shown."""
        return self._left_out

    def written_by(self, generator: Generator) -> None:
        """Name the generator, and what it cost so far."""
        self._provider, self._model = generator.provider, generator.model
        self._prompt_hash = generator.prompt_hash
        self._tokens += generator.tokens
        self.considered = generator.considered

    def add(self, text: str, support: Support, evidence: Sequence[Evidence]) -> Sentence:
        """Accept a sentence with the places that support it."""
        citations = tuple(self._cite(item) for item in evidence)
        sentence = Sentence(text, support, citations)
        self._sentences.append(sentence)
        return sentence

    def leave_out(self) -> None:
        """Count a sentence that failed its check."""
        self._left_out += 1

    def say(self, text: str) -> None:
        """A reply without sentences to check: small talk."""
        self._text = text

    def clear(self) -> None:
        """Forget what was collected: another generator takes over."""
        self._sentences.clear()
        self._sources.clear()
        self._left_out = 0

    def refuse(self, nearest: Sequence[Paper], reason: str = "") -> None:
        """Decline, with what is known of the reason, naming the nearest papers as just that."""
        self.clear()
        self._refused = True
        self._text = f"{REFUSAL} {reason}".strip()
        if nearest:
            names = "; ".join(f"“{paper.title}”" for paper in nearest[:NEAREST])
            self._text += f" Nearest in the list: {names}."

    def finish(self, seconds: float) -> Answer:
        """The answer as it stands."""
        return Answer(
            question=self._question,
            standalone_question=self.standalone,
            status="refused" if self._refused else "answered",
            answer=self._text if self._text is not None else self._prose(),
            sentences=tuple(self._sentences),
            sources=tuple(self._sources.values()),
            considered=self.considered,
            corpus_size=self._corpus_size,
            provider=self._provider,
            model=self._model,
            prompt_hash=self._prompt_hash,
            seconds=seconds,
            tokens=self._tokens,
        )

    def _cite(self, item: Evidence) -> Citation:
        paper = item.paper
        paper_id = paper.paper_id
        if paper_id not in self._sources:
            number = len(self._sources) + 1
            score = self.relevance.get(paper_id, item.score)
            self._sources[paper_id] = Source(number, paper_id, paper.title, round(score, 4))
        return Citation(
            n=self._sources[paper_id].n,
            paper_id=paper_id,
            title=paper.title,
            quote=paper.text[item.start : item.end],
            start=item.start,
            end=item.end,
            score=round(item.score, 4),
        )

    def _prose(self) -> str:
        return "".join(
            ("\n" if sentence.text.startswith("|") else " ") + render(sentence)
            for sentence in self._sentences
        ).strip()


def render(sentence: Sentence) -> str:
    """A sentence with its marks: `Text [1][2]`."""
    numbers = dict.fromkeys(citation.n for citation in sentence.citations)
    marks = "".join(f"[{n}]" for n in numbers)
    if marks and sentence.text.endswith(" |"):  # a row of a table: inside its first cell
        above, line_end, row = sentence.text.rpartition("\n")
        cell, bar, rest = row.removeprefix("| ").partition(" |")
        return f"{above}{line_end}| {cell} {marks}{bar}{rest}"
    return f"{sentence.text} {marks}" if marks else sentence.text
