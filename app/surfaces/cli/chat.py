"""`reading-room chat`: the chat in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from app.settings import load_settings
from app.surfaces.cli.options import Home, Llm, note, one_line_errors


@one_line_errors
def chat(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port; 0: any free one.")] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser.")
    ] = True,
    llm: Llm = None,
    home: Home = None,
) -> None:
    """Open the chat; the list that ships is ingested first if there is no index yet.

    Example: reading-room chat --port 7861 --no-browser
    """
    from app.surfaces.chat.page import run_chat
    from app.wiring import is_ingested, open_room, run_ingest

    settings = load_settings(home=home, llm=llm, host=host, port=port)
    if not is_ingested(settings):
        note("first start: reading the list that ships")
        run_ingest(settings)
    with open_room(settings) as room:
        run_chat(room, settings.host, settings.port, browser)
