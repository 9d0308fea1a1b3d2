"""Reading lists as plain text or Markdown: headings, then one item a paper.

Items are `- `, `* `, `• ` or numbered lines; a file without any is one title a line, or blocks of a
title line and its summary. Where title and summary run together, `title_split` finds the boundary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper, normalise_title
from ingest.readers.base import ReadResult
from ingest.readers.list_items import Item, find_items
from ingest.readers.title_split import split_entries
from ingest.text import clean_field

_URL = re.compile(r"https?://[^\s<>\])]+")
# Titles that mark-up sets off: a link, a wiki link, bold or italic text at the item's start.
_MARKED = (
    re.compile(
        r"\[(?P<title>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<url>[^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)"
    ),
    re.compile(r"\[\[(?:[^\]|]*\|)?(?P<title>[^\]]+)\]\]"),
    re.compile(r"\*\*(?P<title>[^*]+)\*\*|__(?P<title2>[^_]+)__"),
    re.compile(r"\*(?P<title>[^*\s][^*]*)\*(?!\*)"),
)
_LEADING_SEPARATOR = re.compile(r"^[\s:.,;|–—-]+(?=\s)\s*|^\s*[:|–—]\s*|^\s+")
_TOPIC = re.compile(r"^\[\[(?:[^\]|]*\|)?([^\]]+)\]\]\s*")
# What exports leave in front of a summary. The tail of a link or image, an image, a label.
_ARTEFACTS = (
    re.compile(r"^(?:[^\[\]\n]{0,120})\]\((?:[^()\s]|%20)*\)\s*"),
    re.compile(r"^!\[[^\]]*\]\([^)]*\)\s*"),
    re.compile(r"^(?:Abstract|ABSTRACT)(?:\s*[-—–:.]+\s*|\s*\n\s*|(?=[A-Z][a-z]))"),
    re.compile(r"^ABSTRACT\s+"),
    re.compile(r"^(?:Summary|TL;DR)\s*:\s*", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An item on its way to a paper; title empty until the boundary is found."""

    item: Item
    title: str
    rest: str
    url: str = ""
    confidence: float = 1.0


class ReadingListReader:
    """`.txt` and `.md` lists; what it cannot split for sure it marks with a low confidence."""

    name = "reading list"
    extensions: tuple[str, ...] = (".txt", ".md", ".markdown", ".text")

    def accepts(self, text: str) -> bool:
        """Any text with an item or a line can be a list."""
        return bool(text.strip())

    def read(self, text: str, source: str) -> ReadResult:
        """The papers of a list, in order."""
        result = ReadResult()
        entries = [_marked(item) for item in find_items(text)]
        for number, entry in enumerate(_with_splits(entries), start=1):
            paper = _paper(entry, source, number)
            if normalise_title(paper.title):
                result.add(paper)
            else:
                result.reject(source, number, f"no title: {entry.item.raw[:60]!r}")
        return result


def clean_summary(summary: str) -> tuple[str, tuple[str, ...]]:
    """(summary without the artefacts in front of it, topics that were linked there)."""
    topics: list[str] = []
    changed = True
    while changed:
        changed = False
        topic = _TOPIC.match(summary)
        if topic:
            topics.append(clean_field(topic.group(1)))
            summary, changed = summary[topic.end() :], True
        for artefact in _ARTEFACTS:
            match = artefact.match(summary)
            if match and match.end():
                summary, changed = summary[match.end() :], True
    lines = (line.strip() for line in summary.replace("\t", " ").split("\n"))
    return " ".join(line for line in lines if line), tuple(topics)


def _marked(item: Item) -> _Entry:
    for pattern in _MARKED:
        match = pattern.match(item.body)
        if match:
            found = match.groupdict()
            title = found["title"] or found.get("title2") or ""
            if clean_field(title):
                rest = _LEADING_SEPARATOR.sub("", item.body[match.end() :], count=1)
                return _Entry(item, title, rest, found.get("url") or "")
    return _Entry(item, "", item.body)


def _with_splits(entries: Sequence[_Entry]) -> list[_Entry]:
    """The entries, those without a title split; the whole list is split at once."""
    open_entries = [entry for entry in entries if not entry.title]
    splits = iter(split_entries([entry.rest for entry in open_entries]))
    done = []
    for entry in entries:
        if entry.title:
            done.append(entry)
            continue
        split = next(splits)
        body = entry.rest
        url = _URL.search(body, split.end, split.start)
        found = url.group().rstrip(".,;") if url else ""
        done.append(
            _Entry(entry.item, body[: split.end], body[split.start :], found, split.confidence)
        )
    return done


def _paper(entry: _Entry, source: str, number: int) -> Paper:
    summary, topics = clean_summary(entry.rest)
    title = clean_field(entry.title)
    if title.endswith(".") and not title.endswith("..") and not summary:
        title = title[:-1].rstrip()
    url = entry.url
    if not url and _URL.fullmatch(summary):
        url, summary = summary, ""
    return Paper(
        title=title,
        summary=summary,
        raw=entry.item.raw,
        url=url,
        tags=(*entry.item.headings, *topics),
        source=source,
        record=number,
        confidence=entry.confidence,
    )
