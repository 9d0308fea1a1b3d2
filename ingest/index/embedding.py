"""Embedders by name: `minilm`, `openai:MODEL`, `fastembed:MODEL`, `hf:MODEL`, `hash`.

An embedder turns texts into unit rows. `app.llamaindex` presents any of them as a
LlamaIndex `BaseEmbedding`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ingest.errors import EmbedderUnavailable, SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Texts -> vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, d) float32, rows of length 1."""


class MiniLMEmbedder:
    """The packaged all-MiniLM-L6-v2; shares one loaded model a process."""

    name = "minilm"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, 384) float32 unit rows."""
        from ingest.index.encoder import shared_encoder

        return shared_encoder().encode(texts)


class HashEmbedder:
    """Hashed bag of words: no model, for tests and for machines that cannot run one."""

    name = "hash"
    dimensions = 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, 384) float32 unit rows; an empty text gives a zero row."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest[:4], "big") % self.dimensions] += (
                    1.0 if digest[4] & 1 else -1.0
                )
        return _unit(rows)


class OpenAIEmbedder:
    """Any endpoint that speaks OpenAI's /v1/embeddings."""

    def __init__(self, model: str, base_url: str = "") -> None:
        from openai import OpenAI

        key = os.environ.get("READING_ROOM_EMBEDDER_API_KEY") or os.environ.get("OPENAI_API_KEY")
        if not key and not base_url:
            raise EmbedderUnavailable(
                f"embedder openai:{model} needs a key",
                hint="set OPENAI_API_KEY, or use the packaged one: READING_ROOM_EMBEDDER=minilm",
            )
        self.name = f"openai:{model}"
        self._model = model
        self._client = OpenAI(
            api_key=key or "none", base_url=base_url or None, timeout=30, max_retries=3
        )
        self.dimensions = len(self._fetch(["dimensions"])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, d) float32 unit rows, 64 texts a request."""
        rows: list[list[float]] = []
        for first in range(0, len(texts), 64):
            rows += self._fetch(list(texts[first : first + 64]))
        return _unit(np.array(rows, dtype=np.float32).reshape(len(texts), self.dimensions))

    def _fetch(self, texts: list[str]) -> list[list[float]]:
        from openai import OpenAIError

        try:
            answer = self._client.embeddings.create(model=self._model, input=texts)
        except OpenAIError as error:
            raise EmbedderUnavailable(
                f"the embedding endpoint failed: {type(error).__name__}",
                hint="check READING_ROOM_EMBEDDER_BASE_URL and the key, "
                "or use READING_ROOM_EMBEDDER=minilm",
            ) from error
        return [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]


class _PackageEmbedder:
    """An embedder of an optional package whose `embed(list[str])` yields one row a text."""

    def __init__(self, name: str, embed: Callable[[list[str]], Any]) -> None:
        self.name = name
        self._embed = embed
        self.dimensions = int(self.encode(["dimensions"]).shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, d) float32 unit rows."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return _unit(np.array(list(self._embed(list(texts))), dtype=np.float32))


def _fastembed(model: str) -> Embedder:
    try:
        from fastembed import TextEmbedding
    except ImportError as error:
        raise _extra_missing("fastembed", "fastembed") from error
    return _PackageEmbedder(f"fastembed:{model}", TextEmbedding(model_name=model).embed)


def _hf(model: str) -> Embedder:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise _extra_missing("hf", "sentence-transformers") from error
    return _PackageEmbedder(f"hf:{model}", SentenceTransformer(model).encode)


def _extra_missing(name: str, package: str) -> EmbedderUnavailable:
    return EmbedderUnavailable(
        f"embedder `{name}` needs the package {package}",
        hint=f"pip install {package}, or use READING_ROOM_EMBEDDER=minilm",
    )


_PLAIN: dict[str, Callable[[], Embedder]] = {"minilm": MiniLMEmbedder, "hash": HashEmbedder}
_WITH_MODEL: dict[str, Callable[[str], Embedder]] = {"fastembed": _fastembed, "hf": _hf}


def make_embedder(spec: str, base_url: str = "") -> Embedder:
    """`provider` or `provider:model` -> embedder.

    Raises:
        SettingsError: the name is unknown, or the model is missing.
        EmbedderUnavailable: the package or the endpoint cannot be used.
    """
    provider, _, model = spec.partition(":")
    if provider in _PLAIN and not model:
        return _PLAIN[provider]()
    if provider == "openai" and model:
        return OpenAIEmbedder(model, base_url)
    if provider in _WITH_MODEL and model:
        return _WITH_MODEL[provider](model)
    raise SettingsError(
        f"unknown embedder `{spec}`",
        hint="one of: minilm, openai:MODEL, fastembed:MODEL, hf:MODEL, hash",
    )


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled
