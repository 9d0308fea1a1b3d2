"""What Markdown lists hold beside items: code, comments, tables, badges, contents, link labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.readers.fields import is_title_name

_FENCED = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)|<img\b[^>]*>", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"\[\s*\]\([^)]*\)")
# "[[paper]](https://...)", "[[code](https://...)]", "([pdf](https://...))": a label, not a title.
_LABEL = re.compile(
    r"[\[(]{1,2}\s*(?P<label>paper|arxiv|pdf|abs|link|url|html|doi|code|github|blog|project(?: page)?|page"
    r"|website|demo|video|slides|data(?:set)?|poster|talk|openreview|acl|tweet|model|colab|huggingface|hf)"
    r"\s*\]{1,2}\s*\((?P<url>[^)\s]*)\)[\])]?",
    re.IGNORECASE,
)
_TO_PAPER = frozenset(
    ("paper", "arxiv", "pdf", "abs", "link", "url", "html", "doi", "openreview", "acl")
)
_TO_ANCHOR = re.compile(r"\[[^\]]*\]\(#[^)]*\)")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])+)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)[^)]*\)")
_RULER = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_HEADING = re.compile(r"#{1,6}[ \t]+")
_ESCAPE = re.compile(r"\\([\[\]*_#`!<>|~+.-])")
_CELL = re.compile(r"(?<!\\)\|")
_TAG = re.compile(
    r"</?(?:br|b|i|em|strong|sub|sup|ul|li|p|div|center|details|summary|a)\b[^>]*>", re.I
)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")


def without_code(text: str) -> str:
    """The text without code blocks and comments, unless nothing else is there."""
    rest = _COMMENT.sub("", _FENCED.sub("", text))
    return rest if rest.strip() else text


def unescaped(text: str) -> str:
    """The text with CommonMark's backslash escapes resolved, but for those that LaTeX shares."""
    return _ESCAPE.sub(r"\1", text)


def is_contents(body: str) -> bool:
    """Whether an item only points into its own page, or shows nothing but badges."""
    return _TO_ANCHOR.match(body) is not None or not without_badges(body).strip(" \n-–—|·:,.")


def without_badges(body: str) -> str:
    """The item without images and the links around them."""
    return _EMPTY_LINK.sub("", _IMAGE.sub("", body)) if "![" in body or "<img" in body else body


def without_labels(body: str) -> tuple[str, str]:
    """(the item without links that are labels, the address of the one to the paper or "")."""
    found = [(m["label"].lower(), m["url"]) for m in _LABEL.finditer(body)]
    address = next((url for label, url in found if label in _TO_PAPER), "")
    return (_LABEL.sub("", body) if found else body), address


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: column name -> plain text, with "url" if a cell links; raw: its line."""

    fields: Mapping[str, str]
    raw: str


def split_tables(text: str) -> tuple[list[Row], str]:
    """(rows of the tables of papers, the text without any table)."""
    lines = text.split("\n")
    heading = ""
    rows: list[Row] = []
    rest: list[str] = []
    at = 0
    while at < len(lines):
        if "|" not in lines[at] or at + 1 == len(lines) or not is_ruler(lines[at + 1]):
            if mark := _HEADING.match(lines[at]):
                heading = _plain(lines[at][mark.end() :]).strip("# ")
            rest.append(lines[at])
            at += 1
            continue
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows += _rows(lines[at], lines[at + 2 : end], heading)
        rest.append("")
        at = end
    return rows, "\n".join(rest)


def is_ruler(line: str) -> bool:
    """Whether a line is the one below the head of a table."""
    return "-" in line and "|" in line and _RULER.match(line) is not None


def _rows(head: str, lines: list[str], heading: str) -> Iterator[Row]:
    names = [_plain(cell) for cell in _cells(head)]
    title = next((i for i, name in enumerate(names) if is_title_name(name)), None)
    if title is None:
        # "Paper (link)", "Publication": the column whose cells are links with text of some length.
        title = next(
            (i for i, n in enumerate(names) if "title" in n.lower() or "paper" in n.lower()), None
        )
    if title is None:
        return
    for line in lines:
        cells = _cells(line)
        fields = {n: _plain(c) for n, c in zip(names, cells, strict=False) if n}
        if title >= len(cells):
            continue
        body, address = without_labels(without_badges(cells[title]))
        fields["title"] = _plain(body)
        links = map(_LINK.search, map(without_badges, (cells[title], *cells)))
        link = next((match[2] for match in links if match), "")
        fields.setdefault("url", address or link)
        fields.setdefault("tags", heading)
        yield Row(fields, line)


def _cells(line: str) -> list[str]:
    parts = [part.replace("\\|", "|").strip() for part in _CELL.split(line.strip())]
    if parts and not parts[0]:
        parts = parts[1:]
    return parts[:-1] if parts and not parts[-1] else parts


def _plain(cell: str) -> str:
    """A cell without images, link addresses, tags and emphasis."""
    text = _LINK.sub(r"\1", without_badges(cell))
    return " ".join(_EMPHASIS.sub(r"\2", _TAG.sub(" ", text)).split())
