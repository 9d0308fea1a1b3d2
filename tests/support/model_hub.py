"""A hub of models on loopback: it answers as Hugging Face's does, and fails in the ways that it is told to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.loopback import serving

REPO, FILE = "moss/Moss-GGUF", "moss-Q4_K_M.gguf"


@dataclass
class Hub:
    """Its file and its faults.

    checksum: the one that it names, None for none. status: its answer to all questions, where it is
    not 302. cut: bytes of each answer before the connection breaks. ranges: whether parts are
    handed out. moved: the repository has another name by now. away: where it says that the bytes
    are.
    """

    content: bytes = b"GGUF" + bytes(range(256)) * 400
    checksum: str | None = ""
    status: int = 302
    cut: int | None = None
    ranges: bool = True
    moved: bool = False
    away: str = ""
    url: str = ""
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    @property
    def sent(self) -> list[str | None]:
        """The ranges that were asked for."""
        return [span for method, _, span in self.asked if method == "GET"]


@contextmanager
def model_hub(**faults: Any) -> Iterator[Hub]:
    """Run the hub for the length of a test."""
    hub = Hub(**faults)

    class Handler(_Handler):
        pass

    Handler.hub = hub
    with serving(Handler) as port:
        hub.url = f"http://127.0.0.1:{port}"
        yield hub


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_HEAD(self) -> None:
        hub = self.hub
        hub.asked.append(("HEAD", self.path, None))
        if hub.moved and self.path.startswith(f"/{REPO}/"):
            self._answer(307, {"Location": self.path.replace(REPO, "moss/Moss-2-GGUF")})
        elif hub.status != 302:
            self._answer(hub.status, {})
        else:
            checksum = hub.checksum
            if checksum == "":
                checksum = hashlib.sha256(hub.content).hexdigest()
            linked = {"X-Linked-ETag": f'"{checksum}"'} if checksum else {"ETag": '"0c7e93"'}
            size = {"X-Linked-Size": str(len(hub.content))}
            self._answer(302, {"Location": hub.away or f"{hub.url}/bytes", **linked, **size})

    def do_GET(self) -> None:
        hub, span = self.hub, self.headers["Range"]
        hub.asked.append(("GET", self.path, span))
        start = int(span.removeprefix("bytes=").rstrip("-")) if span and hub.ranges else 0
        if start >= len(hub.content):
            self._answer(416, {"Content-Range": f"bytes */{len(hub.content)}"})
            return
        whole = hub.content[start:]
        part = {"Content-Range": f"bytes {start}-{len(hub.content) - 1}/{len(hub.content)}"}
        self._answer(206 if hub.ranges else 200, part if hub.ranges else {}, len(whole))
        self.wfile.write(whole[: hub.cut])

    def _answer(self, status: int, headers: dict[str, str], length: int = 0) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay silent."""
