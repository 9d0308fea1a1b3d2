"""RIS, the exchange format of reference managers: one tagged line a field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers.base import ReadResult
from ingest.readers.fields import NO_TITLE, paper_from_fields

_LINE = re.compile(r"\s{0,3}([A-Z][A-Z0-9])  ?-(?: (.*)|\s*)$")
_START = re.compile(r"^\s{0,3}TY  ?-", re.MULTILINE)
# Tag -> our field; repeated tags are collected, and the first tag of a field that is filled counts.
_TAGS = {
    "TI": "title", "T1": "title", "CT": "title",
    "AB": "abstract", "N2": "abstract",
    "AU": "authors", "A1": "authors",
    "PY": "year", "Y1": "date", "DA": "date",
    "JO": "journal", "JF": "journal", "T2": "journal", "BT": "journal", "JA": "journal",
    "UR": "url", "L1": "url", "DO": "doi", "KW": "keywords", "ID": "id",
}  # fmt: skip
_LISTS = frozenset(("authors", "keywords"))


class RisReader:
    """`.ris` files; a record runs from TY to ER, or to the next TY."""

    name = "RIS"
    extensions: tuple[str, ...] = (".ris",)

    def accepts(self, text: str) -> bool:
        """Whether a record starts anywhere."""
        return _START.search(text) is not None

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one a record."""
        result = ReadResult()
        for number, lines in enumerate(_records(text), start=1):
            raw = "\n".join(lines)
            fields = _fields(lines)
            paper = paper_from_fields(fields, raw=raw, source=source, number=number)
            if paper is None:
                result.reject(source, number, NO_TITLE)
            else:
                result.add(paper)
        if not result.papers and not result.rejected:
            result.reject(source, 0, "no RIS record: none starts with TY")
        return result


def _records(text: str) -> Iterator[list[str]]:
    current: list[str] = []
    for line in text.split("\n"):
        tag = _LINE.match(line)
        if tag and tag[1] == "TY" and current:
            yield current
            current = []
        if current or (tag and tag[1] != "ER"):
            current.append(line)
        if tag and tag[1] == "ER" and current:
            yield current
            current = []
    if current:
        yield current


def _fields(lines: list[str]) -> dict[str, str | list[str]]:
    fields: dict[str, str | list[str]] = {}
    last = ""
    for line in lines:
        tag = _LINE.match(line)
        if tag is None:
            # A line without a tag goes on with the field above.
            value = fields.get(last)
            if isinstance(value, str) and line.strip():
                fields[last] = f"{value} {line.strip()}"
            continue
        last = _TAGS.get(tag[1], "")
        value = (tag[2] or "").strip()
        if not last or not value:
            continue
        if last in _LISTS:
            known = fields.setdefault(last, [])
            if isinstance(known, list):
                known.append(value)
        else:
            fields.setdefault(last, value)
    return fields
