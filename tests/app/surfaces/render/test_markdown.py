"""Conversations and themes as Markdown: structure is kept, and text of records stays text."""

from __future__ import annotations

from html import escape

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.passages import Block, Citation, Sentence
from app.surfaces.conversation import Exchange
from app.surfaces.render.markdown import (
    plain,
    themes_markdown,
    to_markdown,
    to_text,
)
from app.themes import build_themes
from ingest.paper import Paper
from tests.support.scripted_room import EVIL, answered, papers

RENDER = MarkdownIt("gfm-like", {"linkify": False}).render
signs = st.text("\\`*_[]<>#|!~-+=0123456789.):/&${}ab w\"'()^%@?;,", max_size=12)


def cite(n, text):
    return Sentence(text, "verbatim", (Citation(n, f"p{n}", "T", "Text", 0, 4, 0.5),))


@given(signs)
def test_escaped_text_reads_as_itself(text):
    shown = escape(" ".join(text.split()), quote=False).replace('"', "&quot;")
    assert RENDER(plain(text)).strip() == (f"<p>{shown}</p>" if shown else "")


@pytest.mark.parametrize("address", ["https://evil.example/a", "www.evil.example", "WWW.a.example"])
def test_an_address_in_a_text_does_not_become_a_link(address):
    links = MarkdownIt("gfm-like", {"linkify": False}).disable("text_join")
    assert address not in plain(address)
    assert "<a" not in links.render(plain(f"see {address}"))


def test_a_conversation_carries_sources_and_cited_words(room):
    text = to_markdown([answered(room)], room.paper, room.model_line)
    first = papers()[0]
    facts = "Ada Byron, Carl Gauss, Journal of Examples, 2024, <https://example.org/sae>"
    assert f"1. **{first.title}**, {facts}" in text
    assert "We train sparse autoencoders on activations. They find readable features." in text
    assert "(word for word)" in text
    assert "\\[1\\]" in text
    assert "> Left out: It runs on the moon. (no record says so)" in text


def test_markup_of_records_stays_asleep(room):
    html = RENDER(to_markdown([answered(room, EVIL)], room.paper, EVIL))
    for tag in ("<img", "<script", "<iframe"):
        assert tag not in html
    assert html.count("<a ") == html.count('<a href="https://example.org/sae">') == 1


def test_tables_lists_and_paragraphs_are_kept():
    cells = (cite(1, "One | 1"), Sentence("", "verbatim"))
    blocks = (
        Block("note", (cite(1, "A note."),)),
        Block("prose", (cite(1, "Prose."), Sentence("Doubtful.", "unconfirmed", lead="“T”:"))),
        Block("entries", (cite(1, "- first"), cite(2, "second"))),
        Block("table", cells, ("Paper", "Finding")),
    )
    html = RENDER(to_markdown([Exchange("q", None, blocks)], lambda _: None, ""))
    assert "<p>A note. [1]</p>\n<p>Prose. [1] <strong>“T”:</strong> Doubtful." in html
    assert "<em>(unconfirmed)</em></p>" in html
    assert "<li>- first [1]</li>\n<li>second [2]</li>" in html
    assert "<td>One | 1 [1]</td>\n<td><em>not stated</em></td>" in html
    assert to_text(Exchange("q", None, blocks)).count("\n\n") == len(blocks)


def test_the_clipboard_gets_marks_and_their_titles(room):
    text = to_text(answered(room))
    assert "[1]" in text
    assert text.endswith(f"[2] {EVIL}")


def test_themes_list_every_paper_once(room):
    html = RENDER(themes_markdown(room.themes()))
    assert html.count("<li><strong>") == len(papers())
    for paper in papers():
        assert f"<strong>{escape(paper.title, quote=False)}".replace('"', "&quot;") in html
    assert "<img" not in html
    assert "[1]" in html


def themes_of(years):
    listed = [Paper(f"Paper {n}", "Some words.", year=year) for n, year in enumerate(years)]
    return build_themes(listed, np.eye(1, 3, dtype=np.float32).repeat(len(years), 0), n=1)


def test_themes_over_time_are_a_table():
    text = themes_markdown(themes_of([2020, 2020, 2023, None]))
    html = RENDER(text)
    assert [html.count(f"<{tag}") for tag in ("table", "th", "td")] == [1, 6, 5]
    assert "1 paper without a year left out." in text
    assert "over time" not in themes_markdown(themes_of([None]))
