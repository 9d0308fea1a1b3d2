from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.notes import NoteReader
from ingest.readers.registry import choose_reader, read_path

NOTE = """---
title: "Reading Rooms"
authors: [Ann Lee, "[[Bo Ray]]"]
year: 2019
doi: 10.1000/Rooms
citekey: "@lee2019"
tags:
  - "#rooms"
  - lists
---
# Reading Rooms

## Abstract
We study rooms, see [[Libraries|the libraries]].

## Notes
- read section 3
- ask Bo
"""


def paper_of(text: str):
    assert choose_reader("a.md", text).name == "note"
    result = NoteReader().read(text, "a.md")
    assert result.rejected == []
    (paper,) = result.papers
    return paper


def test_a_note_is_one_paper_and_its_items_are_none() -> None:
    paper = paper_of(NOTE)
    assert (paper.title, paper.authors, paper.year) == (
        "Reading Rooms",
        ("Ann Lee", "Bo Ray"),
        2019,
    )
    assert (paper.doi, paper.citekey, paper.tags) == (
        "10.1000/rooms",
        "lee2019",
        ("rooms", "lists"),
    )
    assert paper.summary == "We study rooms, see the libraries."


@pytest.mark.parametrize(
    ("properties", "title"),
    [
        ("title: Rooms: a survey\ncitekey: @lee2019", "Rooms: a survey"),
        ("title: It's a room: really\ndoi: 10.1000/a", "It's a room: really"),
        ("citekey: lee2019", "The Heading"),
        ("citekey: lee2019\ntitle:", "The Heading"),
        ("author: [[Ann Lee]]\nyear: 2019\ntitle: By One", "By One"),
        ("title: Dated\ndate: 2019-02-30\nvenue: Journal", "Dated"),
    ],
)
def test_properties_as_people_write_them_are_read(properties: str, title: str) -> None:
    assert paper_of(f"---\n{properties}\n---\n# The Heading\n").title == title


def test_an_alias_is_the_title_where_there_is_no_other() -> None:
    assert (
        paper_of("---\naliases: [Reading Rooms]\ncitekey: lee2019\n---\n").title == "Reading Rooms"
    )


def test_an_abstract_in_a_callout_is_read() -> None:
    text = "---\ntitle: Rooms\ncitekey: a\n---\n> [!Abstract]\n> We study\n> rooms.\n\nMore.\n"
    assert paper_of(text).summary == "We study rooms."


def test_a_note_without_a_title_is_rejected() -> None:
    (rejected,) = NoteReader().read("---\ncitekey: lee2019\n---\nText.\n", "a.md").rejected
    assert rejected.reason.startswith("no title")


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: My list\nauthor: Bo\ndate: 2020-01-01\n---\n- Paper A\n- Paper B\n",
        "---\n- Paper A\n---\n- Paper B\n",
        "---\n\n- Paper A\n",
        "---\na: &a [1]\ndoi: [*a, *a]\n---\n- Paper A\n",
    ],
)
def test_a_list_with_front_matter_is_a_list(text: str) -> None:
    assert choose_reader("a.md", text).name == "reading list"


def test_in_a_vault_only_notes_on_papers_are_read(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "lee2019.md").write_text(NOTE)
    (tmp_path / "daily.md").write_text("- buy milk\n")
    (tmp_path / "export.bib").write_text("@article{k, title={Paper in BibTeX}}")
    result = read_path(tmp_path)
    assert [p.title for p in result.papers] == ["Paper in BibTeX", "Reading Rooms"]
    assert [s.source for s in result.skipped] == ["daily.md"]
    assert [p.title for p in read_path(tmp_path / "daily.md").papers] == ["buy milk"]


@given(st.text(max_size=200))
def test_any_properties_are_read_or_none(text: str) -> None:
    NoteReader().accepts(f"---\n{text}\n---\n")
    NoteReader().read(f"---\n{text}\n---\n", "a.md")


def test_deep_properties_end() -> None:
    start = time.process_time()
    assert not NoteReader().accepts(f"---\na: {'[' * 16_000}\n---\n")
    assert time.process_time() - start < 10
