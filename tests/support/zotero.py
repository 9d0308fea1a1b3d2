"""A Zotero on loopback that answers as its documentation says: lists, versions, pages, headers, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.loopback import serving


@dataclass
class Zotero:
    """items: key -> data. enabled: the switch in its settings. asked: addresses, in order."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    version: int = 0
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def put(self, key: str, *, synchronised: bool = True, **data: Any) -> None:
        """Add an item or change it; an edit that is not synchronised keeps its version."""
        before = self.items.get(key, {})
        self.version += synchronised
        number = len(self.asked) + len(self.items) + self.version
        date = f"2025-01-01T00:{number // 60:02}:{number % 60:02}Z"
        kept = {"itemType": "journalArticle", "tags": [], "collections": [], "dateAdded": date}
        version = self.version if synchronised else before.get("version", 0)
        self.items[key] = {
            **kept,
            **before,
            **data,
            "key": key,
            "version": version,
            "dateModified": date,
        }

    def sent(self) -> int:
        """How many items were sent whole since the last call."""
        sent, self.asked = [path for path in self.asked if "items" in path], []
        return sum(int(path.rsplit("#", 1)[1]) for path in sent)


def _answer(zotero: Zotero, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], Any]:
    """(all results, None) or ([], what is sent as it is)."""
    place, _, rest = path.removeprefix("/api/users/0/").partition("/")
    chosen = list(zotero.items.values())
    if place == "collections" and not rest:
        return [
            {"key": k, "data": {"key": k, "name": n}} for k, n in zotero.collections.items()
        ], None
    if place == "collections":
        chosen = [item for item in chosen if rest.partition("/")[0] in item["collections"]]
    if "itemKey" in query:
        chosen = [item for item in chosen if item["key"] in query["itemKey"].split(",")]
    if query.get("format") == "versions":
        return [], {item["key"]: item["version"] for item in chosen}
    chosen.sort(key=lambda item: item["dateModified"], reverse=query.get("direction") == "desc")
    return [{"key": i["key"], "version": i["version"], "data": i} for i in chosen], None


@contextmanager
def running_zotero() -> Iterator[Zotero]:
    """The server, while the block lasts."""
    zotero = Zotero()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path.startswith("/better-bibtex/"):
                zotero.asked.append(self.path)
                text = zotero.exports.get(self.path)
                self.reply(200 if text is not None else 404, (text or "not found").encode())
            elif not zotero.enabled:
                self.reply(403, b"Local API is not enabled")
            elif not parts.path.startswith("/api/users/0/"):
                self.reply(404, b"Not found")
            else:
                self.api(parts.path, query)

        def api(self, path: str, query: dict[str, str]) -> None:
            found, whole = _answer(zotero, path, query)
            start, limit = int(query.get("start", 0)), int(query.get("limit", len(found) or 1))
            page = found[start : start + limit]
            zotero.asked.append(f"{self.path}#{len(page)}")
            link = f'<http://elsewhere.example{path}?start={start + limit}>; rel="next"'
            body = json.dumps(page if whole is None else whole).encode()
            self.reply(200, body, {"Total-Results": str(len(found)), "Link": link})

        def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Last-Modified-Version", str(zotero.version))
            self.send_header("Zotero-API-Version", "3")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with serving(Handler) as zotero.port:
        yield zotero
