"""A conversation as Markdown, with its sources and the words that were cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.surfaces.conversation import CitedSource, Exchange, cited_sources, is_entry
from app.surfaces.render.answer import Lookup
from ingest.text import clean_text

# A record may hold Markdown: an image or a link of its own must not come alive in the export.
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|!&~$])")
_SCHEME = re.compile(r"(?i)\b(https?|ftp)(:)//|\bwww(\.)")


def to_markdown(conversation: Sequence[Exchange], paper_of: Lookup, model_line: str) -> str:
    """The whole conversation for a note-taking program."""
    parts = ["# Reading Room conversation", plain(model_line)]
    for exchange in conversation:
        parts += [f"## {plain(exchange.question)}", _answer(exchange)]
        parts += [f"> {plain(notice)}" for notice in exchange.notices]
        sources = [_source(source, paper_of) for source in cited_sources(exchange)]
        if sources:
            parts.append("**Sources**")
            parts.append("\n".join(sources))
    return "\n\n".join(part for part in parts if part) + "\n"


def to_text(exchange: Exchange) -> str:
    """The last answer for the clipboard: its text with marks, then one line a source."""
    lines = [_marked_text(exchange)]
    sources = [f"[{s.n}] {clean_text(s.title)}" for s in cited_sources(exchange)]
    return "\n\n".join(part for part in [lines[0], "\n".join(sources)] if part)


def plain(text: str) -> str:
    """The text on one line, every character that Markdown would act on escaped."""
    line = " ".join(clean_text(text).split())
    escaped = _ACTIVE.sub(r"\\\1", line)
    return _SCHEME.sub(lambda m: m.group().replace(":", "\\:").replace("www.", "www\\."), escaped)


def _answer(exchange: Exchange) -> str:
    if not exchange.sentences:
        text = exchange.text or "(stopped before an answer was there)"
        return "\n\n".join(plain(line) for line in text.splitlines() if line.strip())
    parts = []
    for sentence in exchange.sentences:
        numbers = dict.fromkeys(citation.n for citation in sentence.citations)
        marks = "".join(f"\\[{n}\\]" for n in numbers)
        note = " *(not supported by the records)*" if sentence.support == "unsupported" else ""
        text = sentence.text.strip()
        marked = text.startswith(("- ", "• "))
        lead = "\n- " if marked or is_entry(sentence) else ""
        text = text[2:] if marked else text
        parts.append(f"{lead}{plain(text)} {marks}{note}".rstrip())
    return " ".join(parts).strip()


def _marked_text(exchange: Exchange) -> str:
    if exchange.answer is not None:
        return clean_text(exchange.answer.answer)
    return clean_text(exchange.text)


def _source(source: CitedSource, paper_of: Lookup) -> str:
    paper = paper_of(source.paper_id)
    line = f"{source.n}. **{plain(source.title)}**"
    if paper is not None:
        about = [", ".join(paper.authors), paper.venue, str(paper.year or ""), paper.url]
        line += "".join(f", {plain(part)}" for part in about if part)
    quotes = dict.fromkeys((c.quote, support) for support, c in source.citations)
    lines = [f"   - “{plain(quote)}” ({support})" for quote, support in quotes]
    return "\n".join([line, *lines])
