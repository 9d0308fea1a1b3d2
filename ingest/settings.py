"""Settings of the write side: where the data lives and what decides the vectors."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Raise when the text that is embedded or the layout of the metadata changes.
LAYOUT_VERSION = 1


def default_home() -> Path:
    """The platform's data folder for this application."""
    from platformdirs import user_data_path

    return user_data_path("reading-room", appauthor=False)


class IndexSettings(BaseSettings):
    """Corpus, store, embedding and chunking; read from `READING_ROOM_*` and `.env`."""

    model_config = SettingsConfigDict(
        env_prefix="READING_ROOM_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        populate_by_name=True,
    )

    home: Path = Field(default_factory=default_home, description="Folder that holds all data.")
    store: str = Field(
        default="embedded",
        description="`embedded` (Chroma in the home folder) or `http://host:port` of a Chroma server.",
    )
    collection: str = Field(default="reading-room", description="Name of the Chroma collection.")
    embedder: str = Field(
        default="minilm",
        description="`minilm` (packaged), `openai:MODEL`, `fastembed:MODEL`, `hf:MODEL` or `hash`.",
    )
    embedder_base_url: str = Field(
        default="", description="Base URL of a compatible /v1/embeddings endpoint."
    )
    chunk_size: int = Field(
        default=200, ge=32, le=2000, description="Longest chunk, in word pieces of the encoder."
    )
    chunk_overlap: int = Field(
        default=32, ge=0, le=500, description="Word pieces shared by neighbouring chunks."
    )

    zotero_port: int = Field(
        default=23119, ge=1, le=65535, description="Port of the Zotero that runs on this machine."
    )

    @field_validator("collection")
    @classmethod
    def _is_a_collection_name(cls, name: str) -> str:
        # Chroma's own rule, which it states only once the store is open.
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]", name):
            raise ValueError(
                "a name has 3 to 512 of a-z, A-Z, 0-9, `.`, `_`, `-`, a letter or digit at both ends"
            )
        return name

    def vector_settings(self) -> dict[str, str | int]:
        """What changes the vectors, and so needs a new index when changed."""
        return {
            "embedder": self.embedder,
            "chunk_size": self.chunk_size,
            "chunk_overlap": self.chunk_overlap,
            "layout": LAYOUT_VERSION,
        }

    def fingerprint(self) -> str:
        """Identity of an index: 12 hex digits over `vector_settings`."""
        text = json.dumps(self.vector_settings(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]
