"""The real chat over a scripted Room, served from a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.surfaces.chat.page import build_chat
from app.surfaces.chat.server import chat_app, listen, make_server, url_of
from app.surfaces.chat.style import look


@contextmanager
def served_chat(room: Any, password: str = "") -> Iterator[str]:
    """The address of a running chat."""
    bound = listen("127.0.0.1", 0, password)
    app = chat_app(build_chat(room), "127.0.0.1", password, look())
    up = threading.Event()
    server = make_server(app, url_of(bound), lambda _: up.set())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        assert up.wait(30), "the chat did not come up"
        yield url_of(bound)
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()
