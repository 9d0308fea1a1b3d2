"""The part of a record to show: its best sentence, and a snippet with the matched words marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.language.words import words
from ingest.index.lexical import analyse
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from app.retrieval.types import Hit


def word_spans(text: str, query: str) -> list[tuple[int, int]]:
    """(start, end) of each word of `text` that shares its stem with a word of the query."""
    wanted = set(analyse(query))
    return [(w.start, w.end) for w in words(text) if wanted.intersection(analyse(w.text))]


def lexical_sentence(text: str, query: str) -> tuple[int, int]:
    """Span of the sentence with most different query words; the first of equals."""
    wanted = set(analyse(query))
    spans = sentence_spans(text)
    if not spans:
        return (0, len(text))
    return max(spans, key=lambda span: len(wanted.intersection(analyse(text[slice(*span)]))))


def snippet(
    query: str, hit: Hit, *, before: str = "**", after: str = "**", length: int = 240
) -> str:
    """The hit's best sentence, matched words between `before` and `after`.

    Where the best sentence is the title, the summary's best sentence, as the title is shown anyway.
    length: characters of the record's text, cut at a word; "…" stands where something is left out.
    """
    start, end = _shown_span(query, hit)
    text = hit.paper.text[start:end].replace("\n", " ")
    cut = len(text) > length
    if cut:
        text = text[:length].rsplit(" ", 1)[0]
    for first, last in reversed(word_spans(text, query)):
        text = f"{text[:first]}{before}{text[first:last]}{after}{text[last:]}"
    return f"{text}…" if cut else text


def _shown_span(query: str, hit: Hit) -> tuple[int, int]:
    title_end = hit.paper.summary_start
    if not hit.paper.summary or hit.span[0] >= title_end:
        return hit.span
    start, end = lexical_sentence(hit.paper.summary, query)
    return start + title_end, end + title_end
