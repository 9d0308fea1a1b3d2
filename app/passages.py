"""What answers, summaries and checks are made of: places in records, and what is said of them.

One type for a place in a record, from retrieval to the surface that highlights it. An answer is a
sequence of blocks; surfaces render blocks and never guess structure back from text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ingest.paper import Paper, Part

# How well a sentence is backed: word for word, confirmed by a check, shown but not confirmed.
Support = Literal["verbatim", "supported", "unconfirmed"]
BlockKind = Literal["prose", "entries", "table", "note"]
# What a table says where a record does not fill a cell.
NOT_STATED = "not stated"
# Said of a quotation that the record itself leaves unfinished.
BREAKS_OFF = "(the summary breaks off here)"


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a record: paper.text[start:end]; score in 0 to 1."""

    paper: Paper
    start: int
    end: int
    score: float = 1.0

    @classmethod
    def of_title(cls, paper: Paper) -> Passage:
        """The record's title."""
        return cls(paper, 0, len(paper.title))

    @property
    def quote(self) -> str:
        """The words that stand there."""
        return self.paper.text[self.start : self.end]

    @property
    def part(self) -> Part:
        """What of the record it is a place in."""
        return self.paper.part_at(self.start)


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked sentence; support is None if it did not hold and must not be shown as it is.

    text: without citation marks. lead: what introduces it, such as a paper's title or a theme's
    name. reason: why it did not hold, for the reader. contradicts: whether its record says
    something else, rather than nothing.
    """

    text: str
    support: Support | None
    passages: tuple[Passage, ...] = ()
    lead: str = ""
    reason: str = ""
    contradicts: bool = False

    @classmethod
    def quoting(cls, passage: Passage, lead: str = "") -> Statement:
        """The record's own words."""
        return cls(passage.quote, "verbatim", (passage,), lead)


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before its sentences have numbers.

    columns: heads of a table, whose statements are its cells row by row, the first of a row naming
    the paper; an empty cell has no text.
    """

    kind: BlockKind
    statements: Sequence[Statement]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered link from a sentence to a record; quote == paper.text[start:end], a place in its part."""

    n: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int
    score: float
    part: Part = "summary"

    @classmethod
    def of(cls, n: int, passage: Passage) -> Citation:
        """The passage under a number."""
        paper, score = passage.paper, round(passage.score, 4)
        place = (passage.quote, passage.start, passage.end)
        return cls(n, paper.paper_id, paper.title, *place, score, passage.part)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, its text without lead and citation marks."""

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()
    lead: str = ""

    @property
    def told(self) -> str:
        """The text as a reader gets it: a record that breaks off is said to do so."""
        cut = self.support == "verbatim" and self.text.rstrip("\"'”’)").endswith(("…", "..."))
        return f"{self.text} {BREAKS_OFF}" if cut else self.text


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an answer. A table's sentences are its cells, row by row, len(columns) to a row."""

    kind: BlockKind
    sentences: tuple[Sentence, ...]
    columns: tuple[str, ...] = ()

    @property
    def rows(self) -> list[tuple[Sentence, ...]]:
        """The rows of a table; of any other block a row for each sentence."""
        width = len(self.columns) or 1
        cells = self.sentences
        return [cells[i : i + width] for i in range(0, len(cells), width)]


def marks(sentence: Sentence) -> str:
    """Its citation marks: `[1][2]`, each number once."""
    return "".join([f"[{n}]" for n in dict.fromkeys([c.n for c in sentence.citations])])


def cited_parts(citations: Iterable[Citation]) -> str:
    """What of a record is cited: "the title and the abstract"."""
    return " and ".join(f"the {part}" for part in dict.fromkeys(c.part for c in citations))


def as_line(sentence: Sentence) -> str:
    """A sentence with its lead and marks: `“Title”: Text [1]`."""
    return " ".join(filter(None, (sentence.lead, sentence.told, marks(sentence))))


def as_text(blocks: Sequence[Block]) -> str:
    """Prose as a paragraph, entries as a list, a table with bars; a blank line between blocks."""
    return "\n\n".join(_block_text(block) for block in blocks)


def _block_text(block: Block) -> str:
    if block.kind == "entries":
        return "\n".join(f"- {as_line(sentence)}" for sentence in block.sentences)
    if block.kind == "table":
        rows = [block.columns, tuple("---" for _ in block.columns)]
        rows += [
            tuple((as_line(cell) or NOT_STATED).replace("|", "/") for cell in row)
            for row in block.rows
        ]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return " ".join(as_line(sentence) for sentence in block.sentences)
