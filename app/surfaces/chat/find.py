"""The find tab: search with filters, and more like this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.surfaces.render.html import byline, escape, problem_html, record_body, title_heading
from app.surfaces.render.words import NOTHING_FITS, WEAK_FROM_HERE
from ingest.errors import ReadingRoomError
from ingest.paper import Paper
from ingest.text import counted

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit
    from app.wiring import Room

# What stands in the filter inputs: first year, last year, authors, tags.
_Given = tuple[Any, Any, Any, Any]
GONE = '<p class="rr-empty">That paper is no longer in the list.</p>'
_SHOWN = 20
_MOST_LISTED = 200
_MOST_CHOICES = 2000
# A click on "More like this" reaches the server as the event's data.
_LISTEN = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-like]');
  if (button) trigger('select', {paper: button.dataset.like});
});
"""


def find_tab(room: Room, papers: Sequence[Paper]) -> list[Any]:
    """Lay the tab out in the current block and connect it; gives the four filter inputs."""
    import gradio as gr

    with gr.Row(elem_id="rr-find-row"):
        query = gr.Textbox(
            label="Find papers",
            placeholder="A topic, a method, words of a title",
            scale=6,
            elem_id="rr-find",
        )
        search = gr.Button("Find", variant="primary", scale=1, min_width=90, elem_id="rr-find-go")
    filters = _filters(papers)
    results = gr.HTML(
        '<p class="rr-empty">Search by meaning and by words at once. '
        "Without any words the list itself is shown.</p>",
        elem_id="rr-results",
        js_on_load=_LISTEN,
    )
    inputs = [query, *filters]

    def find(query: str, year_from: Any, year_to: Any, authors: Any, tags: Any) -> str:
        return _found(room, query, (year_from, year_to, authors, tags))

    def more_like(
        year_from: Any, year_to: Any, authors: Any, tags: Any, event: gr.EventData
    ) -> str:
        return _alike(room, event, (year_from, year_to, authors, tags))

    # Annotations are strings here, and Gradio looks for the type itself.
    more_like.__annotations__["event"] = gr.EventData
    common: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}
    gr.on([query.submit, search.click], find, inputs, results, **common)
    results.select(more_like, filters, results, **common)
    return filters


def results_html(
    lead: str, hits: Sequence[Hit], query: str = "", weak_from: int | None = None
) -> str:
    """Hits as cards, words of the query highlighted.

    weak_from: rank of the first that does not fit; a line stands before it.
    """
    cards = [hit_card(hit, rank, query) for rank, hit in enumerate(hits, start=1)]
    if weak_from is not None and weak_from > 1:
        cards.insert(weak_from - 1, f'<p class="rr-count">{WEAK_FROM_HERE}</p>')
    return f'<div class="rr-results"><p class="rr-count">{escape(lead)}</p>{"".join(cards)}</div>'


def hit_card(hit: Hit, rank: int, query: str = "") -> str:
    """One found paper."""
    from app.retrieval import word_spans

    return _card(hit.paper, rank, word_spans(hit.paper.text, query))


def _card(paper: Paper, rank: int, spans: Sequence[tuple[int, int]] = ()) -> str:
    return (
        f'<article class="rr-source"><header><span class="rr-n">{rank}</span>'
        f"<h4>{title_heading(paper, spans)}</h4></header>{byline(paper)}"
        f"{record_body(paper, spans)}<footer>"
        f'<button type="button" class="rr-more" data-like="{escape(paper.paper_id)}">'
        "More like this</button></footer></article>"
    )


def choices(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    """Properties of the inputs for first year, last year, author and tag.

    An input that could not narrow this list down is not shown.
    """
    years = sorted({paper.year for paper in papers if paper.year})
    authors = sorted({name for paper in papers for name in paper.authors})
    tags = sorted({tag for paper in papers for tag in paper.tags})
    year = {
        "choices": [("any", None), *((str(year), year) for year in years)],
        "visible": bool(years),
    }
    return [
        year,
        year,
        {"choices": authors[:_MOST_CHOICES], "visible": bool(authors)},
        {"choices": tags[:_MOST_CHOICES], "visible": len(tags) > 1},
    ]


def _filters(papers: Sequence[Paper]) -> list[Any]:
    import gradio as gr

    first, last, author, tag = choices(papers)
    with gr.Row(elem_id="rr-filter-row"):
        return [
            gr.Dropdown(label="From year", value=None, min_width=120, **first),
            gr.Dropdown(label="To year", value=None, min_width=120, **last),
            gr.Dropdown(label="Author", multiselect=True, min_width=200, **author),
            gr.Dropdown(label="Tag", multiselect=True, min_width=200, **tag),
        ]


def _found(room: Room, query: str, given: _Given) -> str:
    if not query.strip():
        return _listed(room, filters_of(*given))
    try:
        asked, hits, weak_from = room.look_up(query.strip(), _SHOWN, filters_of(*given))
    except ReadingRoomError as error:
        return problem_html(error)
    lead = f"The {len(hits)} best for “{asked}”" if hits else f"Nothing found for “{asked}”"
    return results_html(NOTHING_FITS if weak_from == 1 else lead, hits, asked, weak_from)


def _listed(room: Room, filters: Filters | None) -> str:
    """The list itself, in its own order."""
    shown = room.retriever.within(filters)
    first = shown[:_MOST_LISTED]
    cards = "".join(_card(paper, rank) for rank, paper in enumerate(first, start=1))
    lead = f"{len(shown):,} of {counted(len(room.papers()), 'paper')}"
    if len(first) < len(shown):
        lead += f", the first {len(first)} of them shown"
    return f'<div class="rr-results"><p class="rr-count">{escape(lead)}</p>{cards}</div>'


def _alike(room: Room, event: Any, given: _Given) -> str:
    paper = chosen_paper(room, event)
    if paper is None:
        return GONE
    filters = filters_of(*given)
    try:
        hits = room.find("", _SHOWN, filters, like=[paper.paper_id])
    except ReadingRoomError as error:
        return problem_html(error)
    return results_html(f"Papers like “{paper.title}”", hits)


def chosen_paper(room: Room, event: Any) -> Paper | None:
    """The paper that a click names; None if it has left the list."""
    paper_id = event._data.get("paper", "") if isinstance(event._data, dict) else ""
    return room.paper(paper_id) if isinstance(paper_id, str) else None


def filters_of(year_from: Any, year_to: Any, authors: Any, tags: Any) -> Filters | None:
    """Filters from what was entered; None if nothing was."""
    from app.retrieval import Filters

    first, last = (int(year) if year else None for year in (year_from, year_to))
    return Filters(first, last, tuple(authors or ()), tuple(tags or ())) or None
