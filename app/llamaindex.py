"""Reading Room inside a LlamaIndex program: the encoder as an embedding model, the list as a retriever.

    from llama_index.core.query_engine import RetrieverQueryEngine
    from app.llamaindex import RoomRetriever
    from app.settings import load_settings
    from app.wiring import open_room

    with open_room(load_settings()) as room:
        engine = RetrieverQueryEngine.from_args(RoomRetriever(room), llm=any_llm)
        response = engine.query("What do sparse autoencoders find?")

The other direction needs no code: any LLM of LlamaIndex writes answers here (`READING_ROOM_LLM=
package.module:Class`), and the Chroma collection has LlamaIndex's layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from ingest.index.embedding import Embedder, make_embedder

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit
    from app.wiring import Room


class RoomEmbedding(BaseEmbedding):
    """An embedder of ours by name: `RoomEmbedding("minilm")`."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, spec: str = "minilm", base_url: str = "", **kwargs: Any) -> None:
        super().__init__(model_name=spec, **kwargs)
        self._embedder = make_embedder(spec, base_url)

    @classmethod
    def class_name(cls) -> str:
        """Name under which LlamaIndex serialises it."""
        return "ReadingRoomEmbedding"

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._embedder.encode(texts).tolist()
        return rows

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class RoomRetriever(BaseRetriever):
    """The papers of an open room for a query: hybrid search with late interaction, best first.

    A node is one paper: its text is the record's, its id the paper_id; "start" and "end" in the
    metadata give the sentence that matches best.
    """

    def __init__(
        self, room: Room, similarity_top_k: int = 5, filters: Filters | None = None
    ) -> None:
        super().__init__()
        self._room = room
        self._k = similarity_top_k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._room.find(query_bundle.query_str, self._k, self._filters)
        return [_node(hit) for hit in hits]


def _node(hit: Hit) -> NodeWithScore:
    paper = hit.paper
    start, end = hit.span
    metadata: dict[str, Any] = {
        "title": paper.title,
        "authors": ", ".join(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "start": start,
        "end": end,
    }
    node = TextNode(
        id_=paper.paper_id,
        text=paper.text,
        metadata=metadata,
        # The title stands in the text; offsets mean nothing to a model.
        excluded_llm_metadata_keys=["title", "url", "start", "end"],
        excluded_embed_metadata_keys=list(metadata),
    )
    return NodeWithScore(node=node, score=hit.score)
