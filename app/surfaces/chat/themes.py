"""The themes tab: the map, the themes with their papers, one paper with its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.surfaces.chat.find import GONE, chosen_paper
from app.surfaces.render.html import byline, escape, problem_html, record_body, title_heading
from app.surfaces.render.markdown import themes_markdown
from ingest.errors import ReadingRoomError
from ingest.paper import Paper
from ingest.text import counted

if TYPE_CHECKING:
    from app.retrieval import Hit
    from app.themes import Sentence, Theme, ThemeMap
    from app.wiring import Room

_NEIGHBOURS = 5
_TITLES_SHOWN = 60
_HINT = '<p class="rr-empty">Choose a point of the map or a title to see the paper here.</p>'
# The points of the map are one stop of the Tab key; arrows go from one to the next.
_STEP = """
const points = () => [...element.querySelectorAll('.theme-map [data-paper-id]')];
element.addEventListener('keydown', (event) => {
  const all = points(), at = all.indexOf(event.target);
  const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  if (at < 0 || !(step || event.key === 'Enter' || event.key === ' ')) return;
  event.preventDefault();
  if (step) all[(at + step + all.length) % all.length].focus(); else choose(event);
});
new MutationObserver(() => points()[0]?.setAttribute('tabindex', '0')).observe(
  element, {childList: true, subtree: true});
"""
# A click on a point, a title or a mark reaches the server as the event's data.
_LISTEN = """
const choose = (event) => {
  const chosen = event.target.closest('[data-paper-id]');
  if (!chosen) return;
  const id = chosen.dataset.paperId;
  for (const point of document.querySelectorAll('.theme-map [data-paper-id]')) {
    point.classList.toggle('rr-chosen', point.dataset.paperId === id);
  }
  trigger('select', {paper: id});
  document.getElementById('rr-chosen').scrollIntoView({block: 'nearest', behavior: 'smooth'});
};
element.addEventListener('click', choose);
"""


def themes_tab(room: Room, tab: Any) -> None:
    """Lay the tab out in the current block; it is filled when it is first opened."""
    import gradio as gr

    with gr.Row(elem_id="rr-themes-row"):
        with gr.Column(scale=3, min_width=340):
            chart = gr.HTML(
                '<p class="rr-empty">Finding the themes …</p>',
                elem_id="rr-map",
                js_on_load=_LISTEN + _STEP,
            )
        with gr.Column(scale=2, min_width=300, elem_classes="rr-side"):
            gr.HTML('<h2 class="rr-side-title">Paper</h2>')
            chosen = gr.HTML(_HINT, elem_id="rr-chosen", js_on_load=_LISTEN)
    listed = gr.HTML("", elem_id="rr-themes", js_on_load=_LISTEN)
    with gr.Row(elem_classes="rr-tools"):
        save = gr.Button("Save as Markdown", size="sm", interactive=False, elem_id="rr-save-themes")
    filled, clip = gr.State(False), gr.Textbox(visible="hidden")
    common: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}

    def fill(filled: bool) -> Any:
        return gr.skip() if filled else _fill(room)

    def choose(event: gr.EventData) -> str:
        return _chosen(room, event)

    # Annotations are strings here, and Gradio looks for the type itself.
    choose.__annotations__["event"] = gr.EventData
    tab.select(fill, [filled], [chart, listed, save, filled], **common)
    for part in (chart, listed, chosen):
        part.select(choose, None, chosen, **common)
    written = save.click(lambda: themes_markdown(room.themes()), None, clip, **common)
    written.then(
        None, clip, None, js="(text) => window.readingRoomSave(text, 'reading-room-themes.md')"
    )


def themes_html(themes: ThemeMap) -> str:
    """All themes, each one unfolding to its summary and its papers."""
    many = f"{counted(themes.papers, 'paper')} in {counted(len(themes.themes), 'theme')}"
    lead = f'<p class="rr-count">{escape(many)}</p>'
    return lead + "".join(_theme(theme) for theme in themes.themes)


def paper_html(paper: Paper, theme: Theme | None, also: Theme | None, near: Sequence[Hit]) -> str:
    """One paper, where it belongs, and the papers most like it."""
    where = "" if theme is None else f"Theme: {theme.label}"
    if also is not None:
        where += f" (next best: {also.label})"
    items = "".join(f"<li>{_pick(hit.paper.paper_id, hit.paper.title)}</li>" for hit in near)
    nearest = f'<h3 class="rr-near-title">Nearest papers</h3><ul class="rr-near">{items}</ul>'
    return (
        f'<article class="rr-source"><header><h4>{title_heading(paper, [])}</h4></header>'
        f"{byline(paper)}{record_body(paper, [])}"
        f'<footer><span class="rr-where">{escape(where)}</span></footer></article>'
        f"{nearest if items else ''}"
    )


def _theme(theme: Theme) -> str:
    papers = theme.papers
    titles = "".join(
        f"<li>{_pick(paper.paper_id, paper.paper.title)}</li>" for paper in papers[:_TITLES_SHOWN]
    )
    rest = len(papers) - _TITLES_SHOWN
    more = f"<li>and {rest} more, on the map</li>" if rest > 0 else ""
    parts = "".join(
        f"<li>{escape(part.label)} ({len(part.paper_ids)})</li>" for part in theme.subthemes
    )
    size = counted(len(papers), "paper")
    return (
        f'<details class="rr-theme"><summary>{escape(theme.label)}<span>{size}</span></summary>'
        f'<p class="rr-keywords">{escape(", ".join(theme.keywords))}</p>'
        f"<p>{' '.join(_sentence(sentence) for sentence in theme.sentences)}</p>"
        f"{f'<ul>{parts}</ul>' if parts else ''}<ul>{titles}{more}</ul></details>"
    )


def _sentence(sentence: Sentence) -> str:
    marks = "".join(
        f'<button type="button" class="rr-mark" title="{escape(citation.title)}" '
        f'data-paper-id="{escape(citation.paper_id)}">&#91;{citation.n}&#93;</button>'
        for citation in sentence.citations
    )
    return f"{escape(sentence.text)} {marks}"


def _pick(paper_id: str, title: str) -> str:
    return (
        f'<button type="button" class="rr-pick" data-paper-id="{escape(paper_id)}">'
        f"{escape(title)}</button>"
    )


def _fill(room: Room) -> tuple[Any, ...]:
    import gradio as gr

    from app.themes.plot import to_svg

    try:
        themes = room.themes()
    except ReadingRoomError as error:
        return problem_html(error), "", gr.update(interactive=False), False
    return to_svg(themes), themes_html(themes), gr.update(interactive=True), True


def _chosen(room: Room, event: Any) -> str:
    paper = chosen_paper(room, event)
    if paper is None:
        return GONE
    themes = room.themes()
    theme = themes.theme_of(paper.paper_id)
    place = next((p for p in theme.papers if p.paper_id == paper.paper_id), None) if theme else None
    also = next((t for t in themes.themes if place and t.id == place.next_theme), None)
    near = room.find("", _NEIGHBOURS, like=[paper.paper_id])
    return paper_html(paper, theme, also, near)
