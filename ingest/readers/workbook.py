"""Excel workbooks: the rows of each sheet that has a title column, read as a table's are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from ingest.readers.base import ReadResult, Skipped
from ingest.readers.fields import is_title_name
from ingest.readers.tables import take_row
from ingest.readers.zipped import ArchiveError, open_zip

# Exporters put their name and the search above the names of the columns.
_ABOVE_HEADER = 20
_MAX_ROWS = 1_000_000
_MAX_CELLS = 500  # of a row
_NAME = "xl/workbook.xml"


class WorkbookReader:
    """`.xlsx` and `.xlsm`, values only: no formula is computed, no link followed."""

    extensions: tuple[str, ...] = (".xlsx", ".xlsm")

    def accepts(self, data: bytes) -> bool:
        """Whether the bytes are a zip that holds a workbook."""
        try:
            return data.startswith(b"PK") and _NAME in open_zip(data).namelist()
        except ArchiveError:
            return False

    def read(self, data: bytes, source: str) -> ReadResult:
        """The papers of all sheets; rows are numbered on from sheet to sheet."""
        import openpyxl

        result = ReadResult()
        read = 0
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                read = _read_sheet(sheet, result, source, read)
        # A broken part raises whatever its parser does.
        except Exception as error:
            result.reject(source, read, f"a broken workbook ({type(error).__name__}): save it anew")
        if not result.papers and not result.rejected:
            result.reject(source, 0, "no sheet has a column called title or name")
        return result


def _read_sheet(sheet: Any, result: ReadResult, source: str, before: int) -> int:
    """How many rows were read with this sheet's; `before`: without them."""
    # Some writers state a size that is not true.
    sheet.reset_dimensions()
    rows = _rows(sheet)
    header = next((row for row in islice(rows, _ABOVE_HEADER) if _is_header(row)), [])
    if not header:
        reason = f"sheet {sheet.title!r} has no column called title or name"
        result.skipped.append(Skipped(source, reason))
        return before
    number = before
    for number, cells in enumerate(rows, start=before + 1):
        take_row(result, header, cells, "\t".join(cells), source, number)
    return number


def _is_header(row: list[str]) -> bool:
    return any(map(is_title_name, row))


def _rows(sheet: Any) -> Iterator[list[str]]:
    """The cells of each row that is not blank, as text."""
    for row in islice(sheet.iter_rows(values_only=True), _MAX_ROWS):
        cells = [_text(value) for value in row[:_MAX_CELLS]]
        if any(cells):
            yield cells


def _text(value: object) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    # Excel has one kind of number.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
