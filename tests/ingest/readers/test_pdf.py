from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import InputError
from ingest.readers import pdf as module
from ingest.readers.pdf import PdfReader
from ingest.readers.registry import read_path
from tests.support.pdfs import ENCRYPTED, Line, pdf, set_lines

TITLE: list[Line] = [(18, 700, "Reading Rooms in Large"), (18, 678, "Language Libraries")]
AUTHORS: list[Line] = [(12, 650, "Ann Lee, Bo Ray"), (9, 635, "University of Somewhere, a@b.org")]
ABSTRACT = [
    "We study how reading rooms are found by the people who need them",
    "most, and we show that a list of papers is enough to guide them in",
    "nearly all of the cases that were tried by hand over ten years.",
]
BODY = ["Reading is old and so are the rooms in which it has been done."] * 3
SUMMARY = " ".join(ABSTRACT)


def paper_of(data: bytes):
    result = PdfReader().read(data, "a.pdf")
    assert result.rejected == []
    (paper,) = result.papers
    return paper


def reason_of(data: bytes) -> str:
    (rejected,) = PdfReader().read(data, "a.pdf").rejected
    assert rejected.record == 0
    return rejected.reason


def test_title_abstract_and_ids_are_read_from_the_first_page() -> None:
    head: list[Line] = [
        (7, 760, "Journal of Rooms, Vol. 3, https://doi.org/10.1000/rooms.3"),
        (7, 750, "arXiv:2101.00001v2 [cs.DL] 1 Jan 2021"),
    ]
    rest = set_lines(["Abstract", *ABSTRACT, "1 Introduction", *BODY])
    paper = paper_of(pdf([[*head, *TITLE, *AUTHORS, *rest], set_lines(BODY)]))
    assert paper.title == "Reading Rooms in Large Language Libraries"
    assert paper.summary == SUMMARY
    assert (paper.doi, paper.arxiv_id) == ("10.1000/rooms.3", "2101.00001")
    assert paper.is_abstract
    assert paper.source == "a.pdf"


@pytest.mark.parametrize(
    "label",
    ["ABSTRACT", "Abstract. ", "Abstract— ", "A B S T R A C T", "Summary: "],
)
@pytest.mark.parametrize(
    "after", ["Introduction", "I. INTRODUCTION", "Keywords: reading", "1. Rooms"]
)
def test_an_abstract_is_found_however_it_is_named_and_ended(label: str, after: str) -> None:
    named = [label, *ABSTRACT] if label.isupper() else [label + ABSTRACT[0], *ABSTRACT[1:]]
    page = [*TITLE, *AUTHORS, *set_lines([*named, after, *BODY])]
    assert paper_of(pdf([page])).summary == SUMMARY


def test_without_the_word_the_opening_paragraph_is_the_summary() -> None:
    rest = [*set_lines(ABSTRACT), *set_lines(BODY, top=480)]
    paper = paper_of(pdf([[*TITLE, *AUTHORS, *rest]]))
    assert (paper.summary, paper.is_abstract) == (SUMMARY, False)


@pytest.mark.parametrize(
    ("stated", "confidence"),
    [
        ("Reading Rooms in Large Language Libraries", 1.0),
        ("Microsoft Word - rooms_v3.docx", 0.9),
        ("Slides of Another Talk", 0.9),
        ("", 0.9),
    ],
)
def test_the_title_in_the_properties_counts_where_the_page_agrees(stated, confidence) -> None:
    page = [*TITLE, *AUTHORS, *set_lines(["Abstract", *ABSTRACT])]
    paper = paper_of(pdf([page], title=stated))
    assert paper.title == "Reading Rooms in Large Language Libraries"
    assert paper.confidence == confidence


def test_letters_that_a_font_names_wrongly_are_put_right_from_the_properties() -> None:
    page: list[Line] = [
        (18, 700, "The Level Ancestor Problem simpli#ed"),
        *set_lines(["Abstract", *ABSTRACT]),
    ]
    paper = paper_of(pdf([page], title="The Level Ancestor Problem simplified"))
    assert paper.title == "The Level Ancestor Problem simplified"


def test_a_title_that_nothing_sets_off_is_unsure() -> None:
    page = set_lines(["Reading Rooms Without Large Type", "Abstract", *ABSTRACT], top=700)
    result = PdfReader().read(pdf([page]), "a.pdf")
    assert [paper.title for paper in result.papers] == ["Reading Rooms Without Large Type"]
    assert "unsure" in result.warnings[0]


def test_the_name_of_the_journal_in_large_type_is_not_the_title() -> None:
    page = [(30, 750, "JRR Journal of Reading Rooms"), *TITLE, *set_lines(["Abstract", *ABSTRACT])]
    assert paper_of(pdf([page])).title == "Reading Rooms in Large Language Libraries"


@pytest.mark.parametrize(
    "line",
    [
        "Cited as doi:10.1000/a and doi:10.1000/b",
        "https://doi.org/10.1145/3442188.",
    ],
)
def test_a_doi_that_is_not_surely_the_papers_is_left_out(line: str) -> None:
    page = [*TITLE, *set_lines(["Abstract", *ABSTRACT]), (7, 50, line)]
    assert paper_of(pdf([page])).doi == ""


def test_ids_that_the_text_cites_are_not_the_papers() -> None:
    cites = ["References", "[1] Another. doi:10.1000/other. And arXiv:2001.00009"]
    page = [*TITLE, *set_lines(["Abstract", *ABSTRACT, *cites])]
    paper = paper_of(pdf([page]))
    assert (paper.doi, paper.arxiv_id) == ("", "")


def test_accents_set_beside_their_letter_are_put_on_it() -> None:
    page = [*TITLE, *set_lines(["Abstract", "In M¨unchen and Le´on " + ABSTRACT[0]])]
    assert paper_of(pdf([page])).summary.startswith("In München and León We study")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([TITLE], encrypt=ENCRYPTED), "encrypted"),
        (pdf([[], []]), "only pictures"),
        (pdf([TITLE])[:200], "broken, or cut short"),
        (b"%PDF-1.7\n", "broken, or cut short"),
        (pdf([set_lines(["x = 1", "y = 2", "a label of a figure in larger letters"])]), "no title"),
        (pdf([[(10, 700, "Z*]_^a`KbHc!{}|~<>#@%$&" * 9)]]), "which letters"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_what_to_do(data: bytes, reason: str) -> None:
    assert reason in reason_of(data)


def test_a_pdf_that_takes_too_long_is_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "hangs.py"
    program.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(module, "_PROGRAM", program)
    monkeypatch.setattr(module, "_SECONDS", 0.2)
    assert "longer than" in reason_of(pdf([TITLE]))


def test_too_many_pages_are_refused() -> None:
    assert "2,001 pages" in reason_of(pdf([[]] * 2001))


def test_page_trees_that_go_round_or_down_end() -> None:
    looped = pdf([TITLE]).replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")
    reason_of(looped)
    nested = pdf([[(10, 700, "x")]]).replace(b"<</Title()>>", b"[" * 50_000)
    reason_of(nested)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_read_or_rejected(data: st.DataObject) -> None:
    page = [*TITLE, *AUTHORS, *set_lines(["Abstract", *ABSTRACT])]
    content = bytearray(pdf([page], title="Reading Rooms"))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    result = PdfReader().read(bytes(content), "a.pdf")
    assert len(result.papers) + len(result.rejected) == 1


def test_a_folder_of_pdfs_names_those_that_cannot_be_read(tmp_path: Path) -> None:
    page = [*TITLE, *AUTHORS, *set_lines(["Abstract", *ABSTRACT])]
    (tmp_path / "good.pdf").write_bytes(pdf([page]))
    (tmp_path / "scan.pdf").write_bytes(pdf([[]]))
    result = read_path(tmp_path)
    assert [paper.source for paper in result.papers] == ["good.pdf"]
    assert [(r.source, r.record) for r in result.rejected] == [("scan.pdf", 0)]
    with pytest.raises(InputError, match=r"scan\.pdf: no text in its 1 page,"):
        read_path(tmp_path / "scan.pdf")
