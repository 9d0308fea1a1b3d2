"""Chroma as the ledger: what is indexed, with which content, and the vectors themselves.

The layout of a row is LlamaIndex's (`node_to_metadata_dict`), so any LlamaIndex program can open
the collection with `ChromaVectorStore`. Chunk 0 of a paper carries the whole paper as JSON:
everything beside the collection can be rebuilt from it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import FingerprintMismatch
from ingest.index.chroma import database, open_client
from ingest.index.rows import StoredRow, holds_vector, new_row, stored_paper, stored_row
from ingest.paper import Chunk, Paper

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection
    from numpy.typing import NDArray

    from ingest.settings import IndexSettings

_FINGERPRINT = "reading_room_fingerprint"
_SETTINGS = "reading_room_settings"
_READ_ROWS = 2000


@dataclass(slots=True)
class LedgerEntry:
    """What the store holds of one paper."""

    content_hash: str
    chunk_count: int
    chunk_ids: list[str] = field(default_factory=list)
    paper: Paper | None = None

    @property
    def complete(self) -> bool:
        """Whether all its chunks arrived; a crash may have come between two batches."""
        return self.paper is not None and len(self.chunk_ids) == self.chunk_count


class Store:
    """One Chroma collection of chunks."""

    def __init__(self, collection: Collection, client: ClientAPI) -> None:
        self.collection = collection
        self._batch = min(client.get_max_batch_size(), 1000)

    @classmethod
    def open(cls, settings: IndexSettings, *, rebuild: bool = False) -> Store:
        """Open or create the collection.

        Raises:
            StoreError: the folder or the server cannot be used.
            FingerprintMismatch: it was built with other settings; `rebuild` empties it instead.
        """
        client = open_client(settings)
        if rebuild and settings.collection in [c.name for c in client.list_collections()]:
            client.delete_collection(settings.collection)
        collection = client.get_or_create_collection(
            settings.collection,
            metadata={
                "hnsw:space": "cosine",
                _FINGERPRINT: settings.fingerprint(),
                _SETTINGS: json.dumps(settings.vector_settings(), sort_keys=True),
            },
            embedding_function=None,
        )
        store = cls(collection, client)
        store.require(settings)
        return store

    @classmethod
    def existing(cls, settings: IndexSettings) -> Store | None:
        """The collection, whatever its settings; None if there is none. Writes nothing.

        Raises:
            StoreError: the folder or the server cannot be used.
        """
        from chromadb.errors import NotFoundError

        if settings.store == "embedded" and not database(settings).exists():
            return None
        client = open_client(settings)
        try:
            return cls(client.get_collection(settings.collection, embedding_function=None), client)
        except NotFoundError:
            return None

    def require(self, settings: IndexSettings) -> None:
        """Raise FingerprintMismatch if the collection was built with other settings."""
        metadata = self.collection.metadata or {}
        if metadata.get(_FINGERPRINT) != settings.fingerprint():
            raise FingerprintMismatch(
                f"the index was built with {metadata.get(_SETTINGS, 'other settings')}, "
                f"not {json.dumps(settings.vector_settings(), sort_keys=True)}",
                hint="build it anew with `reading-room ingest --rebuild`, "
                "or go back to the settings it has",
            )

    def count(self) -> int:
        """Number of chunks stored."""
        return int(self.collection.count())

    def ledger(self) -> dict[str, LedgerEntry]:
        """paper_id -> what is stored of it."""
        entries: dict[str, LedgerEntry] = {}
        for ids, metadatas, _ in self._pages(["metadatas"]):
            for chunk_id, row in zip(ids, metadatas, strict=True):
                # Damage may take a field away: such a row belongs to no paper, or to no whole one.
                content_hash = row.get("content_hash", "")
                entry = entries.setdefault(
                    row.get("paper_id", ""), LedgerEntry(content_hash, row.get("chunk_count", -1))
                )
                entry.chunk_ids.append(chunk_id)
                if content_hash != entry.content_hash:
                    entry.chunk_count = -1  # two versions side by side: never complete
                if row.get("paper_json"):
                    entry.paper = stored_paper(row)
        return entries

    def vectors_of(self, chunk_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors already stored, by chunk id; unknown ids and damaged vectors are left out."""
        out: dict[str, NDArray[np.float32]] = {}
        for first in range(0, len(chunk_ids), self._batch):
            page = self.collection.get(
                ids=list(chunk_ids[first : first + self._batch]),
                include=["embeddings", "metadatas"],
            )
            for chunk_id, stored, row in zip(
                page["ids"], page["embeddings"], page["metadatas"], strict=True
            ):
                vector = np.asarray(stored, dtype=np.float32)
                if holds_vector(row, vector):
                    out[chunk_id] = vector
        return out

    def upsert(
        self,
        papers: dict[str, Paper],
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32] | None,
    ) -> None:
        """Write chunks (with their papers' metadata) and vectors (n, d); None: metadata alone."""
        counts = Counter(chunk.paper_id for chunk in chunks)
        rows = [
            new_row(
                papers[c.paper_id],
                c,
                counts[c.paper_id],
                None if vectors is None else vectors[n],
            )
            for n, c in enumerate(chunks)
        ]
        for first in range(0, len(chunks), self._batch):
            part = slice(first, first + self._batch)
            ids = [c.chunk_id for c in chunks[part]]
            if vectors is None:
                self.collection.update(ids=ids, metadatas=rows[part])
                continue
            documents = [c.embed_text for c in chunks[part]]
            self.collection.upsert(
                ids=ids, embeddings=vectors[part], metadatas=rows[part], documents=documents
            )

    def delete(self, chunk_ids: Sequence[str]) -> None:
        """Remove chunks by id."""
        for first in range(0, len(chunk_ids), self._batch):
            self.collection.delete(ids=list(chunk_ids[first : first + self._batch]))

    def identities(self) -> list[str]:
        """Chunk id, content hash and place of all that is stored: what tells generations apart."""
        return [
            f"{chunk_id}:{row.get('content_hash')}:{row.get('record', '')}"
            for ids, metadatas, _ in self._pages(["metadatas"])
            for chunk_id, row in zip(ids, metadatas, strict=True)
        ]

    def rows(self) -> Iterator[StoredRow]:
        """Everything stored, in no particular order."""
        for ids, metadatas, (vectors, documents) in self._pages(
            ["metadatas", "embeddings", "documents"]
        ):
            for chunk_id, row, vector, text in zip(ids, metadatas, vectors, documents, strict=True):
                yield stored_row(chunk_id, row, text, np.asarray(vector, dtype=np.float32))

    def _pages(self, include: list[str]) -> Iterator[tuple[list[str], list[Any], tuple[Any, Any]]]:
        total = self.collection.count()
        for offset in range(0, total, _READ_ROWS):
            page = self.collection.get(limit=_READ_ROWS, offset=offset, include=include)
            yield page["ids"], page["metadatas"], (page["embeddings"], page["documents"])
