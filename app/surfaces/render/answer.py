"""An exchange as HTML: the blocks of the answer, the sources beside it, the line below it."""

from __future__ import annotations

from collections.abc import Callable

from app.answering.events import Answer
from app.passages import NOT_STATED, Block, Sentence, cited_parts
from app.surfaces.conversation import CitedSource, Exchange, cited_sources
from app.surfaces.render.html import byline, escape, record_body, title_heading
from app.surfaces.render.words import BEING_CHECKED, QUOTE_FOUND, SUPPORT, SUPPORT_MEANS, spent
from ingest.paper import Paper
from ingest.text import clean_text, counted

Lookup = Callable[[str], Paper | None]

_STAGES = {
    "searching": "Searching the list",
    "writing": "Writing",
    "checking": "Checking against the records",
}
# A count over the list cites all that it counted: so many marks are shown, the rest in the panel.
_MOST_MARKS = 5
# Seconds below which a reader does not wait.
_FELT = 0.1


def question_html(question: str) -> str:
    """What the reader asked."""
    return f'<div class="rr-question">{escape(question)}</div>'


def answer_html(exchange: Exchange, turn: int) -> str:
    """The answer; turn: position in the conversation, for the ids of its marks."""
    answer = exchange.answer
    pieces = [_block(block, turn) for block in exchange.blocks]
    if answer is not None and not pieces:
        pieces.append(_plain(answer))
    if exchange.being_checked:
        pieces.append(f"<p>{' '.join(map(_being_checked, exchange.being_checked))}</p>")
    elif exchange.draft:
        pieces.append(
            '<p class="rr-draft" title="Not checked yet">'
            f'<span class="rr-tagline">draft, not checked yet</span> {escape(exchange.draft)}</p>'
        )
    elif exchange.running and answer is None:
        stage = _STAGES.get(exchange.stage, exchange.stage) or "Looking at the question"
        pieces.append(f'<p class="rr-stage">{escape(stage)} …</p>')
    pieces += [f'<p class="rr-notice">{escape(notice)}</p>' for notice in exchange.notices]
    if answer is not None:
        pieces += [_left_out(answer), _foot(answer)]
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


def _plain(answer: Answer) -> str:
    """What is said without a record."""
    lines = [line for line in clean_text(answer.answer).splitlines() if line.strip()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _block(block: Block, turn: int) -> str:
    if block.kind == "table":
        return _table(block, turn)
    said = [_sentence(sentence, turn) for sentence in block.sentences]
    if block.kind == "entries":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in said)}</ul>"
    kind = ' class="rr-note"' if block.kind == "note" else ""
    return f"<p{kind}>{' '.join(said)}</p>"


def _table(block: Block, turn: int) -> str:
    """A head for each column and each row."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in block.columns)
    rows = []
    for first, *rest in block.rows:
        named = zip(block.columns[1:], rest, strict=True)
        cells = "".join(
            f'<td title="{escape(name)}">{_sentence(cell, turn)}</td>' for name, cell in named
        )
        rows.append(f'<tr><th scope="row">{_sentence(first, turn)}</th>{cells}</tr>')
    return (
        f'<div class="rr-table" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _sentence(sentence: Sentence, turn: int) -> str:
    """Lead, text and marks; one that could not be confirmed says so."""
    if not sentence.text:
        return f'<span class="rr-not-stated">{NOT_STATED}</span>'
    lead = f"<strong>{escape(sentence.lead)}</strong> " if sentence.lead else ""
    said = f"{lead}{escape(sentence.told)} {_marks(sentence, turn)}"
    if sentence.support != "unconfirmed":
        return f"<span>{said}</span>"
    state = f'<span class="rr-state">{SUPPORT["unconfirmed"]}</span>'
    means = SUPPORT_MEANS["unconfirmed"]
    return f'<span class="rr-doubtful" title="{means}">{said}{state}</span>'


def _being_checked(sentence: Sentence) -> str:
    """A sentence that waits for the judge: its sources are named, not linked."""
    marks = "".join(
        f'<span class="rr-mark" title="{escape(f"{c.title}: “{c.quote}”")}">&#91;{c.n}&#93;</span>'
        for c in {c.n: c for c in sentence.citations}.values()
    )
    state = f'<span class="rr-tagline">{QUOTE_FOUND if marks else BEING_CHECKED}</span>'
    return f'<span class="rr-draft">{escape(sentence.told)} {marks}{state}</span>'


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
    return marks


def _left_out(answer: Answer) -> str:
    """How many sentences did not hold; unfolds to each and why."""
    if not answer.left_out:
        return ""
    items = "".join(
        f'<li>{escape(left.text)} <span class="rr-reason">{escape(left.reason)}</span></li>'
        for left in answer.left_out
    )
    count = counted(len(answer.left_out), "sentence")
    return f'<details class="rr-left-out"><summary>{count} left out</summary><ul>{items}</ul></details>'


def _foot(answer: Answer) -> str:
    parts = []
    if answer.blocks or answer.status == "refused":
        parts.append(f"considered {answer.considered} of {answer.corpus_size}")
    if answer.standalone_question not in ("", answer.question):
        parts.append(f"understood as “{answer.standalone_question}”")
    if answer.blocks:
        own = answer.provider == "extractive"
        parts.append("sentences from the records" if own else answer.model or answer.provider)
    if answer.seconds >= _FELT:
        parts.append(f"{answer.seconds:.1f} s")
    parts = [*filter(None, (*parts, spent(answer.tokens, answer.cost)))]
    return f'<p class="rr-foot">{" · ".join(map(escape, parts))}</p>' if parts else ""


def _card(source: CitedSource, turn: int, paper: Paper | None) -> str:
    badges = "".join(
        f'<span class="rr-badge rr-{support}" title="{SUPPORT_MEANS[support]}">'
        f"{SUPPORT[support]}</span>"
        for support in source.supports
    )
    parts = cited_parts(citation for _, citation in source.citations)
    if paper is None:
        title, body = escape(source.title), _gone(source)
    else:
        title = title_heading(paper, source.spans)
        body = byline(paper) + record_body(paper, source.spans)
    return (
        f'<article class="rr-source" id="rr-{turn}-{source.n}" tabindex="-1">'
        f'<header><span class="rr-n">{source.n}</span><h4>{title}</h4></header>{body}'
        f'<footer>{badges}<span class="rr-tag">from {parts}</span></footer></article>'
    )


def _gone(source: CitedSource) -> str:
    """The cited words alone, when the record is no longer in the list."""
    return "".join(
        f'<p class="rr-record"><mark>{escape(citation.quote)}</mark></p>'
        for _, citation in source.citations
    )
