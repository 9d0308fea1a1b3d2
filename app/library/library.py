"""The papers of a home, changed by one writer at a time; the last changes can be undone."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.library import history
from app.library.home import check_writable, only_writer
from ingest.errors import FingerprintMismatch, InputError, StoreError
from ingest.index.chroma import is_damaged, set_aside, store_errors
from ingest.index.generations import current_generation, refuse_newer
from ingest.index.snapshot import Index
from ingest.index.store import LedgerEntry, Store
from ingest.index.writer import Plan, Progress, Writer, new_chunker, new_embedder
from ingest.paper import Paper

if TYPE_CHECKING:
    from ingest.index.embedding import Embedder
    from ingest.settings import IndexSettings

Ledger = Mapping[str, LedgerEntry]

# Stands in the home while the store may hold less than the snapshot.
_RECOVERING = "RECOVERING"


class Library:
    """The store of a home, open for writing.

    store: None to look only. papers: what is stored; where the store lost some of it, from the
    snapshot. recovered: whether it did, or had damaged rows.
    """

    def __init__(
        self,
        settings: IndexSettings,
        ledger: Ledger,
        store: Store | None = None,
        *,
        embedder: Embedder | None = None,
        recover: bool = False,
        known: Ledger = MappingProxyType({}),
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._ledger = ledger
        whole = _whole(ledger)
        if not recover and len(whole) == len(ledger):
            self.papers = list(whole.values())
            self.recovered = False
            return
        before = {**_snapshot_papers(settings), **_whole(known)}
        self.papers = list(
            ({i: p for i, p in before.items() if recover or i in ledger} | whole).values()
        )
        self.recovered = bool(before)

    def chosen(self, paper_ids: Sequence[str]) -> list[Paper]:
        """The papers of some ids, each once.

        Raises:
            InputError: an id is not in the library.
        """
        papers = {paper.paper_id: paper for paper in self.papers}
        unknown = [paper_id for paper_id in paper_ids if paper_id not in papers]
        if unknown:
            raise InputError(
                f"no paper {', '.join(unknown)}", hint="`reading-room list` shows the ids"
            )
        return [papers[paper_id] for paper_id in dict.fromkeys(paper_ids)]

    def plan(self, wanted: Sequence[Paper]) -> Plan:
        """What it would take to hold just these papers."""
        return Plan.of(self._ledger, {paper.paper_id: paper for paper in wanted})

    def chunks(self, wanted: Sequence[Paper]) -> int:
        """Number of chunks stored; of a library only looked at, those of the papers wanted."""
        if self._store is not None:
            return self._store.count()
        plan, chunker = self.plan(wanted), new_chunker(self._settings)
        anew = {*plan.new, *plan.changed}
        return sum(
            len(chunker.chunk(p)) if p.paper_id in anew else self._ledger[p.paper_id].chunk_count
            for p in wanted
        )

    def sync(
        self,
        wanted: Sequence[Paper],
        why: str,
        progress: Progress | None = None,
        *,
        thorough: bool = False,
    ) -> Plan:
        """Hold just these papers. `why` names the change in the history; "" keeps it out of there.

        thorough: read the whole store, and write anew what is damaged in it.
        """
        if self._store is None:
            raise AssertionError("a library that was opened to look is not written to")
        plan = self.plan(wanted)
        if why and plan:
            history.record(self._settings.home, self.papers, why)
        writer = Writer(self._store, self._settings, self._ledger, self._embedder, progress)
        papers = {paper.paper_id: paper for paper in wanted}
        if writer.sync(plan, papers, thorough=thorough):
            self.recovered = True
        (self._settings.home / _RECOVERING).unlink(missing_ok=True)
        return plan


@contextmanager
def open_library(
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    thorough: bool = False,
    embedder: Embedder | None = None,
) -> Iterator[Library]:
    """The library of a home, for one writer; `rebuild` empties the store, but forgets no paper.

    thorough: the whole store is read to see whether it is sound.

    Raises:
        StoreError: the home or the store cannot be used, or another run is writing.
        FingerprintMismatch: it was built with other settings, and `rebuild` is not set.
    """
    check_writable(settings.home)
    with only_writer(settings.home), store_errors():
        refuse_newer(settings.home)
        marker = settings.home / _RECOVERING
        known: Ledger = {}
        if rebuild:
            # Before anything is emptied: a name or a key may be wrong.
            embedder = embedder or new_embedder(settings)
            _, known = stored(settings)
            marker.touch()
        store, ledger = _sound_store(settings, rebuild, thorough)
        if not ledger and current_generation(settings.home):
            marker.touch()
        # Until a run has gone through, the snapshot knows papers that the store does not.
        yield Library(
            settings, ledger, store, embedder=embedder, recover=marker.exists(), known=known
        )


def look_into(settings: IndexSettings, *, rebuild: bool = False) -> Library:
    """The library as `open_library` would give it, for a dry run: nothing is written.

    Raises:
        StoreError: the store cannot be used.
        FingerprintMismatch: it was built with other settings, and `rebuild` is not set.
    """
    refuse_newer(settings.home)
    store, found = stored(settings)
    if store is not None and not rebuild:
        store.require(settings)
    ledger = {} if rebuild else found
    recover = not ledger or (settings.home / _RECOVERING).exists()
    return Library(settings, ledger, recover=recover, known=found)


def _sound_store(settings: IndexSettings, rebuild: bool, thorough: bool) -> tuple[Store, Ledger]:
    """The store and what it holds; a damaged one in the home is put aside and begun anew."""
    try:
        with store_errors():
            store = Store.open(settings, rebuild=rebuild)
            ledger = store.ledger()
            # Some damage shows only where everything is read.
            collections.deque(store.rows() if thorough else (), maxlen=0)
            return store, ledger
    except StoreError as error:
        can_recover = rebuild or _snapshot_papers(settings)
        if isinstance(error, FingerprintMismatch):
            # Of other settings than the snapshot, too: not the settings are wrong.
            can_recover = _snapshot_papers(settings, settings.fingerprint())
        elif not is_damaged(settings):
            raise
        if not can_recover or settings.store != "embedded":
            raise
    set_aside(settings)
    (settings.home / _RECOVERING).touch()
    with store_errors():
        return Store.open(settings), {}


def stored(settings: IndexSettings) -> tuple[Store | None, Ledger]:
    """The collection, if there is one, and what it holds; nothing if it is damaged."""
    try:
        with store_errors():
            store = Store.existing(settings)
            return store, store.ledger() if store else {}
    except StoreError:
        if not is_damaged(settings):
            raise
        return None, {}


def _whole(ledger: Ledger) -> dict[str, Paper]:
    return {i: entry.paper for i, entry in ledger.items() if entry.paper is not None}


def _snapshot_papers(settings: IndexSettings, fingerprint: str | None = None) -> dict[str, Paper]:
    try:
        papers = Index.open(settings.home, fingerprint).papers()
        return {paper.paper_id: paper for paper in papers}
    except StoreError:
        return {}
