"""Papers side by side: question, method and finding of each, in the words of its own record."""

from __future__ import annotations

from collections.abc import Sequence

from app.passages import Draft, Passage, Statement
from app.themes.rhetoric import Part, asks, claim_of_title, first_playing, is_cut, title_and_body
from ingest.paper import Paper

PARTS: tuple[Part, ...] = ("question", "method", "finding")
_EMPTY = Statement("", "verbatim")


def compare(papers: Sequence[Paper]) -> Draft | None:
    """The papers side by side, a row each, in the order given; None where the records say too little.

    A part is a column where at least half of the papers state it; a cell of one that does not is
    empty. The first column names the paper.
    """
    rows = [(paper, _parts(paper)) for paper in papers]
    shown = [part for part in PARTS if 2 * sum(part in parts for _, parts in rows) >= len(rows)]
    if not shown or not rows:
        return None
    cells: list[Statement] = []
    for paper, parts in rows:
        cells.append(Statement.quoting(Passage.of_title(paper)))
        cells += [Statement.quoting(parts[p]) if p in parts else _EMPTY for p in shown]
    return Draft("table", cells, ("Paper", *(part.capitalize() for part in shown)))


def _parts(paper: Paper) -> dict[Part, Passage]:
    """Where the record states which part: a whole sentence over a cut one, a claim over both."""
    found: dict[Part, Passage] = {}
    title, body = title_and_body(paper)
    text = paper.text
    whole = [span for span in body if not is_cut(text[slice(*span)])]
    # The surest part is placed first, and no sentence fills two cells.
    for part in reversed(PARTS):
        span = first_playing(text, whole, part)
        if span is None and part == "finding" and (claim := claim_of_title(paper)):
            found[part] = claim
            continue
        span = span or first_playing(text, [s for s in body if s not in whole], part)
        if span:
            found[part] = Passage(paper, *span)
            whole = [other for other in whole if other != span]
            body.remove(span)
    asked = [span for span in (*body, *title) if asks(text[slice(*span)])]
    if asked and "question" not in found:
        found["question"] = Passage(paper, *asked[0])
    return found
