"""What the engine says while it answers, and the answer itself. Every surface renders these."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.passages import Block, BlockKind, Sentence

# Answered; the closest record is quoted though none says it directly; declined.
Status = Literal["answered", "closest", "refused"]


@dataclass(frozen=True, slots=True)
class Source:
    """A paper behind the answer, numbered in first-use order."""

    n: int
    paper_id: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sentence that did not hold against the records, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished answer; `to_dict` is the JSON contract of `reading-room ask`.

    answer: the blocks as plain text with marks, or what is said without a record. missing: what the
    records do not give, where that is known. tokens, cost: of all calls of a model; in dollars,
    None where a price is not known.
    """

    question: str
    standalone_question: str
    intent: str
    status: Status
    missing: str
    answer: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]
    sources: tuple[Source, ...]
    considered: int
    corpus_size: int
    provider: str
    model: str
    prompt_hash: str
    seconds: float
    tokens: int
    cost: float | None = 0.0

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; empty cells of a table say nothing and are left out."""
        return tuple(s for block in self.blocks for s in block.sentences if s.text)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, keys as in the contract."""
        return asdict(self) | {"sentences": [asdict(sentence) for sentence in self.sentences]}


@dataclass(frozen=True, slots=True)
class Stage:
    """Work going on, for a status line: "searching", "writing", "checking"."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the model's draft, not checked yet; never shown with a citation."""

    text: str


@dataclass(frozen=True, slots=True)
class BeingChecked:
    """All sentences that wait for the judge, in answer order; they replace those of the last such event.

    One whose quote was found in a record cites it, under a number that holds if those before it
    stand.
    """

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class BlockStarted:
    """The sentences that follow belong to a block of this kind."""

    kind: BlockKind
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence that passed its check, in answer order."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came so far is void: another generator begins anew."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must know: a fallback, a cut, sentences left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The last event of every answer."""

    answer: Answer


Event = Stage | Delta | BeingChecked | BlockStarted | SentenceChecked | Restarted | Notice | Done
