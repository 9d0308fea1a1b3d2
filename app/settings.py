"""Settings of the read side; with those of the write side they are all there is to set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError

from ingest.errors import SettingsError
from ingest.settings import IndexSettings

# Folders of the home that hold what can be had again, and is large.
PROMPT_STATES, MODELS = "prompt-states", "models"


class Settings(IndexSettings):
    """Everything that can be set, read from `READING_ROOM_*`, `.env` and the command line."""

    retriever: Literal["hybrid", "dense", "bm25", "rrf"] = Field(
        default="hybrid", description="How papers are found."
    )
    reranker: str = Field(
        default="late-interaction",
        description="`late-interaction`, `none`, `fastembed:MODEL` or `llm`.",
    )
    llm: str = Field(
        default="auto",
        description="`auto`, `extractive`, `local`, `openai:MODEL` or `package.module:Class`.",
    )
    llm_base_url: str = Field(default="", description="Base URL of a compatible endpoint.")
    llm_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key of the endpoint; else OPENAI_API_KEY is used."
    )
    llm_kwargs: str = Field(default="{}", description="JSON arguments for `package.module:Class`.")
    llm_timeout: float = Field(default=60.0, gt=0, description="Seconds to wait for the endpoint.")
    llm_context_window: int = Field(
        default=0, ge=0, description="Tokens of the model's window; 0: ask the endpoint."
    )
    llm_max_tokens: int = Field(
        default=1600,
        ge=16,
        description="Longest reply of the model, in tokens, its thoughts not counted.",
    )
    llm_reasoning_effort: str = Field(
        default="",
        description="How long a reasoning model thinks, such as `low`; empty: as it likes.",
    )
    llm_prices: Path | None = Field(
        default=None,
        description="A TOML table of prices of models, which counts before the one that ships.",
    )
    llm_seed: int = Field(default=7, description="Seed sent with each request.")
    local_model: Path | None = Field(
        default=None, description="A GGUF file for `local`; default: the packaged SmolLM2-135M."
    )
    judge: Literal["llm", "none"] = Field(
        default="llm", description="`llm`: a model that writes also judges, in a second call."
    )
    unsupported: Literal["drop", "mark"] = Field(
        default="drop", description="What becomes of a sentence that the records do not support."
    )
    mailto: str = Field(
        default="", description="Your address, told to the services that `enrich` asks."
    )
    openalex_key: SecretStr = Field(default=SecretStr(""), description="Key of OpenAlex.")
    semantic_scholar_key: SecretStr = Field(
        default=SecretStr(""), description="Key of Semantic Scholar."
    )
    host: str = Field(default="127.0.0.1", description="Address the chat listens on.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port of the chat; 0: any.")
    password: SecretStr = Field(
        default=SecretStr(""), description="Needed to listen on any but a loopback address."
    )

    @property
    def prompt_states(self) -> Path:
        """Where a local model keeps what it has read of the list."""
        return self.home / PROMPT_STATES

    @property
    def models(self) -> Path:
        """Where fetched models are."""
        return self.home / MODELS


MASK = "***"
_SECRET_NAMES = ("key", "token", "secret", "passw", "credential", "auth", "cookie")


def masked(value: Any, name: str = "") -> Any:
    """A setting as it may be shown or saved: secrets are ***, also inside addresses and JSON."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, dict):
        return {key: masked(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    if not isinstance(value, str) or not value:
        return value
    if any(part in name.lower() for part in _SECRET_NAMES):
        return MASK
    if value.lstrip().startswith(("{", "[")):
        try:
            return json.dumps(masked(json.loads(value)), ensure_ascii=False)
        except ValueError:
            return MASK
    return _masked_address(value) if "://" in value else value


def _masked_address(address: str) -> str:
    """Without name and password, and without what is asked of the address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return MASK
    _, at, host = parts.netloc.rpartition("@")
    hidden = parts._replace(
        netloc=f"{MASK}@{host}" if at else host, query=MASK if parts.query else ""
    )
    return hidden._replace(fragment="").geturl()


def load_settings(**overrides: object) -> Settings:
    """Settings in force; overrides (command-line flags) that are None are left out.

    Raises:
        SettingsError: a value cannot work, with the name of its variable.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "READING_ROOM_" + "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name}: {first['msg']} (got {first.get('input')!r})",
            hint="`reading-room doctor` shows every setting and where it comes from",
        ) from error
