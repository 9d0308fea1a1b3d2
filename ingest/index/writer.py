"""The store brought in line with the papers wanted: embed, upsert, prune, then the snapshot.

New vectors are written before anything is deleted, and the snapshot that readers use is replaced
last: a crash at any point leaves the old answers in place and the next run goes on where it ended.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingest.index.chunking import Chunker
from ingest.index.embedding import Embedder, make_embedder
from ingest.index.generations import FORMAT, current_generation, is_sound
from ingest.index.rows import StoredRow
from ingest.index.snapshot import write_index
from ingest.index.spool import TokenSpool
from ingest.index.store import LedgerEntry, Store
from ingest.paper import Chunk, Paper
from ingest.settings import IndexSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Written to the store together: what a crash can cost at most is the embedding of one batch.
BATCH_CHUNKS = 256

# How many papers are done, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, as paper ids; moved: what changed is only where they stand."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[str, ...] = ()

    @classmethod
    def of(cls, ledger: Mapping[str, LedgerEntry], wanted: Mapping[str, Paper]) -> Plan:
        """Compares what is stored with what is wanted."""
        known = [i for i in wanted if i in ledger]
        current = {i for i in known if _is_current(ledger[i], wanted[i])}
        return cls(
            new=tuple(i for i in wanted if i not in ledger),
            changed=tuple(i for i in known if i not in current),
            gone=tuple(i for i in ledger if i not in wanted),
            moved=tuple(i for i in known if i in current and _moved(ledger[i], wanted[i])),
        )

    def __bool__(self) -> bool:
        """Whether a paper comes, goes or changes."""
        return bool(self.new or self.changed or self.gone)


class Writer:
    """Chunks, embeds and upserts papers batch by batch, then prunes what they replace."""

    def __init__(
        self,
        store: Store,
        settings: IndexSettings,
        ledger: Mapping[str, LedgerEntry],
        embedder: Embedder | None,
        progress: Progress | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._ledger = ledger
        self._embedder = embedder
        self._spool = TokenSpool()
        self._progress = progress or (lambda *_: None)
        self._written: set[str] = set()

    def sync(self, plan: Plan, wanted: Mapping[str, Paper], *, thorough: bool = False) -> bool:
        """Write what is new or changed, then remove what is not wanted, then the snapshot.

        Rows that are not what was written are written anew before they get into a snapshot;
        `thorough`: even if none is due. Whether there were such rows.
        """
        self._write([wanted[i] for i in (*plan.new, *plan.changed)])
        for batch in _batches([wanted[i] for i in plan.moved], new_chunker(self._settings)):
            parts = [chunk for _, chunks in batch for chunk in chunks]
            self._store.upsert({p.paper_id: p for p, _ in batch}, parts, None)
        gone = {chunk_id for i in plan.gone for chunk_id in self._ledger[i].chunk_ids}
        # Damage may have put a chunk under another paper's name.
        self._store.delete(sorted(gone - self._written))
        generation = self._generation()
        if not thorough and self._is_published(generation):
            return False
        rows = list(self._store.rows())
        damaged = dict.fromkeys(row.chunk.paper_id for row in rows if not row.whole)
        if damaged:
            self._write([wanted[i] for i in damaged if i in wanted])
            rows, generation = list(self._store.rows()), self._generation()
        if not self._is_published(generation):
            self._publish(rows, generation)
        return bool(damaged)

    def _is_published(self, generation: str) -> bool:
        home = self._settings.home
        return generation == current_generation(home) and is_sound(home / "index" / generation)

    def _generation(self) -> str:
        ids = sorted(self._store.identities())
        text = f"{FORMAT}{self._settings.fingerprint()}{''.join(ids)}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _publish(self, rows: Sequence[StoredRow], generation: str) -> None:
        papers = {row.chunk.paper_id: row.paper for row in rows if row.paper is not None}
        ordered = sorted(papers.values(), key=lambda p: (p.source, p.record, p.paper_id))
        place = {paper.paper_id: row for row, paper in enumerate(ordered)}
        known = [row for row in rows if row.chunk.paper_id in place]
        known.sort(key=lambda row: (place[row.chunk.paper_id], row.ordinal))
        write_index(
            self._settings.home,
            generation,
            self._settings.fingerprint(),
            ordered,
            [row.chunk for row in known],
            self._spool.encode_tokens,
        )

    def _write(self, papers: Sequence[Paper]) -> None:
        if not papers:
            return
        done = 0
        for batch in _batches(papers, new_chunker(self._settings)):
            chunks = [chunk for _, parts in batch for chunk in parts]
            vectors = self._vectors(chunks)
            self._store.upsert({p.paper_id: p for p, _ in batch}, chunks, vectors)
            self._written.update(chunk.chunk_id for chunk in chunks)
            done += len(batch)
            self._prune(batch)
            self._progress(done, len(papers))

    def _vectors(self, chunks: Sequence[Chunk]) -> NDArray[np.float32]:
        """A chunk whose id is stored has the vector it needs: only its metadata changed."""
        stored = {i for c in chunks for i in self._known(c.paper_id)}
        vectors = self._store.vectors_of([c.chunk_id for c in chunks if c.chunk_id in stored])
        missing = [c for c in chunks if c.chunk_id not in vectors]
        if missing:
            self._embedder = self._embedder or new_embedder(self._settings)
            if isinstance(self._embedder, TokenSpool):
                self._spool = self._embedder
            rows = self._embedder.encode([c.embed_text for c in missing])
            vectors |= {c.chunk_id: row for c, row in zip(missing, rows, strict=True)}
        return np.stack([vectors[c.chunk_id] for c in chunks])

    def _prune(self, batch: Sequence[tuple[Paper, list[Chunk]]]) -> None:
        stale = [
            chunk_id
            for paper, parts in batch
            for chunk_id in set(self._known(paper.paper_id)) - {c.chunk_id for c in parts}
        ]
        self._store.delete(stale)

    def _known(self, paper_id: str) -> list[str]:
        entry = self._ledger.get(paper_id)
        return entry.chunk_ids if entry else []


def _batches(
    papers: Sequence[Paper], chunker: Chunker
) -> Iterator[list[tuple[Paper, list[Chunk]]]]:
    """Whole papers, about BATCH_CHUNKS chunks at a time."""
    batch: list[tuple[Paper, list[Chunk]]] = []
    size = 0
    for paper in papers:
        parts = chunker.chunk(paper)
        batch.append((paper, parts))
        size += len(parts)
        if size >= BATCH_CHUNKS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _is_current(entry: LedgerEntry, paper: Paper) -> bool:
    return entry.complete and entry.content_hash == paper.content_hash


def _moved(entry: LedgerEntry, paper: Paper) -> bool:
    return entry.paper is not None and entry.paper.record != paper.record


def new_embedder(settings: IndexSettings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        SettingsError, EmbedderUnavailable: there is none of this name, or it cannot be used.
    """
    if settings.embedder == TokenSpool.name:
        return TokenSpool()
    return make_embedder(settings.embedder, settings.embedder_base_url)


def new_chunker(settings: IndexSettings) -> Chunker:
    """What cuts papers as the settings say."""
    from ingest.index.encoder import shared_encoder

    return Chunker(settings.chunk_size, settings.chunk_overlap, shared_encoder().tokenize)
