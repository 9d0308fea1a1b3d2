"""What a row of the store holds beside text and vector, and whether it still is what was written.

Chroma keeps no checksums: a row carries its own, so that damage to its files is seen before it gets
into the snapshot. The id of a chunk is a hash of its paper, place and text; the paper has a hash of
its own; of the vector a weighted sum is kept.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.index.snapshot import IndexedChunk
from ingest.paper import Chunk, Paper, chunk_id_of, digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A sum and not a hash: Chroma gives vectors back rounded. What stays below changes no rank.
_TOLERANCE = 1e-5


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A chunk as read back; `paper` comes with chunk 0 of each paper. whole: as it was written."""

    ordinal: int
    chunk: IndexedChunk
    paper: Paper | None
    whole: bool


def new_row(
    paper: Paper, chunk: Chunk, chunk_count: int, vector: NDArray[np.float32] | None
) -> dict[str, Any]:
    """Metadata in LlamaIndex's layout plus what the ledger needs; vector None: left as it is."""
    from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
    from llama_index.core.vector_stores.utils import node_to_metadata_dict

    node = TextNode(
        id_=chunk.chunk_id,
        text=chunk.embed_text,
        metadata={"title": paper.title, "paper_id": chunk.paper_id, "year": paper.year or 0},
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.paper_id)},
    )
    row = node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
    row |= {
        "content_hash": chunk.content_hash,
        "chunk_count": chunk_count,
        "ordinal": chunk.ordinal,
        "start": chunk.start,
        "end": chunk.end,
        "source": paper.source,
        "record": paper.record,
    }
    if vector is not None:
        row["vector_sum"] = _sum(vector)
    if chunk.ordinal == 0:
        row["paper_json"] = json.dumps(paper.to_dict(), ensure_ascii=False)
        row["paper_hash"] = digest(row["paper_json"], 16)
    return row


def stored_row(
    chunk_id: str, row: dict[str, Any], text: str, vector: NDArray[np.float32]
) -> StoredRow:
    """What was read back, held against its checksums."""
    paper_id, ordinal = row.get("paper_id", ""), row.get("ordinal", 0)
    paper = stored_paper(row)
    whole = chunk_id == chunk_id_of(paper_id, ordinal, text) and holds_vector(row, vector)
    whole = whole and (ordinal != 0 or paper is not None)
    return StoredRow(ordinal, IndexedChunk(paper_id, text, vector), paper, whole)


def stored_paper(row: dict[str, Any]) -> Paper | None:
    """The paper of a row; None if it has none, or not what was written."""
    text = row.get("paper_json")
    # Rows of older versions have fewer checksums.
    if not text or row.get("paper_hash") not in (None, digest(text, 16)):
        return None
    try:
        paper = Paper.from_dict(json.loads(text))
    except (ValueError, TypeError):
        return None
    return paper if paper.content_hash == row.get("content_hash") else None


def holds_vector(row: dict[str, Any], vector: NDArray[np.float32]) -> bool:
    """Whether a vector is the one that was written."""
    kept = row.get("vector_sum")
    return kept is None or bool(abs(_sum(vector) - kept) < _TOLERANCE)


def _sum(vector: NDArray[np.float32]) -> float:
    """Each number counts at least once, no two the same."""
    return float(vector.astype(np.float64) @ np.linspace(1.0, 2.0, len(vector)))
