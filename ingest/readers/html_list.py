"""HTML pages as Markdown, so that lists, tables and links are read by one reader."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ingest.readers.base import ReadResult
from ingest.readers.reading_list import ReadingListReader

_PAGE = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|ul|ol|dl|table|div|h1)\b", re.I | re.S
)
_SILENT = frozenset("script style nav head footer form button svg noscript template".split())
_BLOCKS = frozenset("p div dl dt dd ul ol table section article blockquote main".split())
# In front of what follows a blank line in an item; private use, so that no text holds it.
_BELOW = "\ue000"
_KEPT = ("- ", "# ", "| ", "|-", f"{_BELOW} ")
_SPACES = re.compile(r"[ \t]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class HtmlReader:
    """`.html`: the items of its lists, the rows of its tables."""

    name = "HTML"
    extensions: tuple[str, ...] = (".html", ".htm", ".xhtml")

    def accepts(self, text: str) -> bool:
        """Whether it starts as a page does."""
        return _PAGE.match(text) is not None

    def read(self, text: str, source: str) -> ReadResult:
        """The papers of the page."""
        page = _Markdown()
        page.feed(text)
        page.close()
        result = ReadingListReader().read(page.text(), source)
        if not result.papers and not result.rejected:
            result.reject(source, 0, "there is no list and no table on the page")
        return result


class _Markdown(HTMLParser):
    """What a page says, as Markdown; only list items and table rows count as items."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent = 0
        self._depth = 0
        self._links: list[str] = []
        self._cells = 0
        self._rows = 0
        self._in_cell = False
        self._in_words = False

    def text(self) -> str:
        """The lines that are items, rows or headings; running text of a page is no paper."""
        lines = (_SPACES.sub(" ", line).rstrip() for line in "".join(self._parts).split("\n"))
        kept = (line for line in lines if line.lstrip()[:2] in _KEPT)
        return "\n".join(line.replace(_BELOW, "\n ", 1) for line in kept)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens what Markdown has a sign for."""
        if tag in _SILENT:
            self._silent += 1
        elif tag in ("ul", "ol"):
            self._depth += 1
        elif tag == "br" or tag in _BLOCKS or (tag in _HEADINGS and self._depth):
            self._part_words(tag)
        elif tag == "li":
            self._in_words = False
            self._parts.append(f"\n{'  ' * max(0, self._depth - 1)}- ")
        elif tag in _HEADINGS:
            self._parts.append("\n# ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self._parts.append("[")
        elif tag in ("td", "th"):
            self._in_cell = True
        elif tag == "tr":
            self._cells = 0
            self._parts.append("\n| ")

    def _part_words(self, tag: str) -> None:
        """A block of an item begins a paragraph of it; elsewhere it parts two words."""
        if tag == "table":
            self._rows = 0
        is_below = self._depth and self._in_words and tag != "br" and not self._in_cell
        self._parts.append(f"\n{_BELOW} " if is_below else " ")

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("ul", "ol"):
            self._depth = max(0, self._depth - 1)
            self._parts.append("\n")
        elif tag in _HEADINGS or tag in _BLOCKS:
            self._parts.append(" " if self._in_cell or self._depth else "\n")
        elif tag == "a" and self._links:
            self._parts.append(f"]({self._links.pop()})")
        elif tag in ("td", "th"):
            self._cells += 1
            self._in_cell = False
            self._parts.append(" | ")
        elif tag == "tr":
            self._rows += 1
            if self._rows == 1:
                self._parts.append("\n|" + "---|" * self._cells)

    def handle_data(self, data: str) -> None:
        """Text; its line ends mean nothing."""
        if not self._silent:
            self._in_words = self._in_words or bool(data.strip())
            data = re.sub(r"\s+", " ", data)
            self._parts.append(data.replace("|", "\\|") if self._in_cell else data)
