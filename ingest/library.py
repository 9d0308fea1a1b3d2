"""The papers of a home, changed by one writer at a time; every change can be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest import history
from ingest.errors import InputError, StoreError
from ingest.index.store import Store
from ingest.index.writer import Plan, Progress, Writer
from ingest.paper import Paper

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.index.embedding import Embedder
    from ingest.settings import IndexSettings


class Library:
    """The store of a home, open for writing."""

    def __init__(self, store: Store, settings: IndexSettings, known: Sequence[Paper] = ()) -> None:
        self._store = store
        self._settings = settings
        self._ledger = store.ledger()
        stored = {i: entry.paper for i, entry in self._ledger.items() if entry.paper is not None}
        self.papers: list[Paper] = list(({p.paper_id: p for p in known} | stored).values())

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
        known = Store.papers(settings) if rebuild else []
        if known:
            history.record(settings.home, known, "ingest --rebuild")
        yield Library(Store.open(settings, rebuild=rebuild), settings, known)


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
