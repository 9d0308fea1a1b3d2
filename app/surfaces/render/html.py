"""Text of records and models as HTML: everything is escaped, nothing of theirs is ever markup.

`escape` writes all ASCII punctuation as character references. An HTML parser reads them as plain
text, and so does a Markdown parser, for which a reference can never open a link, an image, a list,
emphasis, a table, a formula or a tag (CommonMark 0.31, section 2.5). The same string is therefore
inert in `gr.HTML` and in `gr.Chatbot`, whose messages pass through a Markdown parser first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import punctuation
from urllib.parse import urlsplit

from app.surfaces.render.words import problem
from ingest.errors import ReadingRoomError
from ingest.paper import Paper
from ingest.text import clean_text

Span = tuple[int, int]

_ENTITIES = str.maketrans({sign: f"&#{ord(sign)};" for sign in punctuation})
_SAFE_URL = re.compile(r"https?://[^\s\x00-\x20\"'<>\\^`{|}]+", re.IGNORECASE)
# Around a cited span, how many characters of a long record are shown without asking.
_AROUND = 160
_SHORT = 700


def escape(text: str) -> str:
    """The text as inert HTML; line ends become spaces."""
    return " ".join(clean_text(text).splitlines()).translate(_ENTITIES)


def safe_url(url: str) -> str:
    """The address; empty unless it is plain http or https. Still to be escaped."""
    address = clean_text(url).strip()
    if not _SAFE_URL.fullmatch(address):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.hostname and parts.username is None else ""


def problem_html(error: ReadingRoomError) -> str:
    """What went wrong, in place of what was asked for."""
    return f'<p class="rr-empty">{escape(problem(error))}</p>'


def marked(text: str, spans: Iterable[Span]) -> str:
    """The text as HTML with the spans highlighted; spans may overlap or reach past the end."""
    pieces: list[str] = []
    at = 0
    for start, end in merged(spans, len(text)):
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    pieces.append(escape(text[at:]))
    return "".join(pieces)


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Spans within 0..length in order, overlapping ones joined, empty ones left out."""
    result: list[Span] = []
    for start, end in sorted((max(0, s), min(length, e)) for s, e in spans):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def record_body(paper: Paper, spans: Sequence[Span]) -> str:
    """The summary with its cited spans highlighted; a long one is cut around them and unfolds."""
    offset = paper.summary_start
    inside = [(start - offset, end - offset) for start, end in spans if end > offset]
    summary = paper.summary
    if not summary:
        return '<p class="rr-none">The record has a title only.</p>'
    whole = f'<p class="rr-record">{marked(summary, inside)}</p>'
    if len(summary) <= _SHORT:
        return whole
    return (
        f'<p class="rr-record">{_excerpt(summary, inside)}</p>'
        f'<details class="rr-whole"><summary>Whole record</summary>{whole}</details>'
    )


def title_heading(paper: Paper, spans: Sequence[Span]) -> str:
    """The title, cited spans highlighted, as a link where the paper has a safe address."""
    inside = [(start, min(end, len(paper.title))) for start, end in spans]
    text = marked(paper.title, inside)
    address = safe_url(paper.url)
    if not address:
        return text
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{text}</a>'


def byline(paper: Paper) -> str:
    """Authors, venue, year and that it was retracted, as far as the record states them."""
    shown = list(paper.authors[:4])
    if len(paper.authors) > len(shown):
        shown.append(f"and {len(paper.authors) - len(shown)} more")
    parts = [", ".join(shown), paper.venue, str(paper.year) if paper.year else ""]
    parts.append("retracted" if paper.retracted else "")
    stated = " · ".join(escape(part) for part in parts if part)
    text = f"<span>{stated}</span>" if stated else ""
    tags = "".join(f'<span class="rr-tag">{escape(tag)}</span>' for tag in paper.tags[:6])
    return f'<p class="rr-byline">{text}{tags}</p>' if text or tags else ""


def _excerpt(text: str, spans: Sequence[Span]) -> str:
    """The surroundings of the spans, or the beginning if there are none."""
    windows = merged(((s - _AROUND, e + _AROUND) for s, e in spans), len(text))
    pieces = []
    for start, end in windows or [(0, _SHORT)]:
        left, right = _word_edges(text, start, end)
        local = [(s - left, e - left) for s, e in spans]
        pieces.append(marked(text[left:right], local))
        at_end = right
    front = "… " if windows and windows[0][0] > 0 else ""
    return front + " … ".join(pieces) + ("" if at_end >= len(text) else " …")


def _word_edges(text: str, start: int, end: int) -> Span:
    """The window drawn in to whole words."""
    if start > 0:
        space = text.find(" ", start, end)
        start = start if space < 0 else space + 1
    if end < len(text):
        space = text.rfind(" ", start, end)
        end = end if space < 0 else space
    return start, end
