"""Papers side by side: question, method and finding of each, in the words of its own record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from app.passages import Draft, Passage, Statement
from app.themes.rhetoric import (
    Part,
    asks,
    claim_of_title,
    cue,
    first_playing,
    is_cut,
    title_and_body,
)
from ingest.paper import Paper

Column = Part | Literal["summary"]
COLUMNS: tuple[Column, ...] = ("question", "method", "finding", "summary")
_EMPTY = Statement("", "verbatim")


def compare(papers: Sequence[Paper]) -> Draft | None:
    """The papers side by side, a row each, in the order given; None where the records say too little.

    The first column names the paper. A part is a column where at least half of the papers state it;
    a cell of one that does not is empty. Where a row would stay empty, a column gives what the
    records say besides.
    """
    rows = [(paper, _parts(paper)) for paper in papers]
    shown = _columns([parts for _, parts in rows])
    if not shown or not rows:
        return None
    cells: list[Statement] = []
    for paper, parts in rows:
        cells.append(Statement.quoting(Passage.of_title(paper)))
        besides = [passage for part, passage in parts.items() if part not in shown]
        if "summary" not in parts and besides:
            parts["summary"] = max(
                besides, key=lambda passage: passage.start >= paper.summary_start
            )
        cells += [Statement.quoting(parts[c]) if c in parts else _EMPTY for c in shown]
    return Draft("table", cells, ("Paper", *(column.capitalize() for column in shown)))


def _columns(rows: Sequence[Mapping[Column, Passage]]) -> list[Column]:
    """The parts to show, and what the records say besides where some record states none of them."""
    filled = {column: sum(column in parts for parts in rows) for column in COLUMNS}
    shown = [column for column in COLUMNS if 2 * filled[column] >= len(rows)]
    common = [c for c in shown if 2 * filled[c] > len(rows) and c != "summary"]
    stated: list[Column] = [column for column in shown if column != "summary"]
    if (common or len(rows) == 1) and all(any(c in parts for c in stated) for parts in rows):
        return stated
    if all("summary" in parts for parts in rows):
        return shown
    # One sentence of every record is easier to compare than a different part of each.
    return common + (["summary"] if "summary" in shown or all(rows) else [])


def _parts(paper: Paper) -> dict[Column, Passage]:
    """Where the record states which part: a whole sentence over a cut one, a claim over both."""
    found: dict[Column, Passage] = {}
    text, body = paper.text, list(title_and_body(paper)[1])
    claim = claim_of_title(paper)
    # The surest part is placed first, and no sentence fills two cells.
    for part in ("finding", "method", "question"):
        whole = [span for span in body if not is_cut(text[slice(*span)])]
        span = first_playing(text, whole, part)
        if span is None and part == "finding" and claim:
            found[part] = claim
        elif span := span or first_playing(text, body, part):
            found[part] = Passage(paper, *span)
            body.remove(span)
    asked = next((span for span in body if asks(text[slice(*span)])), None)
    if "question" not in found and asked:
        found["question"] = Passage(paper, *asked)
        body.remove(asked)
    elif "question" not in found and cue("asking_title").search(paper.title):
        found["question"] = Passage.of_title(paper)
    if body:
        start, end = min(body, key=lambda span: is_cut(text[slice(*span)]))
        follows = next((span for span in body if text[end : span[0]].isspace()), None)
        # What stands next says what this one only leads up to.
        found["summary"] = Passage(paper, start, follows[1] if follows else end)
    return found
