"""What the whole project passes around: a Paper (one record of a list) and its Chunks."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, Literal

# Between title and summary in the text of a record; a chunk or a quote never crosses it.
TITLE_END = "\n"
# Between an abstract that was added and the words that the list itself has on the paper.
ABSTRACT_END = "\n"

# A part of a record's text.
Part = Literal["title", "summary", "abstract"]
Value = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """A field that is not the list's own: who gave it (a service, a file), what the list had."""

    field: str
    source: str
    was: Value


# No slots: what follows from the fields is computed once and kept on the object.
@dataclass(frozen=True)
class Paper:
    """One record of a reading list.

    title, summary: cleaned text. raw: the record as it stood in the file.
    confidence: how sure the reader is of the split into title and summary, 0 to 1.
    tags_given, tags_taken: tags that people added, and that they took away for good.
    citekey: the key under which a bibliography cites it.
    variant: set by `identify` where two different papers would have one id: two works of one title,
    a chapter under its book's DOI.
    apart: whether it is kept a paper of its own, whatever other records are like it.
    source, record: the file's name and the record's position in it, counted from 1.
    origins: the paths given to `ingest` that brought it; set by the pipeline.
    citations: how often it is cited, None where nobody said.
    is_abstract: whether the list calls its summary an abstract.
    provenance: the fields that enrichment filled or replaced.
    """

    title: str
    summary: str = ""
    raw: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    url: str = ""
    doi: str = ""
    arxiv_id: str = ""
    tags: tuple[str, ...] = ()
    tags_given: tuple[str, ...] = ()
    tags_taken: tuple[str, ...] = ()
    citekey: str = ""
    variant: str = ""
    apart: bool = False
    source: str = ""
    record: int = 0
    origins: tuple[str, ...] = ()
    confidence: float = 1.0
    citations: int | None = None
    retracted: bool = False
    is_abstract: bool = False
    provenance: tuple[Provenance, ...] = ()

    @cached_property
    def paper_id(self) -> str:
        """Stable id: the list's DOI or arXiv id for it, else a hash of the normalised title."""
        if self.provenance:
            return self.given.paper_id
        if self.doi:
            found = f"doi:{self.doi.lower()}"
        elif self.arxiv_id:
            found = f"arxiv:{self.arxiv_id.lower()}"
        else:
            found = f"p{digest(normalise_title(self.title), 12)}"
        return f"{found}~{self.variant}" if self.variant else found

    @cached_property
    def text(self) -> str:
        """The record's text: what quotes are cut from and what offsets refer to."""
        return f"{self.title}{TITLE_END}{self.summary}" if self.summary else self.title

    @cached_property
    def summary_start(self) -> int:
        """Offset of the summary in `text`."""
        return len(self.title) + len(TITLE_END) if self.summary else len(self.title)

    @cached_property
    def given(self) -> Paper:
        """The record as the list has it, before enrichment."""
        if not self.provenance:
            return self
        before: dict[str, Any] = {entry.field: entry.was for entry in self.provenance}
        return replace(self, provenance=(), **before)

    @cached_property
    def added_abstract(self) -> str:
        """The abstract that enrichment put before the list's words, or in their place; or ""."""
        own = self.given.summary
        return "" if own == self.summary else self.summary.removesuffix(f"{ABSTRACT_END}{own}")

    def part_at(self, offset: int) -> Part:
        """What stands at an offset of `text`."""
        if offset < self.summary_start:
            return "title"
        is_added = offset < self.summary_start + len(self.added_abstract)
        return "abstract" if is_added or self.is_abstract else "summary"

    @cached_property
    def content_hash(self) -> str:
        """Changes when anything stored about the paper changes, but for where it stood."""
        stored = [(name, getattr(self, name)) for name in _HASHED]
        # Younger than the first libraries: their papers keep their hash, and need no new vectors.
        kept = [(name, value) for name, value in stored if value or name not in _LATER]
        return digest(repr(kept), 16)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Paper:
        """The inverse of `to_dict`."""
        known = {**fields}
        known["provenance"] = tuple(_provenance(**p) for p in known.get("provenance") or ())
        for name in ("authors", "tags", "tags_given", "tags_taken", "origins"):
            known[name] = tuple(known.get(name) or ())
        return cls(**known)

    def with_changes(self, **changes: Any) -> Paper:
        """A copy with some fields replaced."""
        return replace(self, **changes)


# What stood where in the file says nothing about the paper.
_HASHED = sorted({f.name for f in fields(Paper)} - {"record", "raw", "confidence"})
_LATER = frozenset(
    "citekey variant apart tags_given tags_taken citations retracted is_abstract provenance".split()
)


def _provenance(field: str, source: str, was: Any) -> Provenance:
    return Provenance(field, source, tuple(was) if isinstance(was, list) else was)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a paper's text that is embedded by itself.

    text is exactly `paper.text[start:end]`; embed_text carries the title in front of it.
    """

    paper_id: str
    ordinal: int
    text: str
    start: int
    end: int
    embed_text: str
    content_hash: str

    @property
    def chunk_id(self) -> str:
        """Derived from the paper, the position and what is embedded: same id, same vector."""
        return chunk_id_of(self.paper_id, self.ordinal, self.embed_text)


def chunk_id_of(paper_id: str, ordinal: int, embed_text: str) -> str:
    """The id of a chunk with these parts."""
    return digest(f"{paper_id}|{ordinal}|{embed_text}", 24)


def normalise_title(title: str) -> str:
    """Lower case, no accents, letters and digits only: what makes two titles the same."""
    if not title.isascii():
        folded = unicodedata.normalize("NFKD", title)
        title = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", title.lower()))


def digest(text: str, length: int) -> str:
    """The first hex digits of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]
