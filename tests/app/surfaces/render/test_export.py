"""What is exported comes back equal: by our own readers, and by those of others."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.surfaces.render.export import FORMATS, citekeys, export
from ingest.paper import Paper, Provenance, normalise_title
from ingest.readers.latex import plain_text
from ingest.readers.registry import choose_reader
from ingest.text import clean_field

NAMES = {"jsonl": "a.jsonl", "bibtex": "a.bib", "ris": "a.ris", "csl": "a.json", "csv": "a.csv",
         "markdown": "a.md"}  # fmt: skip
PAPER = Paper(
    title="Steering & control: 100% of {it} -- a `test' of $x_i$",
    summary='We *steer* it. AT&T\'s #1 \\ ~ ^ "quoted" <tag> | x--y.',
    authors=("Ada Lovelace", "Vincent van Gogh", "Plato"),
    year=2024,
    venue="Journal of Rooms & Doors",
    url="https://example.org/a_b?c=1&d=2#e",
    doi="10.1000/abc_d",
    arxiv_id="1904.11093",
    tags=("one tag", "two"),
    citekey="lovelace_2024:a",
)


def back(papers, form):
    """The papers as our reader reads the export, without what says where and as what they stood."""
    text = export(papers, form)
    result = choose_reader(NAMES[form], text).read(text, NAMES[form])
    assert result.rejected == []
    return [bare(paper) for paper in result.papers]


def bare(paper):
    return paper.with_changes(
        raw="", source="", record=0, origins=(), confidence=1.0, is_abstract=False
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_brings_all_of_a_paper_back(form):
    others = [Paper(title="Only a title here"), Paper(title="Tags", tags=("a, b",), year=1999)]
    assert back([PAPER, *others], form)[0] == PAPER

    expected = [p.with_changes(citekey=k) for p, k in zip(others, citekeys(others), strict=True)]
    found = back(others, form)
    if form == "bibtex":
        assert found == expected
    else:
        assert found == others


def test_json_lines_keep_what_was_added_and_what_was_there():
    was = (Provenance("authors", "arxiv", ("Plato",)), Provenance("citations", "openalex", None))
    paper = PAPER.with_changes(citations=3, retracted=True, provenance=was)
    assert back([paper], "jsonl") == [paper]
    assert back([paper], "jsonl")[0].given.authors == ("Plato",)


printable = st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="\ufffd")
texts = st.text(printable, max_size=60).map(lambda t: clean_field(unicodedata.normalize("NFC", t)))
# What looks like the mark-up of publishers and exports is read as such.
plain = texts.filter(
    lambda t: (
        not re.search(r"</?\w|&#?\w+;|\\|\]\(|\[\[|^\W*(?:abstract|summary|tl;dr)|https?:", t, re.I)
    )
)
titles = plain.filter(normalise_title)
words = st.text(st.sampled_from("abcdefgåéøABC'-"), min_size=2, max_size=8).filter(normalise_title)
names = st.lists(
    words.map(lambda w: w.strip("'-")).filter(lambda w: len(w) > 1), min_size=1, max_size=3
)
authors = names.map(" ".join).filter(lambda n: not re.search(r"--|''|\b(and|al)\b", n))
papers_of = st.builds(
    Paper,
    title=titles,
    summary=plain,
    authors=st.lists(authors, max_size=3, unique=True).map(tuple),
    year=st.none() | st.integers(1500, 2100),
    doi=st.sampled_from(["", "10.1000/a_b(c)"]),
    url=st.sampled_from(["", "https://a.example/x_y?q=%20&z=1#a"]),
    tags=st.lists(words, max_size=3, unique=True).map(tuple),
)


@pytest.mark.parametrize("form", FORMATS)
@given(papers=st.lists(papers_of, min_size=1, max_size=4))
@settings(max_examples=60, deadline=timedelta(seconds=5))
def test_any_text_comes_back(form, papers):
    wanted = [p.with_changes(summary="") if same_words(p) else p for p in papers]
    found = back(wanted, form)
    assert [p.with_changes(citekey="") for p in found] == wanted


@pytest.mark.parametrize("form", FORMATS)
def test_a_leading_sign_is_no_mark_up(form):
    paper = Paper("-5 degrees and colder", "+3 more - or -4 less.", tags=("-x", "+y"), citekey="k")
    assert back([paper], form) == [paper]


def same_words(paper):
    return normalise_title(paper.title) == normalise_title(paper.summary)


@given(papers=st.lists(papers_of, min_size=1, max_size=4))
@settings(max_examples=60, deadline=timedelta(seconds=5))
def test_others_read_the_bibtex(papers):
    import bibtexparser
    from pybtex.database import parse_string

    text = export(papers, "bibtex")
    keys = citekeys(papers)
    library = bibtexparser.parse_string(text)
    assert [entry.key for entry in library.entries] == keys
    assert library.failed_blocks == []
    entries = parse_string(text, "bibtex").entries
    assert list(entries) == keys
    for paper, entry in zip(papers, entries.values(), strict=True):
        assert plain_text(entry.fields["title"]) == paper.title
        assert len(entry.persons.get("author", [])) == len(paper.authors)


@given(papers=st.lists(papers_of, min_size=1, max_size=4))
@settings(max_examples=40, deadline=timedelta(seconds=5))
def test_others_read_the_ris(papers):
    import rispy

    rows = rispy.loads(export(papers, "ris"))
    assert [row["title"] for row in rows] == [paper.title for paper in papers]
    assert [len(row.get("authors", [])) for row in rows] == [len(p.authors) for p in papers]


def test_jsonl_carries_the_text():
    (row,) = [json.loads(line) for line in export([PAPER], "jsonl").splitlines()]
    assert row.pop("paper_id") == PAPER.paper_id
    assert row.pop("text") == PAPER.text
    assert Paper.from_dict(row) == PAPER


def test_keys_are_kept_and_unique():
    papers = [
        Paper("Rooms", citekey="k"),
        Paper("Doors", citekey="k"),
        PAPER.with_changes(citekey=""),
        Paper("Walls", citekey="K"),
    ]
    # BibTeX does not tell capitals apart.
    assert citekeys(papers) == ["k", "k-2", "lovelace2024steering", "K-3"]
    assert citekeys([Paper("T", citekey="a b,}"), Paper("Untitled")]) == [
        Paper("T").paper_id,
        "untitled",
    ]


def test_a_crafted_address_opens_no_second_entry():
    evil = Paper("One title", url="https://a.example/},\n}\n@misc{x, title={Evil}", doi="10.1/}x{")
    assert [p.title for p in back([evil], "bibtex")] == ["One title"]
    assert export([evil], "ris").count("TY  - ") == 1


def test_no_cell_is_a_formula():
    papers = [Paper(f"{sign}cmd|' /C calc'!A0", summary=f"{sign}1") for sign in "=+-@"]
    rows = list(csv.reader(io.StringIO(export(papers, "csv"))))[1:]
    assert all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row)
    assert [p.title for p in back(papers, "csv")] == [p.title for p in papers]


def test_markdown_shows_text_not_markup():
    text = export([Paper(title="![x](http://evil.example/p.png) <b>")], "markdown")
    assert "![" not in text
    assert "<b>" not in text.replace(r"\<b\>", "")


def test_names_and_addresses_of_many_kinds_come_back():
    papers = [
        Paper(
            title="Rooms",
            authors=("Centre for Rooms and Doors", r"\'Etienne", "Smith & Sons", "Ann Lee"),
            url="rooms.example/a",
            doi="10.1002/(sici)1521-3862(199901)5:1<21::aid-cvde21>3.0.co;2-9",
            tags=("Rooms & doors", "two"),
            summary="Two  spaces.",
            citekey="A&A2004",
        ),
        Paper(
            title="Doors", url="https://a.example/?a=1&copy=2", doi="10.4028/www.scientific.net/a.1"
        ),
    ]
    for form in FORMATS:
        found = back(papers, form)
        if form == "bibtex":
            found = [p.with_changes(citekey="") for p in found]
            wanted = [
                p.with_changes(citekey="", summary=" ".join(p.summary.split())) for p in papers
            ]
        elif form == "markdown":
            wanted = [p.with_changes(summary=" ".join(p.summary.split())) for p in papers]
        else:
            wanted = papers
        assert found == wanted, form
