"""Any of our embedders as a LlamaIndex `BaseEmbedding`, so that its programs can query the collection."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from ingest.index.embedding import Embedder, make_embedder


class LlamaEmbedding(BaseEmbedding):
    """Wraps an embedder by name: `LlamaEmbedding("minilm")`."""

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
