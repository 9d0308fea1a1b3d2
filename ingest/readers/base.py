"""What a reader is and what it returns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ingest.paper import Paper

# A title beyond this is kept, but reported: it is more likely a summary whose title was not found.
SUSPICIOUS_TITLE = 500
# Below this confidence a split into title and summary is reported.
UNSURE = 0.8
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that could not be read: its file, its position from 1 (0: the whole file), why."""

    source: str
    record: int
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or a source that was passed over as a whole, and why."""

    source: str
    reason: str


@dataclass(slots=True)
class ReadResult:
    """Everything read from one or several files; nothing that was in them is left out silently."""

    papers: list[Paper] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, paper: Paper) -> None:
        """Takes a paper, and notes what is doubtful about it."""
        where = f"{paper.source}, record {paper.record}"
        shown = paper.title[:_SHOWN]
        if len(paper.title) > SUSPICIOUS_TITLE:
            length = len(paper.title)
            self.warnings.append(
                f"{where}: a title of {length} characters is suspicious: {shown!r}"
            )
            paper = paper.with_changes(confidence=0.0)
        elif paper.confidence < UNSURE:
            self.warnings.append(
                f"{where}: unsure where the title ends ({paper.confidence:.2f}): {shown!r}"
            )
        self.papers.append(paper)

    def take(self, paper: Paper | None, source: str, number: int) -> None:
        """Takes what was made of a record; None: it has no title."""
        if paper is None:
            self.reject(source, number, "no title: it needs a field such as title or name")
        else:
            self.add(paper)

    def reject(self, source: str, record: int, reason: str) -> None:
        """Notes a record that cannot become a paper."""
        self.rejected.append(Rejected(source, record, reason))

    def extend(self, other: ReadResult) -> None:
        """Appends another result."""
        self.papers.extend(other.papers)
        self.rejected.extend(other.rejected)
        self.skipped.extend(other.skipped)
        self.warnings.extend(other.warnings)


class Reader(Protocol):
    """Reads one format.

    extensions: lower case, with the dot. accepts: whether a text of one of these extensions, or of
    an unknown one, is in this format. read: never raises on content; rejects what it cannot read.
    """

    name: str
    extensions: tuple[str, ...]

    def accepts(self, text: str) -> bool:
        """Whether the text looks like this format."""
        ...

    def read(self, text: str, source: str) -> ReadResult:
        """The papers of a text; `source` names the file."""
        ...


@runtime_checkable
class LineReader(Reader, Protocol):
    """Reads a format that needs only some lines at a time: a large file is never held as text."""

    def read_lines(self, lines: Iterator[str], source: str) -> ReadResult:
        """As `read`, of the text's lines without their ends."""
        ...


class FileReader(Protocol):
    """Reads one format that is no text; as a `Reader` but for what it is given."""

    extensions: tuple[str, ...]

    def accepts(self, data: bytes) -> bool:
        """Whether the bytes are of this format."""
        ...

    def read(self, data: bytes, source: str) -> ReadResult:
        """The papers of a file's bytes; `source` names the file."""
        ...
