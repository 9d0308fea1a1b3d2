"""Reading lists as plain text or Markdown: headings, then one item a paper.

Items are `- `, `* `, `• ` or numbered lines; a file without any is one title a line, or blocks of a
title line and its summary. Where title and summary run together, `title_split` finds the boundary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.paper import Paper, normalise_title
from ingest.readers.base import ReadResult
from ingest.readers.fields import paper_from_fields
from ingest.readers.labelled import labelled
from ingest.readers.list_items import Item, find_items, has_bullets
from ingest.readers.markdown import (
    is_contents,
    split_tables,
    unescaped,
    without_badges,
    without_code,
    without_labels,
)
from ingest.readers.summary import clean_summary
from ingest.readers.title_split import split_entries
from ingest.text import clean_field

_URL = re.compile(r"https?://[^\s<>\])]+")
_ONLY_ID = re.compile(
    r"(?:doi:\s*|arxiv:\s*)?(?:https?://\S+|10\.\d{4,9}/\S+|\d{4}\.\d{4,5}(?:v\d+)?)", re.IGNORECASE
)
# Titles that mark-up sets off: a link, a wiki link, bold or italic text at the item's start.
_MARKED = (
    re.compile(
        r"\[(?P<title>(?:[^\[\]]|\[[^\]]*\])+)\]\((?P<url>[^()\s]*(?:\([^()\s]*\))?[^()\s]*)\)"
    ),
    re.compile(r"\[\[(?:[^\]|]*\|)?(?P<title>[^\]]+)\]\]"),
    re.compile(r"\*\*(?P<title>(?:\\.|[^*\\])+)\*\*|__(?P<title2>[^_]+)__"),
    re.compile(r"\*(?P<title>[^*\s][^*]*)\*(?!\*)"),
)
# How databases tag fields ("TI- ", "TI ~ ", "--TI-- ") and number records.
_TAG = re.compile(r"(?:--)?([A-Z][A-Z0-9]{1,3})(?:--| {0,2}[-~](?=\s|$))")
_TOLD_BY = frozenset(("TI", "AU"))
_NUMBERED = re.compile(r"\s*<\d+>[ \t]*\n[A-Z]")
_LEADING_SEPARATOR = re.compile(r"^[\s:.,;|–—-]+(?=\s)\s*|^\s*[:|–—]\s*|^\s+")


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
        if _is_export(text):
            result.reject(source, 0, "records of a database, in a form that is not read")
            return result
        is_markdown = source.lower().endswith((".md", ".markdown"))
        rows, rest = split_tables(without_code(text))
        for number, row in enumerate(rows, start=1):
            tabled = paper_from_fields(row.fields, raw=row.raw, source=source, number=number)
            if tabled is None:
                result.reject(source, number, f"no title: {row.raw[:60]!r}")
            else:
                result.add(tabled)
        # Beside a table of papers, lines are running text, unless they are items of a list.
        items, aside = find_items(rest) if not rows or has_bullets(rest) else ([], [])
        if aside:
            result.warnings.append(
                f"{source}: {len(aside)} lines between the items are not read: {aside[0]!r}"
            )
        entries = [_marked(item) for item in items if not is_contents(item.body)]
        for number, entry in enumerate(_with_splits(entries), start=len(rows) + 1):
            paper = labelled(entry.item, entry.title, entry.rest, entry.url, (source, number))
            paper = paper or _paper(_unescaped(entry) if is_markdown else entry, source, number)
            if _ONLY_ID.fullmatch(paper.title):
                reason = f"only an id or an address, a title is needed: {paper.title[:60]!r}"
                result.reject(source, number, reason)
            elif normalise_title(paper.title):
                result.add(paper)
            else:
                result.reject(source, number, f"no title: {entry.item.raw[:60]!r}")
        return result


def _is_export(text: str) -> bool:
    """Whether a text has the fields of records that no reader knows: they would become papers."""
    if _NUMBERED.match(text):
        return True
    lines = [line for line in text.split("\n") if line[:1].strip()]
    tags = [tag[1] for tag in map(_TAG.match, lines) if tag]
    return 2 * len(tags) > len(lines) and not _TOLD_BY.isdisjoint(tags)


def _unescaped(entry: _Entry) -> _Entry:
    return replace(entry, title=unescaped(entry.title), rest=unescaped(entry.rest))


def _marked(item: Item) -> _Entry:
    body, address = without_labels(without_badges(item.body))
    body = body.strip()
    for pattern in _MARKED:
        match = pattern.match(body)
        if match:
            found = match.groupdict()
            title = found["title"] or found.get("title2") or ""
            if clean_field(title):
                rest = _LEADING_SEPARATOR.sub("", body[match.end() :], count=1)
                rest = f"{rest}\n{item.below}".strip()
                return _Entry(item, title, rest, found.get("url") or address)
    return _Entry(item, "", body, address)


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
            _Entry(
                entry.item,
                body[: split.end],
                f"{body[split.start :]}\n{entry.item.below}".strip(),
                entry.url or found,
                split.confidence,
            )
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
