"""Fetches a GGUF file from the Hugging Face hub, when the user asks for it and never else.

The hub answers with the file's size and SHA-256 (`X-Linked-Size`, `X-Linked-ETag`) and sends the
client on to where the bytes are. What has come is kept beside the goal under its checksum, so that
a fetch that broke off goes on where it stopped; it gets its name when it is whole and its checksum
is right.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from http import HTTPStatus
from pathlib import Path
from string import hexdigits
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from app.errors import PullFailed
from app.llm.endpoint import is_loopback

if TYPE_CHECKING:
    import httpx

HUB = "https://huggingface.co"
# The hub may send on to another name of the repository before it sends on to the bytes.
MOST_REDIRECTS = 5
TRIES = 4
SECONDS = 30.0
# Answers to a question for a part that mean that there is no such part.
_OTHER_PART = (HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
_SHA256_DIGITS = 64
AGAIN = "run the same command again: it goes on where it stopped"
BY_HAND = "fetch the file by other means and name it in READING_ROOM_LOCAL_MODEL"
# Told how many bytes are there, and how many there will be.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Remote:
    """A file as the hub describes it. size: bytes. address: where the bytes are."""

    size: int
    sha256: str
    address: str


def pull(repo: str, file: str, folder: Path, progress: Progress) -> Path:
    """Fetch a file of a repository of the hub into a folder; where it is then.

    Args:
        repo: "owner/name".
        file: its path in the repository.
        folder: made if it is not there.
        progress: called as bytes come.

    Raises:
        PullFailed: there is no such file, no space, no connection, or the wrong bytes came.
    """
    import httpx

    hub = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    source = f"{hub}/{quote(repo)}/resolve/main/{quote(file)}"
    goal = folder / Path(file).name
    safe = {"request": [_must_be_safe]}
    with _plain_errors(), httpx.Client(timeout=SECONDS, event_hooks=safe) as client:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(TRIES):
            # Anew each time: the address of the bytes is good for some minutes only.
            remote = _describe(client, source)
            if goal.is_file() and _is_right(goal, remote):
                return goal
            part = folder / f"{remote.sha256}.part"
            if _fetch(client, remote, part, progress):
                break
        else:
            raise PullFailed(f"The connection broke off {TRIES} times.", hint=AGAIN)
        if not _is_right(part, remote):
            part.unlink()
            said = "What came is not what the hub names by its checksum; it was deleted."
            raise PullFailed(said, hint="try again later, or over another network")
        part.replace(goal)
    return goal


def _describe(client: httpx.Client, address: str) -> Remote:
    """Ask the hub what the bytes must be, and where they are."""
    for _ in range(MOST_REDIRECTS):
        reply = client.head(address, headers={"Accept-Encoding": "identity"})
        _must_be_good(reply)
        linked = reply.headers.get("x-linked-etag", "")
        if reply.is_redirect:
            address = urljoin(address, reply.headers["location"])
        if linked or not reply.is_redirect:
            break
    told = (linked or reply.headers.get("etag", "")).strip('"').lower()
    size = reply.headers.get("x-linked-size" if linked else "content-length", "")
    is_sum = len(told) == _SHA256_DIGITS and set(told) <= set(hexdigits)
    if not is_sum or not size.isdecimal():
        raise PullFailed("The hub tells no checksum of this file, or no size.", hint=BY_HAND)
    return Remote(int(size), told, address)


def _fetch(client: httpx.Client, remote: Remote, part: Path, progress: Progress) -> bool:
    """Fetch what is missing of a file; whether all of it is there now."""
    import httpx

    have = part.stat().st_size if part.is_file() else 0
    if have == remote.size:
        return True
    if shutil.disk_usage(part.parent).free < remote.size - have:
        raise OSError(ENOSPC, os.strerror(ENOSPC))
    headers = {"Accept-Encoding": "identity", "Range": f"bytes={have}-"}
    answer = client.stream("GET", remote.address, headers=headers, follow_redirects=True)
    try:
        with answer as reply:
            goes_on = reply.headers.get("content-range", "").startswith(f"bytes {have}-")
            if not goes_on and reply.status_code in _OTHER_PART:
                part.unlink(missing_ok=True)
                return False
            _must_be_good(reply)
            with part.open("ab" if goes_on else "wb") as out:
                for piece in reply.iter_raw():
                    out.write(piece)
                    progress(out.tell(), remote.size)
    except httpx.TransportError:
        return False
    return part.stat().st_size == remote.size


def _is_right(path: Path, remote: Remote) -> bool:
    if path.stat().st_size != remote.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == remote.sha256


def _must_be_safe(request: httpx.Request) -> None:
    """Nothing is fetched in clear text but from this machine."""
    if request.url.scheme != "https" and not is_loopback(str(request.url)):
        raise PullFailed("The hub sends on to an address without HTTPS.", hint=BY_HAND)


def _must_be_good(reply: httpx.Response) -> None:
    status = reply.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        said = (
            "The hub does not hand this out: there is no such repository, or it asks for consent."
        )
        raise PullFailed(said, hint=BY_HAND)
    if status == HTTPStatus.NOT_FOUND:
        raise PullFailed("The hub has no such file.", hint="`reading-room models` names some")
    if status >= 400:
        raise PullFailed(f"The hub does not hand it out now ({status}).", hint=AGAIN)


@contextmanager
def _plain_errors() -> Iterator[None]:
    import httpx

    try:
        yield
    except httpx.TransportError as error:
        raise PullFailed("The hub cannot be reached.", hint=AGAIN) from error
    except OSError as error:
        said = f"The file cannot be kept: {error.strerror}."
        raise PullFailed(said, hint=f"make room or set READING_ROOM_HOME; {AGAIN}") from error
