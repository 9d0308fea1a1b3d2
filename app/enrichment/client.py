"""Asks a service politely: slowly, under a name, again after a pause, not twice for the same."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

import httpx

from app.enrichment.services import SERVICES, Query, Service, ServiceName, read_reply
from app.errors import ServiceUnavailable
from app.llm.errors import seconds_to_wait
from app.settings import Settings
from ingest.files import replace_file
from ingest.paper import Paper, digest

# An answer is asked for anew after so many seconds: citations grow, preprints get published.
KEPT_SECONDS = 30 * 86_400
TRIES = 4
FIRST_WAIT = 2.0
# A service that wants a longer pause is left for another day.
LONGEST_WAIT = 120.0
_TIMEOUT = 30.0
_MAY_PASS = frozenset((429, 500, 502, 503, 504))


@contextmanager
def open_clients(services: Sequence[ServiceName], settings: Settings) -> Iterator[list[Client]]:
    """A client for each service, closed at the end."""
    keys = {
        ServiceName.OPENALEX: settings.openalex_key,
        ServiceName.SEMANTIC_SCHOLAR: settings.semantic_scholar_key,
    }
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                Client(
                    SERVICES[name],
                    settings.service_answers,
                    mailto=settings.mailto,
                    key=keys[name].get_secret_value() if name in keys else "",
                )
            )
            for name in services
        ]


class Client:
    """One service, asked one question at a time; what it answered is kept in a folder.

    A run that was ended finds there what it asked before, and goes on from where it was.
    """

    def __init__(
        self,
        service: Service,
        folder: Path,
        *,
        mailto: str = "",
        key: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        self.name = service.name.value
        self._folder = folder / service.name
        self._params = {service.key_param: key} if key and service.key_param else {}
        headers = {"User-Agent": _user_agent(mailto)}
        if key and service.key_header:
            headers[service.key_header] = key
        self._http = httpx.Client(
            base_url=service.base, headers=headers, timeout=_TIMEOUT, follow_redirects=True
        )
        self._sleep = sleep
        self._next = 0.0

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._http.close()

    def ask(self, query: Query) -> list[Paper]:
        """The records that the service gives; none where it knows nothing.

        Raises:
            ServiceUnavailable: it gives no answer, or one that cannot be read.
        """
        path, params = query
        kept = self._folder / f"{digest(f'{path}?{urlencode(params)}', 32)}.json"
        body = _read(kept)
        is_new = body is None
        if body is None:
            body = self._fetch(path, params)
        try:
            papers = read_reply(self.service, body) if body else []
        except ValueError as error:
            raise self._unavailable(f"an answer that cannot be read ({error})") from error
        if is_new:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(kept, json.dumps({"at": time.time(), "body": body}).encode())
        return papers

    def _fetch(self, path: str, params: dict[str, str]) -> str:
        """What comes back; "" where the service says that there is no such thing.

        A failure that may pass is tried again after a pause.
        """
        for left in reversed(range(TRIES)):
            wait = FIRST_WAIT * 2 ** (TRIES - 1 - left)
            self._keep_pace()
            try:
                reply = self._http.get(path, params={**params, **self._params})
            except httpx.HTTPError as error:
                problem = type(error).__name__
            else:
                if reply.status_code == httpx.codes.NOT_FOUND:
                    return ""
                if reply.is_success and reply.text:
                    return reply.text
                problem = f"status {reply.status_code}" if reply.is_error else "an empty answer"
                asked = seconds_to_wait(reply.headers.get("Retry-After", ""))
                wait = wait if asked is None else asked
                if reply.status_code not in _MAY_PASS or wait > LONGEST_WAIT:
                    break
            if left:
                self._sleep(wait)
        raise self._unavailable(problem)

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self.service.pause

    def _unavailable(self, problem: str) -> ServiceUnavailable:
        # Never the address: it may hold a key.
        return ServiceUnavailable(
            f"{self.service.name} gives no answer: {problem}",
            hint="run the same again later: what was answered is kept",
        )


def _read(kept: Path) -> str | None:
    """What was answered not too long ago."""
    try:
        reply: dict[str, Any] = json.loads(kept.read_bytes())
        fresh = time.time() - float(reply["at"]) < KEPT_SECONDS
        return str(reply["body"]) if fresh else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _user_agent(mailto: str) -> str:
    try:
        release = version("reading-room")
    except PackageNotFoundError:
        release = "0"
    return f"reading-room/{release}" + (f" (mailto:{mailto})" if mailto else "")
