"""Changes to a library that read no file: take papers out, take a change back, make it whole."""

from __future__ import annotations

from collections.abc import Sequence

from app.library import history
from app.library.home import only_writer
from app.library.library import open_library, stored
from ingest.errors import ChromaFailed, IndexMissing, InputError, StoreError
from ingest.index.chroma import database, is_damaged, set_aside, store_errors
from ingest.index.generations import current_generation, is_sound
from ingest.index.writer import Plan
from ingest.paper import Paper
from ingest.settings import IndexSettings
from ingest.text import counted


def survey(settings: IndexSettings) -> tuple[int, int]:
    """(papers, chunks) of the store; nothing is written.

    Raises:
        IndexMissing: there is none. StoreError: it is damaged, or holds less than it should.
        FingerprintMismatch: it was built with other settings.
    """
    store, ledger = stored(settings)
    if store is None and not (settings.store == "embedded" and database(settings).exists()):
        raise IndexMissing("nothing is stored yet", hint="run `reading-room ingest` first")
    complete = all(entry.complete for entry in ledger.values())
    with store_errors():
        whole = complete and store is not None and all(row.whole for row in store.rows())
    if store is None or not whole:
        raise StoreError(
            "the store is damaged", hint="`reading-room doctor --repair` restores what can be"
        )
    store.require(settings)
    return len(ledger), store.count()


def repair(settings: IndexSettings) -> tuple[int, bool]:
    """Make store and snapshot whole, each from the other: (papers, whether the store was damaged).

    Raises:
        StoreError: both are damaged, or the home cannot be used.
    """
    try:
        return _repair(settings)
    except ChromaFailed:
        # What can be read may still refuse to be written to.
        current = settings.home / "index" / current_generation(settings.home)
        if not is_damaged(settings) or not is_sound(current):
            raise
    with only_writer(settings.home):
        set_aside(settings)
    return _repair(settings)[0], True


def _repair(settings: IndexSettings) -> tuple[int, bool]:
    with open_library(settings, thorough=True) as library:
        plan = library.sync(library.papers, "", thorough=True)
        return len(library.papers), library.recovered or bool(plan)


def remove(paper_ids: Sequence[str], settings: IndexSettings) -> list[Paper]:
    """Take papers out; the papers removed.

    Raises:
        InputError: an id is not in the library; nothing is removed then.
    """
    with open_library(settings) as library:
        removed = library.chosen(paper_ids)
        kept = [paper for paper in library.papers if paper.paper_id not in set(paper_ids)]
        library.sync(kept, f"remove {counted(len(removed), 'paper')}")
    return removed


def undo(settings: IndexSettings) -> tuple[str, Plan]:
    """Bring back the papers as they were before the last change: (what it was, what was done).

    Raises:
        InputError: there is nothing to undo. StoreError: what was kept of the change is damaged.
    """
    with open_library(settings) as library:
        for path in reversed(history.files(settings.home)):
            change = history.read(path)
            plan = library.plan(change.papers)
            # A run that was cut off before it changed anything leaves a change of nothing.
            if plan:
                library.sync(change.papers, "")
                path.unlink()
                return change.why, plan
            path.unlink()
    raise InputError("there is nothing to undo", hint="only changes to the library can be undone")
