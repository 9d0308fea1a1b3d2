"""Items whose further lines name what they hold ("Authors: ..."), as our Markdown export writes."""

from __future__ import annotations

import re

from ingest.paper import Paper
from ingest.readers.fields import paper_from_fields
from ingest.readers.list_items import Item

_LABELS = {
    "authors": "authors", "author": "authors", "year": "year", "venue": "venue", "link": "url",
    "url": "url", "doi": "doi", "arxiv": "arxiv", "tags": "tags", "key": "citekey",
    "summary": "summary", "abstract": "summary",
}  # fmt: skip
_SIGN = re.compile(r"&#(\d{1,3});")
# Of these all readers know what HTML writes in place of a sign.
_READ_AS_HTML = frozenset(("venue", "summary", "abstract"))
_LINE = re.compile(rf"({'|'.join(_LABELS)}):[ \t]+(\S.*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>#|!+-])")


def labelled(item: Item, title: str, rest: str, url: str, place: tuple[str, int]) -> Paper | None:
    """The paper of a set-off title and lines that all have labels; None for other items."""
    found = [_LINE.fullmatch(line.strip()) for line in rest.split("\n") if line.strip()]
    is_ours = found or _ESCAPED.search(title) or "&#" in title
    if not title or not all(found) or not is_ours:
        return None
    fields: dict[str, object] = {"title": _plain(title), "url": url, "tags": list(item.headings)}
    for match in filter(None, found):
        value = _plain(match[2])
        label = match[1].lower()
        if value.startswith("<http"):
            value = value.strip("<>")
        elif label not in _READ_AS_HTML:
            value = _SIGN.sub(lambda sign: chr(int(sign[1])), value)
        fields[_LABELS[label]] = value
    for name in ("authors", "tags"):
        if isinstance(fields.get(name), str):
            fields[name] = str(fields[name]).split("; ")
    source, number = place
    return paper_from_fields(fields, raw=item.raw, source=source, number=number)


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
