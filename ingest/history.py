"""The papers as they were before each change, so that any change can be undone.

`home/history/NNNNNN.jsonl.gz`: a line about the change, then one paper a line. Vectors are not kept:
what comes back is embedded again.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import StoreError
from ingest.files import replace_file
from ingest.paper import Paper

KEPT_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One change; at: ISO time in UTC, papers: how many there were before it."""

    path: Path
    at: str
    why: str
    papers: int


def record(home: Path, papers: Sequence[Paper], why: str) -> None:
    """Keep the papers as they are, before they are changed; the oldest of many changes goes."""
    folder = home / "history"
    folder.mkdir(exist_ok=True)
    kept = sorted(folder.glob("*.jsonl.gz"))
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


def changes(home: Path) -> list[Change]:
    """The changes kept, the oldest first; a damaged one is passed over."""
    found = []
    for path in sorted((home / "history").glob("*.jsonl.gz")):
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                about = json.loads(next(lines))
            found.append(Change(path, about["at"], about["why"], about["papers"]))
        except (OSError, EOFError, ValueError, StopIteration, KeyError, TypeError):
            continue
    return found


def papers_before(change: Change) -> list[Paper]:
    """The papers before a change.

    Raises:
        StoreError: the file is damaged.
    """
    try:
        with gzip.open(change.path, "rt", encoding="utf-8") as lines:
            next(lines)
            papers = [Paper.from_dict(json.loads(line)) for line in lines]
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise StoreError(
            f"{change.path} is damaged, so this change cannot be undone",
            hint=f"remove {change.path.name} to undo the change before it",
        ) from error
    if len(papers) != change.papers:
        raise StoreError(f"{change.path} is cut short", hint=f"remove {change.path.name}")
    return papers
