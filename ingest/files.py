"""Files that are whole or not there: written aside, brought to the disk, then put in place."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in a file such that a crash leaves the old content or the new one."""
    aside = path.with_name(f"{path.name}.new")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_path(path.parent)


def sync_path(path: Path) -> None:
    """Bring a file or a folder's entries to the disk."""
    # Windows cannot open a folder; its renames are journalled.
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
