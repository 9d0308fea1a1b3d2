"""Markdown: conversations with their sources and cited words, themes as an annotated bibliography.

A record may hold Markdown of its own: all text passes through `plain`, the one escaper, but for addresses
that `safe_url` lets through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.passages import NOT_STATED, Block, Sentence
from app.surfaces.conversation import CitedSource, Exchange, cited_sources
from app.surfaces.render.answer import Lookup
from app.surfaces.render.html import safe_url
from app.surfaces.render.words import SUPPORT
from ingest.text import clean_text, counted

if TYPE_CHECKING:
    from app.themes import Theme, ThemeMap
    from app.themes.trends import Trends
    from ingest.paper import Paper

# What Markdown acts on anywhere, and what opens a list at the beginning of a line.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in r"\`*_[]<>#|!"})
# What a backslash does not put to sleep for every reader: entities, formulas, templates, strikes,
# bare addresses, a number that opens a list.
_REFERRED = re.compile(r"[&${}~]|:(?=//)|(?<=\bwww)\.|^\d(?=\d*[.)](?:\s|$))", re.IGNORECASE)


def plain(text: str) -> str:
    """The text on one line, everything that Markdown would act on escaped."""
    line = " ".join(clean_text(text).split())
    opening = "\\" if line.startswith(("-", "+")) else ""
    return _REFERRED.sub(lambda match: f"&#{ord(match[0])};", opening + line.translate(_SIGNS))


def to_markdown(conversation: Sequence[Exchange], paper_of: Lookup, model_line: str) -> str:
    """The whole conversation for a note-taking program."""
    parts = ["# Reading Room conversation", plain(model_line)]
    for exchange in conversation:
        parts += [f"## {plain(exchange.question)}", *map(_block, exchange.blocks)]
        if not exchange.blocks:
            said = exchange.text or "(stopped before an answer was there)"
            parts += [plain(line) for line in said.splitlines()]
        parts += [f"> {plain(notice)}" for notice in exchange.notices]
        left_out = exchange.answer.left_out if exchange.answer else ()
        parts += [f"> Left out: {plain(left.text)} ({plain(left.reason)})" for left in left_out]
        sources = [_source(source, paper_of) for source in cited_sources(exchange)]
        if sources:
            parts += ["**Sources**", "\n".join(sources)]
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(exchange: Exchange) -> str:
    """The last answer for the clipboard: its blocks with marks, then one line a source."""
    sources = "\n".join(f"[{s.n}] {s.title}" for s in cited_sources(exchange))
    return "\n\n".join(clean_text(part) for part in (exchange.text, sources) if part)


def themes_markdown(themes: ThemeMap) -> str:
    """Themes with summary, sources and papers; then the themes by years, where years are known."""
    from app.themes.trends import trends

    head = f"# {counted(themes.papers, 'paper')} in {counted(len(themes.themes), 'theme')}\n"
    return "\n".join([head, *map(_theme, themes.themes), *_over_time(trends(themes))])


def _over_time(trends: Trends) -> list[str]:
    if not trends.years:
        return []
    lines = [
        "## Themes over time\n",
        _row(["Theme", *map(str, trends.years)]),
        _row(["---"] + ["--:"] * len(trends.years)),
    ]
    lines += [_row([plain(r.label), *(str(n or "") for n in r.counts)]) for r in trends.rows]
    if trends.undated:
        lines += ["", f"{counted(trends.undated, 'paper')} without a year left out."]
    return [*lines, ""]


def _block(block: Block) -> str:
    if block.kind == "table":
        rows = [[_sentence(cell) for cell in row] for row in block.rows]
        return "\n".join(map(_row, [block.columns, ["---"] * len(block.columns), *rows]))
    if block.kind == "entries":
        return "\n".join(f"- {_sentence(sentence)}" for sentence in block.sentences)
    return " ".join(map(_sentence, block.sentences))


def _sentence(sentence: Sentence) -> str:
    if not sentence.text:
        return f"*{NOT_STATED}*"
    lead = f"**{plain(sentence.lead)}** " if sentence.lead else ""
    marks = "".join(f"\\[{n}\\]" for n in dict.fromkeys(c.n for c in sentence.citations))
    state = f" *({SUPPORT[sentence.support]})*" if sentence.support == "unconfirmed" else ""
    return f"{lead}{plain(sentence.told)} {marks}{state}".strip()


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _source(source: CitedSource, paper_of: Lookup) -> str:
    paper = paper_of(source.paper_id)
    told = "".join(f", {fact}" for fact in _facts(paper)) if paper is not None else ""
    quotes = dict.fromkeys((c.quote, support) for support, c in source.citations)
    lines = [f"   - “{plain(quote)}” ({SUPPORT[support]})" for quote, support in quotes]
    return "\n".join([f"{source.n}. **{plain(source.title)}**{told}", *lines])


def _theme(theme: Theme) -> str:
    lines = [f"## {plain(theme.label)}", ""]
    if theme.keywords:
        lines += [f"*{plain(', '.join(theme.keywords))}*", ""]
    if theme.sentences:
        lines += [" ".join(map(_sentence, theme.sentences)), ""]
        cited = [citation for sentence in theme.sentences for citation in sentence.citations]
        lines += [*(f"- \\[{c.n}\\] {plain(c.title)}" for c in cited), ""]
    if theme.subthemes:
        parts = "; ".join(f"{plain(p.label)} ({len(p.paper_ids)})" for p in theme.subthemes)
        lines += [f"Sub-themes: {parts}", ""]
    lines += [f"### Papers ({len(theme.papers)})", ""]
    return "\n".join([*lines, *(_entry(placed.paper) for placed in theme.papers), "", ""])


def _entry(paper: Paper) -> str:
    told = ". ".join(_facts(paper))
    entry = f"- **{plain(paper.title)}**" + (f" {told}." if told else "")
    return entry + (f"\n  {plain(paper.summary)}" if paper.summary else "")


def _facts(paper: Paper) -> list[str]:
    """What is known of a paper beside its title, escaped: authors, venue, year, where it is."""
    known = (", ".join(paper.authors), paper.venue, str(paper.year or ""))
    place = f"https://doi.org/{paper.doi}" if paper.doi else paper.url
    place = place or (f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "")
    address = safe_url(place)
    facts = [*map(plain, known), f"<{address}>" if address else plain(place)]
    return [fact for fact in facts if fact]
