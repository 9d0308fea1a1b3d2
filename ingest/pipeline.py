"""The use case: files -> papers -> identities -> the store and the snapshot brought in line (`writer`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import StoreError
from ingest.identity import identify
from ingest.index.embedding import Embedder
from ingest.index.store import LedgerEntry, Store
from ingest.index.writer import Progress, Writer
from ingest.paper import Paper
from ingest.readers.base import ReadResult
from ingest.readers.registry import read_path
from ingest.settings import IndexSettings


@dataclass(slots=True)
class IngestReport:
    """What a run did; `to_dict` is the JSON contract of `reading-room ingest`."""

    papers: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    merged: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    chunks: int = 0
    seconds: float = 0.0
    fingerprint: str = ""
    warnings: list[str] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The contract's keys; warnings and merges are for people."""
        fields = asdict(self)
        fields.pop("warnings")
        fields.pop("merges")
        return fields


def ingest(
    paths: Sequence[Path],
    settings: IndexSettings,
    *,
    replace: bool = False,
    rebuild: bool = False,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the store in line with the files under `paths`.

    Papers that an earlier run brought from the same paths and that are gone from them are removed;
    papers from other paths stay, unless `replace`. `rebuild` starts from an empty store.

    Raises:
        InputError: a path cannot be used. StoreError: the home or the store cannot be used.
    """
    began = time.perf_counter()
    read = _read_all(paths)
    check_writable(settings.home)
    with _only_writer(settings.home):
        store = Store.open(settings, rebuild=rebuild)
        ledger = store.ledger()
        origins = {str(path.resolve()) for path in paths}
        kept = [] if replace else _papers_from_elsewhere(ledger, origins)
        identity = identify([*read.papers, *kept])
        writer = Writer(store, settings, ledger, embedder, progress)
        changes = writer.bring_in_line({p.paper_id: p for p in identity.papers})
    return IngestReport(
        papers=len(identity.papers),
        added=changes.added,
        updated=changes.updated,
        unchanged=len(identity.papers) - changes.added - changes.updated,
        removed=changes.removed,
        merged=len(identity.merges),
        rejected=[asdict(item) for item in read.rejected],
        chunks=changes.chunks,
        seconds=round(time.perf_counter() - began, 3),
        fingerprint=settings.fingerprint(),
        warnings=read.warnings,
        merges=[str(merge) for merge in identity.merges],
    )


def index_papers(
    papers: Sequence[Paper], settings: IndexSettings, progress: Progress | None = None
) -> None:
    """Make the store hold just these papers, as they come: for corpora with ids of their own."""
    check_writable(settings.home)
    with _only_writer(settings.home):
        store = Store.open(settings)
        writer = Writer(store, settings, store.ledger(), None, progress)
        writer.bring_in_line({paper.paper_id: paper for paper in papers})


def _read_all(paths: Sequence[Path]) -> ReadResult:
    papers: list[Paper] = []
    result = ReadResult(papers=papers, rejected=[], warnings=[])
    for path in paths:
        one = read_path(path)
        origin = (str(path.resolve()),)
        papers += [paper.with_changes(origins=origin) for paper in one.papers]
        result.rejected += one.rejected
        result.warnings += one.warnings
    return result


def _papers_from_elsewhere(ledger: dict[str, LedgerEntry], origins: set[str]) -> list[Paper]:
    """Stored papers that another path brought (too), without the origins read in this run."""
    out = []
    for entry in ledger.values():
        if entry.paper is None:
            continue
        others = tuple(o for o in entry.paper.origins if o not in origins)
        if others:
            out.append(entry.paper.with_changes(origins=others))
    return out


@contextmanager
def _only_writer(home: Path) -> Iterator[None]:
    """Two runs at once would prune each other's papers."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(home / "ingest.lock", timeout=0):
            yield
    except Timeout as error:
        raise StoreError(
            f"another ingest is writing to {home}", hint="wait until it has finished"
        ) from error


def check_writable(home: Path) -> None:
    """Make the data folder if needed.

    Raises:
        StoreError: it cannot be written to.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".write-test"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {home}: {error.strerror}",
            hint="set READING_ROOM_HOME to a folder that you can write to",
        ) from error
