"""CSV and TSV with a header line."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from itertools import chain, dropwhile, islice

from ingest.readers.base import ReadResult
from ingest.readers.fields import is_title_name, paper_from_fields
from ingest.readers.markdown import is_ruler
from ingest.text import lines_of

# Lines of one row at most, an abstract's own line ends included.
_WINDOW = 300
# The mark by which exports keep a cell from being a formula.
_FORMULA = re.compile(r"^'(?='*[=+\-@])")
# Lines above the names of the columns: "sep=;", what was exported, when and by whom.
_ABOVE_HEADER = 5
# Web of Science names its columns by the tags of its own format.
_TAGS = {
    "TI": "title", "AF": "author full names", "AU": "authors", "PY": "year", "SO": "journal",
    "AB": "abstract", "DI": "doi", "DE": "keywords",
}  # fmt: skip
_DELIMITERS = (",", ";", "\t", "|")


class TableReader:
    """`.csv`, `.tsv`: the first row names the columns, one of which holds the title."""

    name = "table"
    extensions: tuple[str, ...] = (".csv", ".tsv", ".tab")

    def accepts(self, text: str) -> bool:
        """Whether a header with a title and another column is on top, and it is not Markdown's."""
        lines = text.lstrip("\n").split("\n", _ABOVE_HEADER + 1)
        at, header = _header(lines)
        below = lines[at + 1 : at + 2]
        return len(header) > 1 and any(map(is_title_name, header)) and not any(map(is_ruler, below))

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one a row; rows are numbered from 1 below the header."""
        return self.read_lines(lines_of(text), source)

    def read_lines(self, lines: Iterator[str], source: str) -> ReadResult:
        """The papers, one a row."""
        result = ReadResult()
        lines = dropwhile(lambda line: not line, lines)
        first = list(islice(lines, _ABOVE_HEADER)) or [""]
        at, header = _header(first)
        if not any(map(is_title_name, header)):
            found = ", ".join(filter(None, header)) or "none"
            result.reject(source, 0, f"no column called title or name in the first row ({found})")
            return result
        rows = _rows(chain(first[at + 1 :], lines), _delimiter(first[at]))
        for number, (cells, raw, problem) in enumerate(rows, start=1):
            if problem:
                result.reject(source, number, problem)
            else:
                take_row(result, header, cells, raw, source, number)
        return result


def take_row(
    result: ReadResult, header: list[str], cells: list[str], raw: str, source: str, number: int
) -> None:
    """Takes the paper of one row of cells."""
    record = dict(zip(header, (_FORMULA.sub("", cell) for cell in cells), strict=False))
    paper = paper_from_fields(record, raw=raw, source=source, number=number)
    result.take(paper, source, number)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _header(lines: list[str]) -> tuple[int, list[str]]:
    """(line, names of the columns): the first with a title and another column, else line 0."""
    rows = [_names(line) for line in lines[:_ABOVE_HEADER]]
    found = (at for at, row in enumerate(rows) if len(row) > 1 and any(map(is_title_name, row)))
    at = next(found, 0)
    return at, rows[at]


def _names(line: str) -> list[str]:
    try:
        names = [cell.strip() for cell in next(csv.reader([line], delimiter=_delimiter(line)), [])]
    except csv.Error:
        return []
    return [_TAGS.get(name, name) for name in names] if {"TI", "SO"} <= set(names) else names


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], str, str]]:
    """(cells, raw text, problem) of each row that is not blank.

    A quote that is never closed would swallow the rest of the file: its line alone is given up.
    """
    csv.field_size_limit(sys.maxsize)
    window: list[str] = []
    # One row's lines at most: what follows an open quote is not read again for each such line.
    while window := [*window, *islice(lines, _WINDOW - len(window))]:
        reader = csv.reader((f"{line}\n" for line in window), delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                if any(cell.strip(" :-") for cell in cells):
                    yield cells, "\n".join(window[done : reader.line_num]), ""
                done = reader.line_num
        except csv.Error as error:
            # Cut by the window, not by the file: the row is read again from its own start.
            if not done or len(window) < _WINDOW:
                yield [], window[done], f"broken row: {error}"
                done += 1
        window = window[done:]
