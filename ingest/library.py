"""The papers of a home, changed by one writer at a time; every change can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest import history
from ingest.errors import FingerprintMismatch, InputError, StoreError
from ingest.index.generations import current_generation, refuse_newer
from ingest.index.snapshot import Index
from ingest.index.store import Store
from ingest.index.writer import Plan, Progress, Writer
from ingest.paper import Paper

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.index.embedding import Embedder
    from ingest.settings import IndexSettings

# Stands in the home while the store may hold less than the snapshot.
_RECOVERING = "RECOVERING"


class Library:
    """The store of a home, open for writing.

    papers: what is stored; where the store lost some of it, from the snapshot. recovered: whether
    it did.
    """

    def __init__(
        self,
        store: Store,
        settings: IndexSettings,
        *,
        recover: bool = False,
        known: Mapping[str, Paper] = MappingProxyType({}),
    ) -> None:
        self._store = store
        self._settings = settings
        self._ledger = store.ledger()
        stored = {i: entry.paper for i, entry in self._ledger.items()}
        whole = {i: paper for i, paper in stored.items() if paper is not None}
        if not recover and len(whole) == len(stored):
            self.papers = list(whole.values())
            self.recovered = False
            return
        known = {**_snapshot_papers(settings.home), **known}
        self.papers = list(
            ({i: p for i, p in known.items() if recover or i in stored} | whole).values()
        )
        self.recovered = bool(known)

    @property
    def chunks(self) -> int:
        """Number of chunks stored."""
        return self._store.count()

    def plan(self, wanted: Sequence[Paper]) -> Plan:
        """What it would take to hold just these papers."""
        return Plan.of(self._ledger, {paper.paper_id: paper for paper in wanted})

    def sync(
        self,
        wanted: Sequence[Paper],
        why: str,
        embedder: Embedder | None = None,
        progress: Progress | None = None,
    ) -> Plan:
        """Hold just these papers. `why` names the change in the history; "" keeps it out of there."""
        plan = self.plan(wanted)
        if why and (plan.new or plan.changed or plan.gone):
            history.record(self._settings.home, self.papers, why)
        writer = Writer(self._store, self._settings, self._ledger, embedder, progress)
        writer.sync(plan, {paper.paper_id: paper for paper in wanted})
        (self._settings.home / _RECOVERING).unlink(missing_ok=True)
        return plan


@contextmanager
def open_library(settings: IndexSettings, *, rebuild: bool = False) -> Iterator[Library]:
    """The library of a home, for one writer; `rebuild` empties the store, but forgets no paper.

    Raises:
        StoreError: the home or the store cannot be used, or another run is writing.
        FingerprintMismatch: it was built with other settings, and `rebuild` is not set.
    """
    check_writable(settings.home)
    with _only_writer(settings.home):
        refuse_newer(settings.home)
        marker = settings.home / _RECOVERING
        known: dict[str, Paper] = {}
        if rebuild:
            known = Store.papers(settings)
            marker.touch()
            store = Store.open(settings, rebuild=True)
        else:
            store = _sound_store(settings)
            if store.count() == 0 and current_generation(settings.home):
                marker.touch()
        # Until a run has gone through, the snapshot knows papers that the store does not.
        yield Library(store, settings, recover=marker.exists(), known=known)


def _sound_store(settings: IndexSettings) -> Store:
    """The store; a damaged one in the home is put aside, and begun anew from the snapshot."""
    try:
        store = Store.open(settings)
        store.ledger()
    except FingerprintMismatch:
        raise
    except Exception:  # what a broken database raises is not told apart by Chroma
        if settings.store != "embedded" or not _snapshot_papers(settings.home):
            raise
        Store.set_aside(settings)
        (settings.home / _RECOVERING).touch()
        store = Store.open(settings)
    return store


def _snapshot_papers(home: Path) -> dict[str, Paper]:
    try:
        return {paper.paper_id: paper for paper in Index.open(home).papers()}
    except StoreError:
        return {}


def repair(settings: IndexSettings, progress: Progress | None = None) -> tuple[int, bool]:
    """Make store and snapshot whole, each from the other: (papers, whether the store was damaged).

    Raises:
        StoreError: both are damaged, or the home cannot be used.
    """
    with open_library(settings) as library:
        library.sync(library.papers, "", progress=progress)
        return len(library.papers), library.recovered


def remove(paper_ids: Sequence[str], settings: IndexSettings) -> list[Paper]:
    """Take papers out; the papers removed.

    Raises:
        InputError: an id is not in the library; nothing is removed then.
    """
    with open_library(settings) as library:
        papers = {paper.paper_id: paper for paper in library.papers}
        unknown = [paper_id for paper_id in paper_ids if paper_id not in papers]
        if unknown:
            raise InputError(
                f"no paper {', '.join(unknown)}", hint="`reading-room list` shows the ids"
            )
        kept = [paper for paper_id, paper in papers.items() if paper_id not in set(paper_ids)]
        library.sync(kept, f"remove {len(set(paper_ids))} papers")
    return [papers[paper_id] for paper_id in dict.fromkeys(paper_ids)]


def undo(settings: IndexSettings, progress: Progress | None = None) -> tuple[str, Plan]:
    """Bring back the papers as they were before the last change: (what it was, what was done).

    Raises:
        InputError: there is nothing to undo.
    """
    with open_library(settings) as library:
        for change in reversed(history.changes(settings.home)):
            papers = history.papers_before(change)
            plan = library.plan(papers)
            # A run that was cut off before it changed anything leaves a change of nothing.
            if plan.new or plan.changed or plan.gone:
                library.sync(papers, "", progress=progress)
                change.path.unlink()
                return change.why, plan
            change.path.unlink()
    raise InputError("there is nothing to undo", hint="only changes to the library can be undone")


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
    """Make the data folder if needed, for its owner alone.

    Raises:
        StoreError: it cannot be written to.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        probe = home / ".write-test"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {home}: {error.strerror}",
            hint="set READING_ROOM_HOME to a folder that you can write to",
        ) from error
