"""BibTeX: a small tolerant parser (nested braces, quotes, @string, #, common LaTeX).

An entry that is never closed ends where the next one starts at the beginning of a line, and is
rejected; the rest of the file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.base import ReadResult
from ingest.readers.fields import NO_TITLE, paper_from_fields
from ingest.readers.latex import plain_text
from ingest.readers.names import bibtex_names

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NEXT = re.compile(r"^[ \t]*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_SIGN = re.compile(r"\\.|[{})]|" + _NEXT.pattern, re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(?<![\w:.+-])([A-Za-z][\w:.+-]*)\s*=\s*")
_KEY = re.compile(r"\s*[^\s,={}()\"]*\s*(?:,|$)")
_BARE = re.compile(r"[^\s,#{}\"]+")
_JOIN = re.compile(r"\s*#\s*")
_VERBATIM = frozenset(("url", "doi", "eprint", "link", "pdf"))
_SKIPPED = frozenset(("comment", "preamble"))


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    body: str
    raw: str
    closed: bool


class BibtexReader:
    """`.bib` files."""

    name = "BibTeX"
    extensions: tuple[str, ...] = (".bib", ".bibtex")

    def accepts(self, text: str) -> bool:
        """Whether an entry starts at the beginning of a line."""
        return _NEXT.search(text) is not None

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one an entry; @string is used, @comment and @preamble are passed over."""
        result = ReadResult()
        macros: dict[str, str] = {}
        number = 0
        for entry in _entries(text):
            if entry.kind in _SKIPPED:
                continue
            if entry.kind == "string":
                macros.update(_fields(entry.body, macros))
                continue
            number += 1
            if not entry.closed:
                result.reject(source, number, f"unbalanced braces: {entry.raw[:60]!r}")
                continue
            record = _record(entry, macros)
            paper = paper_from_fields(record, raw=entry.raw, source=source, number=number)
            if paper is None:
                result.reject(source, number, NO_TITLE)
            else:
                result.add(paper)
        if not number:
            result.reject(source, 0, "no BibTeX entry: none starts with @")
        return result


def _record(entry: _Entry, macros: dict[str, str]) -> dict[str, object]:
    body = entry.body[match.end() :] if (match := _KEY.match(entry.body)) else entry.body
    record: dict[str, object] = {}
    for name, value in _fields(body, macros).items():
        if name in ("author", "authors"):
            record[name] = [plain_text(author) for author in bibtex_names(value)]
        else:
            record[name] = value.replace("\\_", "_") if name in _VERBATIM else plain_text(value)
    return record


def _entries(text: str) -> Iterator[_Entry]:
    at = 0
    while match := _ENTRY.search(text, at):
        kind = match[1].lower()
        end = _closing(text, match.end(), "}" if match[2] == "{" else ")")
        following = _NEXT.search(text, match.end())
        closed = end is not None
        if end is None:
            end = following.start() if following else len(text)
        raw = text[match.start() : end + closed].strip()
        yield _Entry(kind, text[match.end() : end], raw, closed)
        at = max(end, match.end())


def _closing(text: str, start: int, close: str) -> int | None:
    """Where the entry opened before `start` is closed; None if another one starts before that."""
    depth = 0
    for match in _SIGN.finditer(text, start):
        sign = match.group()
        if sign == close and depth == 0:
            return match.start()
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(depth - 1, 0)
        elif sign.endswith(("{", "(")):
            return None
    return None


def _fields(body: str, macros: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    at = 0
    while match := _FIELD.search(body, at):
        value, at = _value(body, match.end(), macros)
        fields.setdefault(match[1].lower(), value)
        at = max(at, match.end())
    return fields


def _value(body: str, at: int, macros: dict[str, str]) -> tuple[str, int]:
    """The value that starts at a place, its parts joined, and where it ends."""
    parts: list[str] = []
    while True:
        part, at = _part(body, at, macros)
        parts.append(part)
        join = _JOIN.match(body, at)
        if join is None:
            return "".join(parts), at
        at = join.end()


def _part(body: str, at: int, macros: dict[str, str]) -> tuple[str, int]:
    opening = body[at : at + 1]
    if opening in ("{", '"'):
        end = _value_end(body, at + 1, "}" if opening == "{" else '"')
        return body[at + 1 : end], min(end + 1, len(body))
    bare = _BARE.match(body, at)
    if bare is None:
        return "", at
    return macros.get(bare.group().lower(), bare.group()), bare.end()


def _value_end(body: str, at: int, close: str) -> int:
    depth = 0
    while at < len(body):
        sign = body[at]
        if sign == "\\":
            at += 1
        elif sign == close and depth == 0:
            return at
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
        at += 1
    return len(body)
