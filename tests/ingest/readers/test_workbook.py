from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.registry import read_path
from ingest.readers.workbook import WorkbookReader

Rows = list[list[object]]
_CELL = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, categories=("L", "N", "Zs")), max_size=20
)


def xlsx(*sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"S{number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_are_read_with_the_column_names_of_tables() -> None:
    rows: Rows = [
        ["Article Title", "Authors", "Publication Year", "DOI", "Abstract", "Author Keywords"],
        ["Reading Rooms", "Lee, Ann; Ray, Bo", 2020.0, "10.1000/A", "A summary.", "rooms; lists"],
        [None, None, None, None, None, None],
        ["Dated", None, datetime(2019, 5, 1), None, None, None],
    ]
    first, second = WorkbookReader().read(xlsx(rows), "a.xlsx").papers
    assert (first.title, first.authors) == ("Reading Rooms", ("Ann Lee", "Bo Ray"))
    assert (first.year, first.doi, first.summary) == (2020, "10.1000/a", "A summary.")
    assert (second.title, second.year, second.record) == ("Dated", 2019, 2)


def test_lines_above_the_header_and_sheets_without_titles_are_passed_over() -> None:
    preamble: Rows = [["Export of 3 May"], [], ["Title", "Year"], ["Paper A", 2001]]
    notes: Rows = [["remember", "the milk"]]
    more: Rows = [["name"], ["Paper B"]]
    result = WorkbookReader().read(xlsx(preamble, notes, more), "a.xlsx")
    assert [(p.title, p.record) for p in result.papers] == [("Paper A", 1), ("Paper B", 2)]
    assert [s.reason for s in result.skipped] == ["sheet 'S2' has no column called title or name"]


def test_a_row_without_a_title_is_named() -> None:
    result = WorkbookReader().read(xlsx([["title", "year"], ["", 2001], ["Paper A", 2]]), "a.xlsx")
    assert [p.title for p in result.papers] == ["Paper A"]
    assert [(r.record, r.reason[:8]) for r in result.rejected] == [(1, "no title")]


def test_formulas_are_not_computed_and_their_guard_is_taken_off() -> None:
    (paper,) = WorkbookReader().read(xlsx([["title", "venue"], ["'=One", "x"]]), "a.xlsx").papers
    assert paper.title == "=One"


def _without(data: bytes, name: str) -> bytes:
    """The workbook with one of its parts cut short."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, content[: len(content) // 2] if member == name else content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (xlsx([["a", "b"], [1, 2]]), "no sheet has a column called title"),
        (_without(xlsx([["title"], ["A b"]]), "xl/worksheets/sheet1.xml"), "a broken workbook"),
        (_without(xlsx([["title"], ["A b"]]), "xl/workbook.xml"), "a broken workbook"),
        (xlsx([["title"], ["A b"]])[:-100], "broken, or cut short"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Excel file"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_rejected_with_a_reason(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    (tmp_path / "b.txt").write_text("- Paper B\n")
    result = read_path(tmp_path)
    assert [paper.title for paper in result.papers] == ["Paper B"]
    (rejected,) = result.rejected
    assert (rejected.source, rejected.record) == ("a.xlsx", 0)
    assert reason in rejected.reason


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(_CELL.filter(lambda text: any(c.isalpha() for c in text)), _CELL),
        min_size=1,
        max_size=8,
    )
)
def test_every_row_with_a_title_is_a_paper(rows: list[tuple[str, str]]) -> None:
    result = WorkbookReader().read(xlsx([["Title", "Venue"], *map(list, rows)]), "a.xlsx")
    assert [paper.record for paper in result.papers] == list(range(1, len(rows) + 1))
    assert [paper.title for paper in result.papers] == [
        " ".join(title.split()) for title, _ in rows
    ]
