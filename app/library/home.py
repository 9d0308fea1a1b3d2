"""The folder that holds a library: its owner's alone, written to by one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import StoreError

# Bytes that must be free: less than the smallest library.
_ROOM = 1 << 20


@contextmanager
def only_writer(home: Path) -> Iterator[None]:
    """One run at a time: two would prune each other's papers.

    Raises:
        StoreError: another one is writing.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(home / "ingest.lock", timeout=0):
            yield
    except Timeout as error:
        raise StoreError(
            f"another ingest is writing to {home}", hint="wait until it has finished"
        ) from error


def check_writable(home: Path) -> None:
    """Make the data folder if needed, for its owner alone.

    Raises:
        StoreError: it cannot be written to, or the disk is full.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        probe = home / ".write-test"
        try:
            probe.write_bytes(bytes(_ROOM))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {home}: {error.strerror}",
            hint="make room, or set READING_ROOM_HOME to a folder that you can write to",
        ) from error
