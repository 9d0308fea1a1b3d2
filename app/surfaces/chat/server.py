"""Serves the chat on this machine: a free port, one clear error if it is taken, a clean stop.

The page is given a content security policy, so that even a mistake in the escaping of records
could not make a browser fetch anything from another host.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ingest.errors import SettingsError

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

# Gradio's own scripts are partly inline and compile templates, hence the two unsafe words.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]


def tame_gradio() -> None:
    """No telemetry, no version check, no hub; to be called before gradio is first imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int, password: str) -> socket.socket:
    """A socket bound to the address; port 0 takes any free one.

    Raises:
        SettingsError: others could reach it and there is no password, or it cannot be bound.
    """
    if not is_loopback(host) and not password:
        raise SettingsError(
            f"{host} can be reached by others, and no password is set",
            hint="set READING_ROOM_PASSWORD, or leave READING_ROOM_HOST at 127.0.0.1",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        # A port that has just been given back may be used at once; elsewhere the option would
        # let two programs share a port.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host.strip("[]"), port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}",
            hint="choose another port: --port 7861, or --port 0 for any free one",
        ) from error
    return bound


def url_of(bound: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def chat_app(blocks: gr.Blocks, host: str, password: str, look: dict[str, Any]) -> FastAPI:
    """The web application; look: theme, css and scripts of the page."""
    import gradio as gr
    from fastapi import FastAPI

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    auth = _checker(password) if password else None
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=host,
        auth=auth,
        auth_message="Any name; the password is the one set for this reading room.",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=0,
        **look,
    )
    app.add_middleware(_Guard, only_local=is_loopback(host))
    return app


def make_server(app: FastAPI, url: str, ready: Callable[[str], None]) -> uvicorn.Server:
    """A server that calls `ready` with the address once requests are answered."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready(url)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Pages that are still open are cut off, which is what was asked for and no error.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    # An open page holds a connection for as long as it is open: the end does not wait for it.
    return Server(
        uvicorn.Config(
            app, log_level="error", access_log=False, timeout_graceful_shutdown=1, lifespan="on"
        )
    )


def serve(app: FastAPI, bound: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` is called with the address once requests are answered."""
    server = make_server(app, url_of(bound), ready)
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        pass  # uvicorn has shut down and raises the signal again; the person asked for the end
    finally:
        bound.close()


def _checker(password: str) -> Callable[[str, str], bool]:
    expected = password.encode()

    def check(_user: str, given: str) -> bool:
        return hmac.compare_digest(given.encode(), expected)

    return check


class _Guard:
    """Adds the headers, and answers only to local names where only this machine is served.

    The name check stops a web page elsewhere from reaching the chat by rebinding its own name to
    127.0.0.1.
    """

    def __init__(self, app: Any, only_local: bool) -> None:
        self._app = app
        self._only_local = only_local

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._only_local and _host_name(scope) not in _LOCAL_NAMES:
            await send({"type": "http.response.start", "status": 421, "headers": []})
            await send({"type": "http.response.body", "body": b"unknown host"})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


def _host_name(scope: Message) -> str:
    host: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return host if host.endswith("]") else host.rpartition(":")[0] or host
