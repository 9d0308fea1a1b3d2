"""From a setting such as `openai:gpt-4o-mini` to a `ChatModel`.

| spec                   | model                                                                |
|------------------------|----------------------------------------------------------------------|
| `extractive`, `none`   | none: answers are made of the records' own sentences                 |
| `local`                | a GGUF file run in this process, see `gguf`                          |
| `openai:MODEL`         | OpenAI, or the compatible endpoint at the base URL                   |
| `openai:`              | the first model that the endpoint lists                              |
| `package.module:Class` | any LlamaIndex `LLM`, with the JSON arguments given                  |
| `auto`                 | the endpoint whose base URL or key Reading Room was given, else what |
|                        | `AUTO_FALLBACK` says                                                 |

A bare OPENAI_API_KEY in the environment does not make `auto` send papers and questions anywhere: it
may be there for another program.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.errors import LLMKeyRefused
from app.llm import endpoint, gguf
from app.llm.backends import LlamaIndexBackend, OpenAIBackend
from app.llm.client import ChatModel
from app.llm.endpoint import OPENAI_URL
from app.llm.errors import KEYLESS, where
from app.llm.prices import FREE, price_of
from app.llm.sizes import parameters
from ingest.errors import SettingsError

DEFAULT_MODEL = "gpt-4o-mini"
# What `auto` takes where no endpoint is configured: decided on the development questions.
AUTO_FALLBACK = "extractive"
SPECS = "auto, extractive, local, openai:MODEL or package.module:Class"


@dataclass(frozen=True, slots=True)
class LLMSettings:
    """What the user set about the model.

    api_key: kept out of every message and of the representation. context_window: in tokens, 0 to
    ask the endpoint. timeout: seconds between two pieces of an answer. kwargs: JSON object for
    `package.module:Class`. local_model: path of a GGUF file, empty for the packaged one. states:
    the folder in which a local model keeps what it has read, None for nowhere. effort: how long a
    reasoning model shall think, in the endpoint's words, empty to leave that to it. prices: path of
    a table of prices, see `prices`.
    """

    spec: str = "auto"
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    context_window: int = 0
    timeout: float = 60.0
    seed: int = 7
    kwargs: str = "{}"
    local_model: str = ""
    states: Path | None = None
    effort: str = ""
    prices: str = ""

    @property
    def resolved(self) -> str:
        """The spec with `auto` decided."""
        if self.spec != "auto":
            return self.spec
        configured = self.base_url or self.api_key
        model = "" if self.base_url else DEFAULT_MODEL
        return f"openai:{model}" if configured else AUTO_FALLBACK


def build(settings: LLMSettings) -> ChatModel | None:
    """The model that the settings name, or None for the extractive generator.

    Raises:
        SettingsError: the spec or its arguments cannot work.
        LLMUnavailable: the endpoint or the local model cannot be used.
    """
    kind, _, rest = settings.resolved.partition(":")
    if kind in ("extractive", "none") and not rest:
        return None
    if kind == "local" and not rest:
        return _local(settings)
    if kind == "openai":
        return _openai(rest, settings)
    if "." in kind and rest.isidentifier():
        return _integration(kind, rest, settings)
    hint = f"READING_ROOM_LLM is one of: {SPECS}."
    raise SettingsError(f"Unknown language model {settings.spec!r}.", hint=hint)


def _openai(model: str, settings: LLMSettings) -> ChatModel:
    base_url = (settings.base_url or OPENAI_URL).rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
        hint = "READING_ROOM_LLM_BASE_URL looks like http://127.0.0.1:11434/v1."
        raise SettingsError(f"Not a base URL: {where(base_url)!r}.", hint=hint)
    key = _key(base_url, settings.api_key)
    client = endpoint.connect(base_url, key, settings.timeout)
    name = model or endpoint.first_model(client, settings.timeout)
    window = (
        endpoint.Window(settings.context_window)
        if settings.context_window
        else endpoint.context_window(client, name)
    )
    return ChatModel(
        backend=OpenAIBackend(client, name, seed=settings.seed, effort=settings.effort),
        provider="openai",
        name=name,
        context_window=window.tokens,
        window_note=window.note,
        base_url=base_url,
        timeout=settings.timeout,
        parameters=parameters(client, name),
        thinks=settings.effort not in ("", "none"),
        price=price_of(name, base_url, settings.prices),
        close=client.close,
    )


def _local(settings: LLMSettings) -> ChatModel:
    server = gguf.serve(settings.local_model, settings.context_window, settings.states)
    client = endpoint.connect(server.base_url, server.key, settings.timeout)

    def close() -> None:
        client.close()
        server.stop()

    return ChatModel(
        backend=OpenAIBackend(client, server.name, seed=settings.seed, grammar=True),
        provider="local",
        name=server.name,
        context_window=server.window,
        base_url=server.base_url,
        timeout=settings.timeout,
        parameters=parameters(client, server.name),
        price=FREE,
        close=close,
        remembering=server.remembering,
    )


def _key(base_url: str, given: str) -> str:
    """The key for an endpoint: the one given for it, else OPENAI_API_KEY.

    OPENAI_API_KEY is not sent in clear text to another machine; OpenAI itself needs a key.
    """
    clear = urlsplit(base_url).scheme == "http" and not endpoint.is_loopback(base_url)
    key = given or ("" if clear else os.environ.get("OPENAI_API_KEY", ""))
    if not key and base_url == OPENAI_URL:
        hint = f"Set READING_ROOM_LLM_API_KEY or OPENAI_API_KEY, {KEYLESS}."
        raise LLMKeyRefused("OpenAI needs a key and none is set.", hint=hint)
    return key


def _integration(module: str, name: str, settings: LLMSettings) -> ChatModel:
    kwargs = _json_object(settings.kwargs)
    try:
        found = getattr(import_module(module), name)
        llm = found(**kwargs)
        window = settings.context_window or llm.metadata.context_window
        model = llm.metadata.model_name
    except (ImportError, AttributeError) as error:
        hint = "Install the integration's package; the form is package.module:Class."
        raise SettingsError(f"There is no LlamaIndex LLM {module}:{name}.", hint=hint) from error
    except (TypeError, ValueError) as error:
        hint = "READING_ROOM_LLM_KWARGS holds its constructor's arguments as a JSON object."
        raise SettingsError(
            f"{module}:{name} does not take the arguments given.", hint=hint
        ) from error
    return ChatModel(
        backend=LlamaIndexBackend(llm),
        provider=name,
        name=model or name,
        context_window=window,
        timeout=settings.timeout,
        price=price_of(model or name, "", settings.prices),
    )


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        hint = 'An example: READING_ROOM_LLM_KWARGS=\'{"model": "mistral"}\'.'
        raise SettingsError("READING_ROOM_LLM_KWARGS is not a JSON object.", hint=hint)
    return value
