"""BibTeX and biblatex, split into entries by bibtexparser.

A broken entry is rejected and the rest of the file is read: bibtexparser starts anew at the next
`@` at the beginning of a line.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ingest.readers.base import ReadResult
from ingest.readers.fields import NO_TITLE, paper_from_fields
from ingest.readers.latex import plain_text
from ingest.readers.names import bibtex_names

if TYPE_CHECKING:
    from bibtexparser.library import Library
    from bibtexparser.model import Entry

_START = re.compile(r"^[ \t]*@\s*\w+\s*[{(]", re.MULTILINE)
_SIGN = re.compile(r"(?<!\\)[{}\"#]")
_VERBATIM = frozenset(("url", "doi", "eprint", "link", "pdf"))
_NAMES = frozenset(("author", "authors", "editor", "editors"))
# What a chapter takes from the book that `crossref` names, and under which name.
_INHERITED = {"title": "booktitle", "year": "year", "date": "date", "publisher": "publisher"}
_SHOWN = 60

Fields = dict[str, str]


class BibtexReader:
    """`.bib` files."""

    name = "BibTeX"
    extensions: tuple[str, ...] = (".bib", ".bibtex")

    def accepts(self, text: str) -> bool:
        """Whether an entry starts at the beginning of a line."""
        return _START.search(text) is not None

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one an entry; @string and crossref are followed, @comment is passed over."""
        from bibtexparser.model import Entry

        result = ReadResult()
        library = _split(text)
        macros = {name.lower(): _value(s.value, {}) for name, s in library.strings_dict.items()}
        books = {key.lower(): _fields(entry, macros) for key, entry in library.entries_dict.items()}
        number = 0
        for block, raw in _entries(library):
            number += 1
            if not isinstance(block, Entry):
                reason = f"unbalanced braces or a missing comma: {raw[:_SHOWN]!r}"
                result.reject(source, number, reason)
                continue
            fields = _fields(block, macros)
            record = _record(_inherit(fields, books))
            paper = paper_from_fields(record, raw=raw, source=source, number=number)
            if paper is None:
                result.reject(source, number, NO_TITLE)
            else:
                result.add(paper)
        if not number:
            result.reject(source, 0, "no BibTeX entry: none starts with @")
        return result


def _split(text: str) -> Library:
    from bibtexparser.splitter import Splitter

    # What it warns of is in the library: a failed block is rejected with its reason.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    return Splitter(text).split()


def _entries(library: Library) -> Iterator[tuple[object, str]]:
    """(entry or failed block, its text) of every block that should be an entry, in order."""
    from bibtexparser.model import Entry, ParsingFailedBlock

    for block in library.blocks:
        # Two entries of one key, two fields of one name: both are papers like others.
        inner = getattr(block, "ignore_error_block", None) or block
        if isinstance(inner, (Entry, ParsingFailedBlock)):
            yield inner, (inner.raw or "").strip()


def _fields(entry: Entry, macros: Mapping[str, str]) -> Fields:
    """Lower-case name -> value; of two fields of one name the first counts."""
    fields: Fields = {}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), _value(field.value, macros))
    return fields


def _inherit(fields: Fields, books: Mapping[str, Fields]) -> Fields:
    book = books.get(fields.get("crossref", "").strip().lower())
    if book is None:
        return fields
    inherited = {ours: book[theirs] for theirs, ours in _INHERITED.items() if theirs in book}
    return {**inherited, **fields}


def _record(fields: Fields) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, value in fields.items():
        if name in _NAMES:
            record[name] = [plain_text(author) for author in bibtex_names(value)]
        else:
            record[name] = value.replace("\\_", "_") if name in _VERBATIM else plain_text(value)
    return record


def _value(written: str, macros: Mapping[str, str]) -> str:
    """A field's value: its parts, `{...}`, `"..."`, numbers and macros, joined at each `#`."""
    if "#" not in written:
        return _part(written, macros)
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for sign in _SIGN.finditer(written):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            depth -= 1
        elif depth == 0 and sign[0] == '"':
            quoted = not quoted
        elif depth == 0 and not quoted and sign[0] == "#":
            parts.append(written[start : sign.start()])
            start = sign.end()
    return "".join(_part(part, macros) for part in (*parts, written[start:]))


def _part(written: str, macros: Mapping[str, str]) -> str:
    part = written.strip()
    if part[:1] + part[-1:] in ("{}", '""') and len(part) > 1:
        return part[1:-1]
    return macros.get(part.lower(), part)
