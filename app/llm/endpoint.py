"""A client for an OpenAI-compatible endpoint, and what the endpoint says about its models.

There is no standard for the context window. Asked, in this order: the entry in `/models` (vLLM
`max_model_len`, OpenRouter `context_length`, Groq `context_window`, Mistral `max_context_length`,
Anthropic `max_input_tokens`, llama-server `meta.n_ctx`), llama-server's `/props`, Ollama's
`/api/ps` and LM Studio's `/api/v0/models`. Hosted services often do not tell, so their families
stand in a table; a model that anyone may run has the window that its server was started with. What
is still not known is probed for once: a request for more than any model writes is refused by naming
the limit, or makes the server load the model and tell. Ollama cuts longer prompts in silence:
guessing high is worse than guessing low.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from app.errors import ContextTooLong
from app.llm.errors import bad_reply, read_failure, where

if TYPE_CHECKING:
    from openai import OpenAI

OPENAI_URL = "https://api.openai.com/v1"
# Ollama's default window, and the smallest among today's servers.
SAFE_WINDOW = 4096
QUICK = 3.0
CONNECT = 10.0
# Families of open weights.
_OPEN = frozenset(
    "gpt-oss deepseek mistral ministral magistral codestral command-r command-a kimi glm-4".split()
)
_WINDOW_KEYS = (
    "max_model_len loaded_context_length context_window context_length max_context_length max_input_tokens n_ctx"
).split()
TABLE_OF = "2026-07-24"
# Tokens that a family's chat models read, the smallest one's, rounded down: by LiteLLM's table
# model_prices_and_context_window.json (github.com/BerriAI/litellm, MIT) as of that day. The longest
# family counts.
_FAMILIES = {
    "gpt-3.5-turbo": 16_385,
    "gpt-4": 8_192,
    "gpt-4-turbo": 128_000,
    "gpt-4o": 128_000,
    "chatgpt-4o": 128_000,
    "gpt-4.1": 1_000_000,
    "gpt-5": 128_000,
    "o1": 128_000,
    "o3": 200_000,
    "o4-mini": 200_000,
    "gpt-oss": 128_000,
    "claude": 200_000,
    "gemini": 1_000_000,
    "deepseek": 64_000,
    "mistral": 32_000,
    "ministral": 128_000,
    "magistral": 40_000,
    "codestral": 32_000,
    "grok": 128_000,
    "command-r": 128_000,
    "command-a": 256_000,
    "sonar": 127_000,
    "kimi": 128_000,
    "qwen-plus": 128_000,
    "qwen-max": 30_000,
    "glm-4": 128_000,
}
SETS_IT = "READING_ROOM_LLM_CONTEXT_WINDOW sets it."
GUESSED = f"The window is a guess, since the endpoint does not tell it: {SETS_IT}"
BY_TABLE = f"The window is that of its family in a table of {TABLE_OF}: {SETS_IT}"
# More than any model writes.
_ABSURD = 100_000_000


class Window(NamedTuple):
    """A model's window in tokens. note: for the reader, where the endpoint did not tell it; else ""."""

    tokens: int
    note: str = ""


def connect(base_url: str, key: str, timeout: float) -> OpenAI:
    """A client that contacts nothing but `base_url`: it follows no redirect.

    For this machine it uses no proxy. timeout: seconds between two pieces of a reply.
    """
    import httpx
    from openai import OpenAI

    client = OpenAI(
        base_url=base_url,
        # Without any key the client would look for one of its own in the environment.
        api_key=key or "none",
        max_retries=0,
        timeout=httpx.Timeout(timeout, connect=min(CONNECT, timeout)),
        http_client=httpx.Client(follow_redirects=False, trust_env=not is_loopback(base_url)),
    )
    if base_url != OPENAI_URL:  # whose organisation is nobody else's business
        client.organization = client.project = None
    return client


def first_model(client: OpenAI, timeout: float) -> str:
    """The first model that the endpoint lists.

    Raises:
        LLMUnavailable: it cannot be reached, lists none, or answers something else.
    """
    base_url = _base_url(client)
    try:
        found = client.get("/models", cast_to=object)
    except Exception as error:
        raise read_failure(error, "", base_url, timeout).error from error
    names = [str(row["id"]) for row in rows(found, "data") if "id" in row]
    if not names:
        raise bad_reply(where(base_url))
    return names[0]


def context_window(client: OpenAI, model: str) -> Window:
    """The model's window as the endpoint tells it, else by its family, else as probing shows, else a safe guess.

    An endpoint that cannot be reached is not an error here: the question itself will show what is
    wrong.
    """
    from openai import APIConnectionError

    family = _from_family(model, own=is_loopback(_base_url(client)))
    try:
        about = entry(client, model)
        told = _window(about) or _window(about.get("meta")) or _from_props(client)
        told = told or _from_loaded(client, model)
        if not told and not family:
            told = _from_refusal(client, model) or _from_loaded(client, model)
    except APIConnectionError:
        told = 0
    if told:
        return Window(told)
    return Window(family, BY_TABLE) if family else Window(SAFE_WINDOW, GUESSED)


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine by its address or the name localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def entry(client: OpenAI, model: str) -> dict[str, Any]:
    """What `/models` says of a model."""
    listed = rows(get(client, "/models"), "data")
    return next((row for row in listed if row.get("id") == model), {})


def _from_props(client: OpenAI) -> int:
    props = get(client, root(client) + "/props")
    return _window(props.get("default_generation_settings"))


def _from_loaded(client: OpenAI, model: str) -> int:
    """The window with which Ollama or LM Studio has loaded a model; 0 while it is not loaded."""
    loaded = rows(get(client, root(client) + "/api/ps"), "models")
    names = (model, f"{model}:latest")
    found = next((_window(row) for row in loaded if row.get("name") in names), 0)
    known = {} if found else get(client, root(client) + "/api/v0/models")
    row = next((row for row in rows(known, "data") if row.get("id") == model), {})
    return found or _window({"n_ctx": row.get("loaded_context_length")})


def _from_refusal(client: OpenAI, model: str) -> int:
    """The window that a refusal of too long a reply names, else 0; what is not refused is hung up on."""
    try:
        with client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": "Say yes."}],
            max_tokens=_ABSURD,
            stream=True,
        ) as chunks:
            next(iter(chunks), None)
    except Exception as error:
        failure = read_failure(error, model, _base_url(client), 0).error
        return failure.limit if isinstance(failure, ContextTooLong) else 0
    return 0


def _from_family(model: str, own: bool) -> int:
    """The window of a family: "gpt-4o-mini" is a "gpt-4o", but "gpt-4o" is no "gpt-4".

    own: the server is on this machine, or seems to be: only families that no one can run there
    count.
    """
    name = model.rpartition("/")[2].lower()
    families = [f for f in _FAMILIES if name.startswith(f) and not name[len(f) :][:1].isalnum()]
    found = max(families, key=len, default="")
    return 0 if (own or ":" in name) and found in _OPEN else _FAMILIES.get(found, 0)


def _window(fields: object) -> int:
    values = (fields.get(name) for name in _WINDOW_KEYS) if isinstance(fields, dict) else ()
    return next((v for v in values if isinstance(v, int) and v > 0), 0)


def rows(reply: object, name: str) -> list[dict[str, Any]]:
    """The objects that a reply lists under a name."""
    listed = reply.get(name) if isinstance(reply, dict) else None
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def get(client: OpenAI, path: str) -> dict[str, Any]:
    """A JSON object, empty where there is none."""
    from openai import APIStatusError

    try:
        found = client.get(path, cast_to=object, options={"timeout": QUICK})
    except APIStatusError:
        return {}
    return found if isinstance(found, dict) else {}


def _base_url(client: OpenAI) -> str:
    return str(client.base_url).rstrip("/")


def root(client: OpenAI) -> str:
    """The address that servers put their own paths under."""
    return _base_url(client).removesuffix("/v1")
