"""An exchange as HTML: the answer with its marks, the sources beside it, the line below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from app.answering.events import Sentence
from app.surfaces.conversation import CitedSource, Exchange, cited_sources, is_entry
from app.surfaces.render.html import byline, escape, record_body, title_heading
from ingest.paper import Paper
from ingest.text import clean_text

Lookup = Callable[[str], Paper | None]

_STAGES = {
    "searching": "Searching the list",
    "reading": "Reading the records",
    "writing": "Writing",
    "checking": "Checking against the records",
}
# A count over the list cites all that it counted: so many marks are shown, the rest in the panel.
_MOST_MARKS = 5
# Seconds below which a reader does not wait.
_FELT = 0.1
_SUPPORT = {
    "verbatim": "The sentence stands in the record word for word",
    "supported": "The record says this in other words",
    "unsupported": "The record does not say this",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of an answer and its marks as HTML.

    lead: length of a lead-in, such as the title of the paper that is quoted next; it opens a
    paragraph.
    """

    text: str
    marks: str = ""
    lead: int = 0

    @property
    def html(self) -> str:
        """The line with its lead-in set apart."""
        front = f"<strong>{escape(self.text[: self.lead])}</strong>" if self.lead else ""
        return f"{front}{escape(self.text[self.lead :])} {self.marks}"


def question_html(question: str) -> str:
    """What the reader asked."""
    return f'<div class="rr-question">{escape(question)}</div>'


def answer_html(exchange: Exchange, turn: int) -> str:
    """The answer as one block; turn: position in the conversation, for the ids of its marks."""
    pieces = [_prose(exchange, turn)]
    if exchange.draft:
        pieces.append(
            '<p class="rr-draft" title="Not checked yet">'
            f'<span class="rr-tagline">draft, not checked yet</span> {escape(exchange.draft)}</p>'
        )
    elif exchange.running and exchange.answer is None:
        stage = _STAGES.get(exchange.stage, exchange.stage) or "Looking at the question"
        pieces.append(f'<p class="rr-stage">{escape(stage)} …</p>')
    pieces += [f'<p class="rr-notice">{escape(notice)}</p>' for notice in exchange.notices]
    pieces.append(_foot(exchange))
    return f'<div class="rr-answer">{"".join(pieces)}</div>'


def turn_sources_html(
    exchange: Exchange, turn: int, paper_of: Lookup, *, unfolded: bool = False
) -> str:
    """The sources of one answer under its question; empty if it cites none."""
    cards = "".join(_card(s, turn, paper_of(s.paper_id)) for s in cited_sources(exchange))
    if not cards:
        return ""
    return (
        f'<details class="rr-turn"{" open" if unfolded else ""}>'
        f"<summary>{escape(exchange.question)}</summary>{cards}</details>"
    )


def sources_html(turns: str, *, newest_cites: bool = True) -> str:
    """The sources of all answers, or what the panel is for while there are none."""
    if turns:
        note = "" if newest_cites else '<p class="rr-empty">The last answer cites no record.</p>'
        return note + turns
    return (
        '<p class="rr-empty">Each sentence of an answer is checked against the record it cites. '
        "The records appear here, with the cited words highlighted.</p>"
    )


def _prose(exchange: Exchange, turn: int) -> str:
    if exchange.sentences:
        return _blocks(_lines(exchange.sentences, turn))
    if exchange.answer is None:
        return ""
    kind = "rr-refusal" if exchange.answer.status == "refused" else "rr-plain"
    lines = [
        _Line(line) for line in clean_text(exchange.answer.answer).splitlines() if line.strip()
    ]
    return f'<div class="{kind}">{_blocks(lines)}</div>'


def _lines(sentences: Sequence[Sentence], turn: int) -> Iterator[_Line]:
    """The lines of all sentences; a sentence's marks follow its last line."""
    for sentence in sentences:
        lines = [line for line in clean_text(sentence.text).splitlines() if line.strip()]
        for line in lines[:-1]:
            yield _Line(line)
        if lines:
            marks = _marks(sentence, turn)
            if is_entry(sentence):
                yield _Line(f"- {lines[-1]}", marks)
            else:
                yield _Line(lines[-1], marks, lead_in(lines[-1], sentence))


def lead_in(text: str, sentence: Sentence) -> int:
    """Length of what introduces the quoted words: a title, or anything that ends in a colon."""
    for citation in sentence.citations:
        title = f"“{citation.title}”:"
        if text.startswith(title):
            return len(title)
        front = text.removesuffix(citation.quote) if citation.quote else text
        if front != text and front.rstrip().endswith(":"):
            return len(front.rstrip())
    return 0


def _marks(sentence: Sentence, turn: int) -> str:
    titles = {citation.n: citation.title for citation in sentence.citations}
    shown = dict(list(titles.items())[: _MOST_MARKS if len(titles) > _MOST_MARKS + 1 else None])
    marks = "".join(
        f'<a class="rr-mark" href="#rr-{turn}-{n}" title="{escape(title)}">&#91;{n}&#93;</a>'
        for n, title in shown.items()
    )
    if len(shown) < len(titles):
        rest = f"and {len(titles) - len(shown)} more"
        marks += f' <span class="rr-more-marks">{rest}</span>'
    if sentence.support == "unsupported":
        marks += '<span class="rr-unsupported">not supported by the records</span>'
    return marks


def _blocks(lines: Iterable[_Line]) -> str:
    """Lines as paragraphs, lists and tables, told apart by how they begin."""
    html = []
    for (kind, _), group in groupby(_numbered(lines), key=itemgetter(0)):
        block = [line for _, line in group]
        if kind == "item":
            items = "".join(f"<li>{escape(_item_text(x.text))} {x.marks}</li>" for x in block)
            html.append(f"<ul>{items}</ul>")
        elif kind == "row":
            html.append(_table(block))
        else:
            sentences = " ".join(f"<span>{x.html}</span>" for x in block)
            html.append(f"<p>{sentences}</p>")
    return "".join(html)


def _numbered(lines: Iterable[_Line]) -> Iterator[tuple[tuple[str, int], _Line]]:
    """Each line with the kind and number of its block."""
    number = 0
    for line in lines:
        number += line.lead > 0
        yield (_kind(line.text), number), line


def _kind(text: str) -> str:
    start = text.lstrip()
    if start.startswith(("- ", "• ", "* ")):
        return "item"
    return "row" if start.startswith("|") and start.rstrip().endswith("|") else "prose"


def _item_text(text: str) -> str:
    return text.lstrip()[2:]


def _table(rows: Sequence[_Line]) -> str:
    """A pipe table; the line of dashes below the head is left out."""
    html: list[str] = []
    for row in rows:
        cells = [cell.strip() for cell in row.text.strip().strip("|").split("|")]
        if all(cell and set(cell) <= set("-: ") for cell in cells):
            continue
        tag = "th" if not html else "td"
        html.append(
            f"<{tag}>{escape(cells[0])} {row.marks}</{tag}>"
            + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells[1:])
        )
    return (
        '<div class="rr-table"><table>' + "".join(f"<tr>{h}</tr>" for h in html) + "</table></div>"
    )


def _foot(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer is None:
        return ""
    parts = []
    if answer.sentences or answer.status == "refused":
        parts.append(f"considered {answer.considered} of {answer.corpus_size}")
    if answer.standalone_question not in ("", answer.question):
        parts.append(f"understood as “{answer.standalone_question}”")
    if answer.sentences and answer.provider not in ("", "none"):
        name = answer.model if answer.model not in ("", "none") else answer.provider
        parts.append(name if name != "extractive" else "sentences from the records")
    if answer.seconds >= _FELT:
        parts.append(f"{answer.seconds:.1f} s")
    if not parts:
        return ""
    return f'<p class="rr-foot">{" · ".join(escape(part) for part in parts)}</p>'


def _card(source: CitedSource, turn: int, paper: Paper | None) -> str:
    known = paper if paper is not None else Paper(title=source.title)
    badges = "".join(
        f'<span class="rr-badge rr-{support}" title="{_SUPPORT[support]}">{support}</span>'
        for support in source.supports
    )
    score = (
        "" if source.score is None else f'<span class="rr-score">score {source.score:.2f}</span>'
    )
    body = record_body(known, source.spans) if paper is not None else _gone(source)
    return (
        f'<article class="rr-source" id="rr-{turn}-{source.n}" tabindex="-1">'
        f'<header><span class="rr-n">{source.n}</span>'
        f"<h4>{title_heading(known, source.spans if paper is not None else [])}</h4></header>"
        f"{byline(known)}{body}<footer>{badges}{score}</footer></article>"
    )


def _gone(source: CitedSource) -> str:
    """The cited words alone, when the record is no longer in the list."""
    return "".join(
        f'<p class="rr-record"><mark>{escape(citation.quote)}</mark></p>'
        for _, citation in source.citations
    )
