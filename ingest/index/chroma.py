"""Chroma itself: embedded in the home, or a server; telemetry off."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ChromaFailed, StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

    from ingest.settings import IndexSettings

# Locked, full, shut, or a disk that fails: the file itself may be sound.
_NOT_DAMAGE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)
_OF_CHROMA = ("chromadb", "pyo3_runtime", "httpx", "httpcore")


def let_go() -> None:
    """Forget the databases that are open: Chroma keeps one a path, whatever lies there by now."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def set_aside(settings: IndexSettings) -> None:
    """Keep a damaged embedded store under another name, so that a new one can be made."""
    let_go()
    folder = settings.home / "chroma"
    folder.replace(folder.with_name(f"chroma.damaged-{time.time_ns()}"))


def is_damaged(settings: IndexSettings) -> bool:
    """Whether the fault is the embedded store's own, once Chroma failed.

    It is where the file is there, not locked, and the disk has room to write.
    """
    if settings.store != "embedded" or not database(settings).exists():
        return False
    try:
        with closing(sqlite3.connect(database(settings), timeout=1)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("CREATE TABLE probe (room)")
            db.execute("INSERT INTO probe VALUES (zeroblob(1000000))")
            db.rollback()
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF not in _NOT_DAMAGE
    return True


@contextmanager
def store_errors() -> Iterator[None]:
    """What Chroma raises, and a disk that is full, as an error for people."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"the data folder cannot be used: {error.strerror or error}",
            hint="look whether the disk is full, then run it again: nothing is lost",
        ) from error
    except BaseException as error:
        # Not an `Exception` where its Rust part panics.
        if not type(error).__module__.startswith(_OF_CHROMA):
            raise
        raise ChromaFailed(
            f"the store cannot be used: {error}",
            hint="`reading-room doctor --repair` restores what can be",
        ) from error


def database(settings: IndexSettings) -> Path:
    """The file of the embedded store."""
    return settings.home.absolute() / "chroma" / "chroma.sqlite3"


def open_client(settings: IndexSettings) -> ClientAPI:
    """The client of the embedded store, or of the server that the settings name.

    Raises:
        StoreError: the folder or the server cannot be used.
    """
    # Before the import: Chroma reads it once. Telemetry off is part of "no network at run time".
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    try:
        if settings.store == "embedded":
            folder = settings.home / "chroma"
            folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(path=str(folder), settings=quiet)
        host, port, ssl = _server(settings.store)
        return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=quiet)
    except StoreError:
        raise
    except Exception as error:
        raise StoreError(
            f"cannot open the store at {_where(settings)}: {error}",
            hint="check READING_ROOM_HOME and READING_ROOM_STORE; the folder must be writable",
        ) from error


def _server(url: str) -> tuple[str, int, bool]:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(
            # Without a name and a password.
            f"READING_ROOM_STORE is `{url.rpartition('@')[2]}`",
            hint="use `embedded` or `http://host:port`",
        )
    return parts.hostname, parts.port or 8000, parts.scheme == "https"


def _where(settings: IndexSettings) -> str:
    if settings.store == "embedded":
        return str(settings.home / "chroma")
    host, port, _ = _server(settings.store)
    return f"{host}:{port}"
