from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.surfaces.render.export import export
from ingest.errors import InputError
from ingest.paper import Paper

PAPER = Paper(
    title="Steering & control: 100% of {it}",
    summary="We *steer*.\nIt works.",
    authors=("Ada Lovelace", "Grace Hopper"),
    year=2024,
    venue="Journal",
    url="https://example.org/a",
    doi="10.1/abc",
)


def test_jsonl_round_trips_and_carries_the_text():
    (row,) = [json.loads(line) for line in export([PAPER], "jsonl").splitlines()]
    assert row.pop("paper_id") == PAPER.paper_id
    assert row.pop("text") == PAPER.text
    assert Paper.from_dict(row) == PAPER


def test_bibtex_escapes_and_keys_are_unique():
    text = export([PAPER, PAPER, Paper(title="Untitled")], "bibtex")
    keys = re.findall(r"^@\w+\{(.*),$", text, re.MULTILINE)
    assert keys == ["lovelace2024steering", "lovelace2024steering-2", "untitled"]
    assert r"Steering \& control: 100\% of \{it\}" in text
    assert "author = {Ada Lovelace and Grace Hopper}" in text


def test_markdown_shows_text_not_markup():
    text = export([Paper(title="![x](http://evil.example/p.png) <b>")], "markdown")
    assert "![" not in text
    assert "<b>" not in text.replace(r"\<b\>", "")


def test_unknown_format():
    with pytest.raises(InputError):
        export([], "docx")


@given(st.lists(st.builds(Paper, title=st.text(min_size=1), summary=st.text()), max_size=5))
def test_no_text_breaks_a_format(papers):
    assert len(export(papers, "jsonl").split("\n")) == len(papers) + 1
    assert len(re.findall(r"^@(?:misc|article)\{", export(papers, "bibtex"), re.M)) == len(papers)
    assert export(papers, "markdown").count("- **") >= len(papers)
