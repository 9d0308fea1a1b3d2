"""The papers as they were before each of the last changes, so that these can be undone.

`home/history/NNNNNN.jsonl.gz`: a line about the change, then one paper a line. Vectors are not kept:
what comes back is embedded again.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import StoreError
from ingest.files import replace_file
from ingest.paper import Paper

KEPT_CHANGES = 20
_ENDING = ".jsonl.gz"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: why it was made, and the papers before it."""

    why: str
    papers: list[Paper]


def record(home: Path, papers: Sequence[Paper], why: str) -> None:
    """Keep the papers as they are, before they are changed; the oldest of many changes goes."""
    folder = home / "history"
    folder.mkdir(exist_ok=True)
    kept = files(home)
    number = int(kept[-1].name.split(".")[0]) + 1 if kept else 1
    at = datetime.now(UTC).isoformat(timespec="seconds")
    about = {"at": at, "why": why, "papers": len(papers)}
    lines = (
        json.dumps(line, ensure_ascii=False) for line in (about, *(p.to_dict() for p in papers))
    )
    text = "".join(f"{line}\n" for line in lines)
    # No time in the header: the same papers give the same bytes.
    replace_file(folder / f"{number:06}.jsonl.gz", gzip.compress(text.encode("utf-8"), 6, mtime=0))
    for old in kept[: max(0, len(kept) + 1 - KEPT_CHANGES)]:
        old.unlink()


def files(home: Path) -> list[Path]:
    """The files of the changes kept, the oldest first."""
    found = (home / "history").glob(f"??????*{_ENDING}")
    return sorted(path for path in found if path.name.removesuffix(_ENDING).isdecimal())


def read(path: Path) -> Change:
    """A change.

    Raises:
        StoreError: its file cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            about = json.loads(next(lines))
            change = Change(about["why"], [Paper.from_dict(json.loads(line)) for line in lines])
        if len(change.papers) == about["papers"]:
            return change
        reason = "it is cut short"
    except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, StopIteration) as error:
        reason = str(error) or "it is empty"
    raise StoreError(
        f"{path} is damaged, so this change cannot be undone: {reason}",
        hint=f"remove {path.name} to undo the change before it",
    )
