"""What the engine says while it answers, and the answer itself. Every surface renders these."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.passages import Citation, Sentence, Support

Status = Literal["answered", "refused"]


@dataclass(frozen=True, slots=True)
class Source:
    """A paper behind the answer, numbered in first-use order."""

    n: int
    paper_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished answer; `to_dict` is the JSON contract of `reading-room ask`."""

    question: str
    standalone_question: str
    status: Status
    answer: str
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    considered: int
    corpus_size: int
    provider: str
    model: str
    prompt_hash: str
    seconds: float
    tokens: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, keys as in the contract."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Stage:
    """Work going on, for a status line: "searching", "reading", "writing", "checking"."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the model's draft, not checked yet; never shown with a citation."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence that passed its check, in answer order."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know: a fallback, a cut, sentences left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of every answer."""

    answer: Answer


Event = Stage | Delta | SentenceChecked | Notice | Done

__all__ = [
    "Answer",
    "Citation",
    "Delta",
    "Done",
    "Event",
    "Notice",
    "Sentence",
    "SentenceChecked",
    "Source",
    "Stage",
    "Status",
    "Support",
]
