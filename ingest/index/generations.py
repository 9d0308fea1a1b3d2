"""Generations of the snapshot: sealed with checksums, published at once, kept while they are read.

`home/index/CURRENT` names the folder that readers use. Each folder has a `MANIFEST.json` with the
layout's version and the SHA-256 of every file. A reader holds a shared lock on the manifest; a
folder is removed only by who gets the exclusive one. `VERIFIED.json` holds sizes and times of the
files at the last full check, so that opening a large index does not read it all: a file that was
touched is read again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ingest.errors import IndexDamaged, IndexMissing, IndexOutdated, StoreError
from ingest.files import replace_file, sync_path

# Raise when the layout of a generation changes; older ones are written anew, newer ones refused.
FORMAT = 3
CURRENT = "CURRENT"
MANIFEST = "MANIFEST.json"
_VERIFIED = "VERIFIED.json"
_NAME = re.compile(r"[0-9a-f]{16}")
# An index of this many bytes is read in full at each opening: it takes some 5 ms.
_SMALL = 8 << 20
# While a generation is replaced by its own repair, readers wait this long at most.
_PATIENCE = 2.0
REPAIR_HINT = "`reading-room doctor --repair` writes it anew from the store"


def current_generation(home: Path) -> str:
    """The name of the generation in use; empty before the first ingest, or if it is no name."""
    try:
        name = (home / "index" / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return name if _NAME.fullmatch(name) else ""


def open_current(home: Path) -> tuple[Path, IO[bytes]]:
    """(folder, lock) of the current generation, verified; it is not removed while the lock is open.

    Raises:
        IndexMissing: nothing was ingested yet. IndexOutdated: an older version wrote it.
        IndexDamaged: a file is not what was written. StoreError: a newer version wrote it.
    """
    give_up = time.monotonic() + _PATIENCE
    while name := current_generation(home):
        folder = home / "index" / name
        try:
            lock = _hold(folder)
            verify(folder)
            return folder, lock
        except FileNotFoundError:
            # Published anew between the two steps: the pointer has moved, or will in a moment.
            if current_generation(home) == name and time.monotonic() > give_up:
                raise IndexDamaged(f"{folder} is not there", hint=REPAIR_HINT) from None
            time.sleep(0.01)
    raise IndexMissing(f"no readable index in {home}", hint="run `reading-room ingest` first")


def verify(folder: Path) -> None:
    """Compare a generation's files with its manifest.

    Raises:
        FileNotFoundError: there is no such folder. IndexOutdated: it has an older layout.
        IndexDamaged: a file is missing, cut short or changed. StoreError: a newer layout.
    """
    files = _manifest(folder)
    try:
        stats = {name: _stat(folder / name) for name in files}
    except OSError as error:
        raise IndexDamaged(f"{error.filename} cannot be read", hint=REPAIR_HINT) from error
    if _is_large(stats) and _remembered(folder) == stats:
        return
    for name, digest in files.items():
        if _digest(folder / name) != digest:
            raise IndexDamaged(f"{folder / name} is damaged", hint=REPAIR_HINT)
    _remember(folder, stats)


def is_sound(folder: Path) -> bool:
    """Whether a generation is there, of this version and undamaged."""
    try:
        verify(folder)
    except (StoreError, OSError):
        return False
    return True


def refuse_newer(home: Path) -> None:
    """Raise StoreError if a newer version wrote the home."""
    with suppress(IndexMissing, IndexDamaged, OSError):
        _manifest(home / "index" / current_generation(home))


def seal(folder: Path) -> None:
    """Write the manifest of a generation's files and bring all of it to the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    digests = {name: _digest(path) for name, path in zip(names, files, strict=True)}
    for path in files:
        sync_path(path)
    content = json.dumps({"format": FORMAT, "files": digests}, indent=0)
    replace_file(folder / MANIFEST, content.encode())
    _remember(folder, {name: _stat(folder / name) for name in digests})
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_path(path)


def publish(root: Path, folder: Path, generation: str) -> None:
    """Make a sealed folder the current generation; those that nobody reads are removed."""
    final = root / generation
    if final.exists():
        _discard(final)
    folder.replace(final)
    sync_path(root)
    replace_file(root / CURRENT, generation.encode())
    for old in root.iterdir():
        if old.is_dir() and old.name != generation:
            _remove_if_free(old)


def _discard(folder: Path) -> None:
    """Out of the way at once, so that the name is free; who reads it goes on under the new name."""
    aside = folder.with_name(f"{folder.name}.old-{time.time_ns()}")
    folder.replace(aside)


def _hold(folder: Path) -> IO[bytes]:
    """A shared lock on a generation, or FileNotFoundError if it is going or gone."""
    try:
        lock = (folder / MANIFEST).open("rb")
    except FileNotFoundError:
        if folder.is_dir():  # an older layout, or damage: `verify` says which
            return (folder / MANIFEST).parent.joinpath("meta.json").open("rb")
        raise
    try:
        _flock(lock, exclusive=False)
    except BlockingIOError:
        raise FileNotFoundError(folder) from None
    return lock


def _remove_if_free(folder: Path) -> None:
    """Remove a generation that no reader holds; what has no manifest was never published."""
    try:
        with (folder / MANIFEST).open("rb") as lock:
            _flock(lock, exclusive=True)
            # While it is locked: a reader that comes now looks at CURRENT again.
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # it is read; the next run tries again
        return


def _flock(file: IO[bytes], *, exclusive: bool) -> None:
    try:
        import fcntl
    except ImportError:  # Windows does not remove open files anyway
        return
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    fcntl.flock(file, kind | fcntl.LOCK_NB)


def _manifest(folder: Path) -> dict[str, str]:
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        version, files = int(content["format"]), dict(content["files"])
    except FileNotFoundError:
        if not folder.is_dir():
            raise
        raise _outdated(folder) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{folder / MANIFEST} is damaged", hint=REPAIR_HINT) from error
    if version > FORMAT:
        raise StoreError(
            f"{folder} was made by a newer version of Reading Room (format {version})",
            hint="update Reading Room, or set READING_ROOM_HOME to another folder",
        )
    if version < FORMAT:
        raise _outdated(folder)
    return files


def _outdated(folder: Path) -> IndexOutdated:
    return IndexOutdated(
        f"the index in {folder} was made by an older version",
        hint="`reading-room doctor --repair` brings it up to date",
    )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _stat(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _is_large(stats: dict[str, tuple[int, int]]) -> bool:
    return sum(size for size, _ in stats.values()) > _SMALL


def _remembered(folder: Path) -> dict[str, tuple[int, int]]:
    try:
        content: dict[str, Any] = json.loads((folder / _VERIFIED).read_text("utf-8"))
        return {name: (int(size), int(at)) for name, (size, at) in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(folder: Path, stats: dict[str, tuple[int, int]]) -> None:
    if not _is_large(stats):
        return
    # A home that cannot be written to is checked in full each time.
    with suppress(OSError):
        replace_file(folder / _VERIFIED, json.dumps(stats).encode())
