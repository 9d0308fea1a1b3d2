"""No test can touch the real home, a real endpoint or a key."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

_LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")


@pytest.fixture(autouse=True)
def _own_world(tmp_path, monkeypatch):
    """A home of its own, no settings and no keys from outside."""
    for name in list(os.environ):
        if name.startswith("READING_ROOM_") and name != "READING_ROOM_EVAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("READING_ROOM_HOME", str(tmp_path / "home"))
    # Keeps a developer's own .env out of the tests.
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """A connection to anything but this machine fails the test that makes it."""
    connect = socket.socket.connect

    def guarded(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test connected to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def no_sockets(monkeypatch):
    """Not even loopback: nothing may open a network socket."""

    def refuse(self, address):
        if isinstance(address, tuple):
            raise AssertionError(f"connected to {address}")
        raise OSError("blocked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: pytest.fail(f"looked up a host: {a[:2]}")
    )


@pytest.fixture
def eval_data() -> Path:
    """The development data, where it is set."""
    folder = os.environ.get("READING_ROOM_EVAL_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("READING_ROOM_EVAL_DATA is not set")
    return Path(folder)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the list that ships."""
    return Path(__file__).resolve().parent.parent / "seeds"


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory, seeds) -> Path:
    """A home with the shipped list ingested; for reading only."""
    from app.library.pipeline import ingest
    from ingest.settings import IndexSettings

    home = tmp_path_factory.mktemp("seeded") / "home"
    ingest([seeds], IndexSettings(home=home))
    return home
