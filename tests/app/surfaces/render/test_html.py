"""Records and models are text: whatever they hold, no markup of theirs comes out."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.passages import Block, Citation, Passage, Sentence
from app.surfaces.conversation import Exchange
from app.surfaces.render.answer import answer_html, question_html, turn_sources_html
from app.surfaces.render.html import (
    byline,
    escape,
    marked,
    merged,
    record_body,
    safe_url,
    title_heading,
)
from ingest.paper import Paper
from ingest.text import clean_text
from tests.support.scripted_room import answered

ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</p></div></details><iframe src='http://evil.example'>",
    "![x](http://evil.example/a.png)",
    "[click](javascript:alert(1))",
    "http://evil.example/path www.evil.example me@evil.example",
    "<http://evil.example>",
    "**bold** _it_ `code` # head",
    "$$\\href{javascript:alert(1)}{x}$$",
    "${alert(1)} {{constructor}} {{{x}}}",
    "&lt;b&gt; &#60;b&#62;",
    '" onmouseover="alert(1)',
    "| a | b |\n|---|---|\n| <b>c</b> | d |",
    "- <b>item</b>",
    "\u202egnp.exe \u2066x\u2069 \x00\x07\ud800",
]
texts = st.one_of(st.text(max_size=80), st.sampled_from(ATTACKS))
spans = st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=5)


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def line(text: str) -> str:
    return " ".join(clean_text(text).splitlines())


@given(texts)
def test_escaped_text_reads_as_itself_and_holds_no_tag(text):
    page = Page(f"<p>{escape(text)}</p>")
    assert page.tags == ["p"]
    assert page.text == line(text)


@given(texts)
def test_escaped_text_is_inert_in_markdown(text):
    markdown = pytest.importorskip("markdown_it").MarkdownIt("gfm-like", {"linkify": False})
    page = Page(markdown.enable(["table", "strikethrough"]).render("x " + escape(text)))
    assert page.tags == ["p"]


@given(texts)
def test_escaped_text_keeps_no_character_that_starts_anything(text):
    assert not set("<>\"'`*_[]()!|\\{}$~@/:.=-") & set(escape(text))
    escape(text).encode("utf-8")


@given(texts)
def test_no_direction_marks_or_control_characters_are_left(text):
    assert not {c for c in clean_text(text) if c in "\u202e\u2066\u2069\u200f\x00\x07\x1b\r"}


@given(texts, spans)
def test_marking_changes_no_letter_and_marks_only_the_spans(text, wanted):
    page = Page(marked(text, wanted))
    assert set(page.tags) <= {"mark"}
    assert len(page.tags) == len(merged(wanted, len(text)))


@given(spans, st.integers(0, 90))
def test_merged_spans_are_ordered_apart_and_inside(wanted, length):
    result = merged(wanted, length)
    assert all(0 <= start < end <= length for start, end in result)
    assert all(a[1] < b[0] for a, b in pairwise(result))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//evil.example/x",
        "ftp://example.org/x",
        "https://user:password@example.org",
        'https://example.org/"onclick="x',
        "https://example.org/ x",
        "https://",
        "https://[::1",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url):
    assert safe_url(url) == ""
    assert Page(title_heading(Paper("Title", url=url), [])).tags == []


def test_a_web_address_becomes_a_link_that_tells_nothing():
    page = Page(title_heading(Paper("Title", url="https://example.org/a?b=1&c=2"), []))
    assert dict(page.attributes) == {
        "href": "https://example.org/a?b=1&c=2",
        "target": "_blank",
        "rel": "noopener noreferrer",
    }


@given(texts, texts, st.tuples(texts), texts, texts)
def test_a_record_adds_no_tag_of_its_own(title, summary, names, venue, url):
    paper = Paper(title, summary, authors=names, venue=venue, url=url, tags=names)
    html = title_heading(paper, [(0, 3)]) + byline(paper) + record_body(paper, [(2, 40)])
    page = Page(html)
    assert set(page.tags) <= {"mark", "p", "span", "details", "summary", "a"}
    assert {name for name, _ in page.attributes} <= {"class", "href", "target", "rel"}


def test_a_long_record_is_cut_around_the_cited_words_and_can_be_unfolded():
    summary = "Filler words here. " * 60 + "The cited words. " + "More filler follows. " * 60
    start = summary.index("The cited")
    paper = Paper("Title", summary)
    offset = paper.summary_start
    html = record_body(paper, [(offset + start, offset + start + 16)])
    shown = html.split("<details")[0]
    assert "<mark>The cited words&#46;</mark>" in shown
    assert len(Page(shown).text) < 500
    assert Page(shown).text.startswith("… ")
    assert Page(html).text.count("The cited words.") == 2


@given(texts, st.lists(texts, min_size=1, max_size=3), texts, texts)
def test_an_answer_adds_no_tag_of_its_own(question, sentences, title, notice):
    paper = Paper(title or "t", "s")
    cited = tuple(
        Sentence(t, "supported", (Citation(1, paper.paper_id, title, t, 0, 1, 0.5),))
        for t in sentences
    )
    blocks = (Block("prose", cited), Block("entries", cited), Block("table", cited, (title,)))
    exchange = Exchange(question, None, blocks, (notice,), draft=title, running=True)
    html = answer_html(exchange, 1) + question_html(question)
    html += answer_html(replace(exchange, being_checked=cited), 1)
    html += turn_sources_html(exchange, 1, lambda _: paper, unfolded=True)
    html += turn_sources_html(exchange, 1, lambda _: None)
    page = Page(html)
    assert set(page.tags) <= {
        "div", "p", "span", "a", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
        "details", "summary", "article", "header", "footer", "h4", "mark", "strong",
    }  # fmt: skip
    assert {name for name, _ in page.attributes} <= {
        "class", "href", "title", "id", "open", "tabindex", "scope",
    }  # fmt: skip
    hrefs = {value for name, value in page.attributes if name == "href"}
    assert hrefs <= {"#rr-1-1"}
    assert "\n" not in html


def test_a_sentence_that_waits_names_its_source_and_leads_nowhere():
    found = Citation(1, "p", "T", "q", 0, 1, 0.5)
    waiting = (Sentence("A holds.", "unconfirmed", (found,)), Sentence("B holds.", "unconfirmed"))
    page = Page(answer_html(Exchange("q", being_checked=waiting, running=True), 1))
    assert page.text == "A holds. [1]quote found, being checked B holds. being checked"
    assert ("title", "T: “q”") in page.attributes
    assert "a" not in page.tags


def said(text, support="verbatim", lead=""):
    return Sentence(text, support, (Citation(1, "p", "T", "q", 0, 1, 0.5),), lead)


def test_each_kind_of_block_is_drawn_as_such():
    cells = (said("One"), said("found"), said("Two"), Sentence("", "verbatim"))
    blocks = (
        Block("note", (said("Two papers."),)),
        Block("entries", (said("first"), said("second"))),
        Block("table", cells, ("Paper", "Finding")),
        Block("prose", (said("Prose.", lead="“One”:"), said("Doubtful.", "unconfirmed"))),
    )
    html = answer_html(Exchange("q", None, blocks), 1)
    page = Page(html)
    assert (page.tags.count("ul"), page.tags.count("li")) == (1, 2)
    assert (page.tags.count("th"), page.tags.count("td")) == (4, 2)
    assert page.text.count("not stated") == 1
    assert page.text.count("unconfirmed") == 1
    assert "<strong>“One”&#58;</strong> Prose" in html


def test_text_that_looks_like_a_list_or_a_table_is_not_made_one():
    blocks = (Block("prose", (said("- dash"), said("| a | b |"))),)
    page = Page(answer_html(Exchange("q", None, blocks), 1))
    assert not {"ul", "li", "table"} & set(page.tags)


def test_a_source_says_what_of_it_is_cited_and_that_it_was_retracted():
    paper = Paper("Rooms", "They are quiet.", retracted=True, is_abstract=True)
    passage = Passage(paper, paper.summary_start, len(paper.text))
    said = Sentence(passage.quote, "verbatim", (Citation.of(1, passage),))
    exchange = Exchange("q", None, (Block("prose", (said,)),))
    text = Page(turn_sources_html(exchange, 1, {paper.paper_id: paper}.get)).text
    assert "from the abstract" in text
    assert "retracted" in text


def test_a_count_shows_a_few_of_its_marks():
    citations = tuple(Citation(n, f"p{n}", "T", "q", 0, 1, 0.5) for n in range(1, 21))
    html = answer_html(
        Exchange("q", None, (Block("note", (Sentence("20 of 30.", "supported", citations),)),)), 1
    )
    assert html.count('rr-mark"') == 5
    assert "and 15 more" in html


@pytest.mark.parametrize(
    ("tokens", "cost", "told"),
    [
        (6120, 0.00123, "0.1 s · 6,120 tokens, about $0.0012"),
        (6120, None, "0.1 s · 6,120 tokens, price unknown"),
        (6120, 0.0, "0.1 s · 6,120 tokens"),
        (0, 0.0, "0.1 s"),
    ],
)
def test_the_foot_tells_tokens_and_what_they_cost(room, tokens, cost, told):
    exchange = answered(room)
    spent = replace(exchange, answer=replace(exchange.answer, tokens=tokens, cost=cost))
    assert Page(answer_html(spent, 1)).text.endswith(told)
