"""The chat in the browser: a Gradio page over one Room.

Gradio is imported inside the functions, because its import takes seconds and only this surface
needs it. Nothing of a reader's conversation is kept on a shared object: it travels as a value in
`gr.State`, one for each open page.
"""

from __future__ import annotations

import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from app.surfaces.chat.server import chat_app, listen, serve, tame_gradio
from app.surfaces.render.html import escape
from ingest.errors import ReadingRoomError
from ingest.text import counted

if TYPE_CHECKING:
    import gradio as gr

    from app.wiring import Room


def build_chat(room: Room) -> gr.Blocks:
    """The page: chat with its sources, find, themes."""
    tame_gradio()
    import gradio as gr

    from app.surfaces.chat.find import choices, find_tab
    from app.surfaces.chat.tab import AT_ONCE, chat_tab, welcome
    from app.surfaces.chat.themes import themes_tab

    papers = room.papers()
    with gr.Blocks(title="Reading Room", analytics_enabled=False, fill_width=True) as blocks:
        line = gr.HTML(head_html(len(papers), room.model_line), elem_id="rr-head")
        with gr.Tabs():
            with gr.Tab("Chat", id="chat"):
                chat = chat_tab(room, papers)
            with gr.Tab("Find", id="find"):
                filters = find_tab(room, papers)
            with gr.Tab("Themes", id="themes") as themes:
                themes_tab(room, themes)

        def refresh() -> list[Any]:
            """The list may have been ingested anew since the chat was started."""
            now = room.papers()
            inputs = [gr.update(**properties) for properties in choices(now)]
            return [head_html(len(now), room.model_line), gr.update(**welcome(now)), *inputs]

        blocks.load(
            refresh, None, [line, chat, *filters], show_progress="hidden", api_visibility="private"
        )
    blocks.queue(default_concurrency_limit=AT_ONCE, max_size=200, api_open=False)
    return blocks


def run_chat(
    room: Room,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat until Ctrl-C.

    Args:
        room: the open reading list.
        host: the address to listen on.
        port: the port to listen on; 0 takes any free one.
        open_browser: show the page once it is there.
        ready: called with the address once the page answers; default: print one line.

    Raises:
        SettingsError: the address cannot be used, or others could reach it without a password.
    """
    password = room.settings.password.get_secret_value()
    bound = listen(host, port, password)
    try:
        blocks = build_chat(room)
        from app.surfaces.chat.style import look

        app = chat_app(blocks, host, password, look())
    except BaseException:
        bound.close()
        raise

    def announce(url: str) -> None:
        (ready or _print_address)(url)
        threading.Thread(target=_warm_up, args=(room,), daemon=True).start()
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

    serve(app, bound, announce)


def head_html(papers: int, model_line: str) -> str:
    """Name, size of the list and what writes the answers."""
    return (
        '<div class="rr-head"><h1>Reading Room</h1>'
        f'<p>{counted(papers, "paper")}</p><p id="rr-model">{escape(model_line)}</p></div>'
    )


def _print_address(url: str) -> None:
    print(f"Reading Room is ready at {url}", flush=True)


def _warm_up(room: Room) -> None:
    """Load what the first question needs while the reader is still typing it."""
    with suppress(ReadingRoomError):
        room.warm_up()
