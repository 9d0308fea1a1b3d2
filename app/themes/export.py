"""A map of themes as Markdown: a themed, annotated bibliography."""

from __future__ import annotations

import re

from app.themes.model import Theme, ThemeMap
from ingest.paper import Paper

# Signs of Markdown and HTML, and what would turn an address into a link.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|$~]|:(?=//)|(?<=www)\.)")


def to_markdown(themes: ThemeMap) -> str:
    """Themes with summary and sources, then each paper with what is known of it.

    Text of records is escaped, so that it stays text wherever the Markdown is shown.
    """
    head = f"# {themes.papers} papers in {len(themes.themes)} themes\n"
    return "\n".join([head, *(_section(theme) for theme in themes.themes)])


def _section(theme: Theme) -> str:
    lines = [f"## {plain(theme.label)}", ""]
    if theme.keywords:
        lines += [f"*{plain(', '.join(theme.keywords))}*", ""]
    if theme.sentences:
        lines += [plain(theme.summary), "", f"({theme.coverage})", ""]
        citations = [citation for sentence in theme.sentences for citation in sentence.citations]
        lines += [f"- \\[{citation.n}\\] {plain(citation.title)}" for citation in citations]
        lines.append("")
    if theme.subthemes:
        parts = "; ".join(f"{plain(p.label)} ({len(p.paper_ids)})" for p in theme.subthemes)
        lines += [f"Sub-themes: {parts}", ""]
    lines += [f"### Papers ({len(theme.papers)})", ""]
    lines += [_entry(paper.paper) for paper in theme.papers]
    return "\n".join([*lines, ""])


def _entry(paper: Paper) -> str:
    facts = [", ".join(paper.authors), str(paper.year or ""), paper.venue]
    source = f"https://doi.org/{paper.doi}" if paper.doi else paper.url
    facts.append(source or (f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else ""))
    told = ". ".join(plain(fact) for fact in facts if fact)
    entry = f"- **{plain(paper.title)}**" + (f" {told}." if told else "")
    return entry + (f"\n  {plain(paper.summary)}" if paper.summary else "")


def plain(text: str) -> str:
    """One line of text with Markdown's and HTML's special signs escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
