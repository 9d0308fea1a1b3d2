"""What an OpenAI-compatible endpoint says about its models: names and real context windows.

There is no standard for the window. Asked, in this order: the entry in `/models` (vLLM
`max_model_len`, OpenRouter `context_length`, Groq `context_window`, LM Studio
`loaded_context_length`, llama-server `meta.n_ctx`), llama-server's `/props`, Ollama's `/api/ps`.
Ollama cuts longer prompts in silence, so guessing high is worse than guessing low.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.llm.errors import bad_reply, read_failure, where

if TYPE_CHECKING:
    from httpx import Client, Response

_opened: ContextVar[list[Response] | None] = ContextVar("opened", default=None)

# Ollama's default window, and the smallest among today's servers.
SAFE_WINDOW = 4096
QUICK = 3.0
CONNECT = 10.0
_WINDOW_KEYS = (
    "max_model_len",
    "loaded_context_length",
    "context_window",
    "context_length",
    "n_ctx",
)


def list_models(base_url: str, key: str, timeout: float = QUICK) -> list[str]:
    """The endpoint's model names.

    Raises:
        LLMUnavailable: it cannot be reached or answers something else.
    """
    try:
        rows = _rows(_request(base_url + "/models", key, timeout))
    except Exception as error:
        raise read_failure(error, "", base_url, timeout).error from error
    return [str(row["id"]) for row in rows if "id" in row]


def first_model(base_url: str, key: str, timeout: float = QUICK) -> str:
    """The first model that the endpoint lists; errors as in `list_models`."""
    found = list_models(base_url, key, timeout)
    if not found:
        raise bad_reply(where(base_url))
    return found[0]


def context_window(base_url: str, key: str, model: str) -> int:
    """The model's window in tokens as the endpoint tells it, else what is known of its name.

    An endpoint that cannot be reached is not an error here: the question itself will show what is
    wrong.
    """
    known = _from_name(model)
    try:
        listed = _from_models(base_url, key, model)
    except (OSError, TimeoutError):
        return known or SAFE_WINDOW
    told = listed or _from_props(base_url, key) or _from_ollama(base_url, key, model)
    return told or known or SAFE_WINDOW


def parameters(base_url: str, key: str, model: str) -> int:
    """The model's number of parameters where the endpoint tells it (llama-server), else 0."""
    count = _meta(_entry(base_url, key, model)).get("n_params")
    return count if isinstance(count, int) else 0


def _from_models(base_url: str, key: str, model: str) -> int:
    entry = _entry(base_url, key, model)
    return _window(entry) or _window(_meta(entry))


def _entry(base_url: str, key: str, model: str) -> dict[str, Any]:
    rows = _rows(_get(base_url + "/models", key))
    return next((row for row in rows if row.get("id") == model), {})


def _meta(entry: dict[str, Any]) -> dict[str, Any]:
    meta = entry.get("meta")
    return meta if isinstance(meta, dict) else {}


def _from_props(base_url: str, key: str) -> int:
    settings = _get(_root(base_url) + "/props", key).get("default_generation_settings")
    return _window(settings) if isinstance(settings, dict) else 0


def _from_ollama(base_url: str, key: str, model: str) -> int:
    loaded = _rows(_get(_root(base_url) + "/api/ps", key), "models")
    return next((_window(row) for row in loaded if row.get("name") == model), 0)


def _from_name(model: str) -> int:
    """OpenAI's own models, by LlamaIndex's table; its /models does not tell."""
    from llama_index.llms.openai.utils import (
        openai_modelname_to_contextsize,
    )

    try:
        return int(openai_modelname_to_contextsize(model))
    except ValueError:
        return 0


def _window(fields: dict[str, Any]) -> int:
    values = (fields.get(name) for name in _WINDOW_KEYS)
    return next((v for v in values if isinstance(v, int) and v > 0), 0)


def _rows(reply: dict[str, Any], name: str = "data") -> list[dict[str, Any]]:
    rows = reply.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _get(url: str, key: str) -> dict[str, Any]:
    """A JSON object, empty where there is none; OSError where there is no endpoint."""
    import httpx

    try:
        return _request(url, key, QUICK)
    except httpx.TransportError as error:
        raise OSError("no endpoint") from error
    except (httpx.HTTPError, TypeError, ValueError):
        return {}


def _request(url: str, key: str, timeout: float) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with client(url, timeout) as session:
        reply = session.get(url, headers=headers)
    reply.raise_for_status()
    found = reply.json()
    if not isinstance(found, dict):
        raise TypeError("not a JSON object")
    return found


def client(url: str, timeout: float) -> Client:
    """An HTTP client that follows no redirect, and uses no proxy for this machine.

    Within `collect_responses` it hands over each response that it gets.
    """
    import httpx

    def remember(response: Response) -> None:
        if (opened := _opened.get()) is not None:
            opened.append(response)

    return httpx.Client(
        timeout=httpx.Timeout(timeout, connect=min(CONNECT, timeout)),
        follow_redirects=False,
        trust_env=not is_loopback(url),
        event_hooks={"response": [remember]},
    )


@contextmanager
def collect_responses() -> Iterator[list[Response]]:
    """The responses that requests of this thread open meanwhile, so that they can be closed.

    A stream of the openai package closes its connection only when the garbage collector finds it
    (it is part of a reference cycle), so a cancelled answer would go on being written and paid for.
    """
    opened: list[Response] = []
    token = _opened.set(opened)
    try:
        yield opened
    finally:
        _opened.reset(token)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine by its address or the name localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _root(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/v1')}"
