"""The read-only snapshot of the store: memory-mapped arrays of one generation.

Chroma is the ledger; this is what answers are computed from. Exact scores over all vectors, filters
as masks and a start without reading the collection need plain arrays: 90,000 x 384 float32 are
scored in ~15 ms, where a filtered approximate search takes longer and sees less.

Layout: `home/index/<generation>/` with `vectors.npy`, `chunks.npz`, `papers.jsonl`, `columns.json`,
`meta.json`, the BM25 index and the token vectors; `generations` publishes and checks it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from ingest.errors import FingerprintMismatch
from ingest.index.generations import current_generation, is_sound, open_current, publish, seal
from ingest.index.lexical import BM25Index
from ingest.index.token_store import EncodeTokens, TokenStore, write_token_store
from ingest.paper import Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """One chunk as the index needs it: `text` is what was embedded."""

    paper_id: str
    text: str
    vector: NDArray[np.float32]


class Index:
    """One generation, opened for reading.

    vectors: (C, d) float32 unit rows; chunk_paper: (C,) int32 row of each chunk's paper.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
        self.generation: str = self._meta["generation"]
        self.fingerprint: str = self._meta["fingerprint"]
        self.vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r")
        with np.load(folder / "chunks.npz") as arrays:
            self.chunk_paper: NDArray[np.int32] = arrays["paper"]
            self._offsets: NDArray[np.int64] = arrays["offsets"]
        self._papers = (folder / "papers.jsonl").read_bytes()
        self._cache: dict[int, Paper] = {}
        # Held as long as this object lives: the generation is not removed under it.
        self._lock: IO[bytes] | None = None

    @classmethod
    def open(cls, home: Path, fingerprint: str | None = None) -> Index:
        """The current generation under `home`.

        Raises:
            IndexMissing: nothing was ingested yet. IndexOutdated: an older version wrote it.
            IndexDamaged: a file of it is not what was written.
            FingerprintMismatch: it was built with other settings.
        """
        folder, lock = open_current(home)
        index = cls(folder)
        index._lock = lock
        if fingerprint is not None and index.fingerprint != fingerprint:
            raise FingerprintMismatch(
                "the index was built with other embedding or chunk settings",
                hint="build it anew with `reading-room ingest --rebuild`, "
                "or go back to the settings it has",
            )
        return index

    @property
    def papers_count(self) -> int:
        """Number of papers, P."""
        return len(self._offsets) - 1

    @property
    def chunks_count(self) -> int:
        """Number of chunks, C."""
        return len(self.chunk_paper)

    def paper(self, row: int) -> Paper:
        """The paper in a row, 0 <= row < papers_count."""
        if row not in self._cache:
            line = self._papers[self._offsets[row] : self._offsets[row + 1]]
            self._cache[row] = Paper.from_dict(json.loads(line))
        return self._cache[row]

    def papers(self) -> Iterator[Paper]:
        """All papers in list order."""
        return (self.paper(row) for row in range(self.papers_count))

    @cached_property
    def paper_ids(self) -> list[str]:
        """(P,) ids in row order."""
        return list(self._meta["paper_ids"])

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {paper_id: row for row, paper_id in enumerate(self.paper_ids)}

    def row_of(self, paper_id: str) -> int | None:
        """Row of a paper, None if it is not indexed."""
        return self._rows.get(paper_id)

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """Per paper, in row order: year (0 = unknown), authors, tags, source."""
        columns: dict[str, list[Any]] = json.loads(
            (self.folder / "columns.json").read_text("utf-8")
        )
        return columns

    @cached_property
    def lexical(self) -> BM25Index:
        """BM25 over the same chunks, in the same order."""
        return BM25Index.load(self.folder / "bm25")

    @cached_property
    def tokens(self) -> TokenStore:
        """Token vectors of each paper, for late interaction."""
        return TokenStore(self.folder / "tokens")

    @cached_property
    def paper_vectors(self) -> NDArray[np.float32]:
        """(P, d) unit rows: the mean of each paper's chunk vectors."""
        rows = np.zeros((self.papers_count, self.vectors.shape[1]), dtype=np.float32)
        np.add.at(rows, self.chunk_paper, self.vectors)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        means: NDArray[np.float32] = rows / np.maximum(norms, 1e-12)
        return means


def write_index(
    home: Path,
    generation: str,
    fingerprint: str,
    papers: Sequence[Paper],
    chunks: Sequence[IndexedChunk],
    encode_tokens: EncodeTokens | None = None,
) -> None:
    """Write a generation and make it the current one; older ones are removed.

    `papers` give the row order; `chunks` must be grouped in that order.
    """
    root = home / "index"
    folder = root / f".{generation}.new"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    row_of = {paper.paper_id: row for row, paper in enumerate(papers)}
    lines = [json.dumps(p.to_dict(), ensure_ascii=False).encode() + b"\n" for p in papers]
    (folder / "papers.jsonl").write_bytes(b"".join(lines))
    vectors = np.stack([c.vector for c in chunks]) if chunks else np.zeros((0, 0), np.float32)
    np.save(folder / "vectors.npy", vectors)
    np.savez(
        folder / "chunks.npz",
        paper=np.array([row_of[c.paper_id] for c in chunks], dtype=np.int32),
        offsets=np.cumsum([0, *map(len, lines)], dtype=np.int64),
    )
    columns = json.dumps(_columns(papers), ensure_ascii=False)
    (folder / "columns.json").write_text(columns, "utf-8")
    BM25Index.build([c.text for c in chunks]).save(folder / "bm25")
    previous = root / (current_generation(home) or "none")
    # Vectors are copied from a sound generation only: damage must not be handed on.
    older = previous / "tokens" if is_sound(previous) else None
    write_token_store(folder / "tokens", papers, older, encode_tokens)
    meta = {"generation": generation, "fingerprint": fingerprint, "paper_ids": list(row_of)}
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    seal(folder)
    publish(root, folder, generation)


def _columns(papers: Sequence[Paper]) -> dict[str, list[Any]]:
    return {
        "year": [p.year or 0 for p in papers],
        "authors": [list(p.authors) for p in papers],
        "tags": [list(p.tags) for p in papers],
        "source": [p.source for p in papers],
    }
