"""How many parameters a model at an endpoint has: small ones choose and shorten, and do not write.

Asked, in this order: llama-server's entry in `/models` (`meta.n_params`), Ollama's `/api/show`, LM
Studio's `/api/v1/models`; else the name is read. A service that hosts models for others tells none
of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.llm.endpoint import QUICK, entry, get, root, rows

if TYPE_CHECKING:
    from openai import OpenAI

# Models from about this size on can be trusted to write, to cite and to judge.
SMALL = 3_000_000_000
# A size as it is written: "qwen2.5:0.5b", "SmolLM2-135M", "494.03M".
_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")
_UNITS = {"b": 1e9, "m": 1e6}


def parameters(client: OpenAI, model: str) -> int:
    """The model's number of parameters, 0 where nothing tells it."""
    from openai import APIConnectionError

    try:
        told = _told(client, model)
    except APIConnectionError:
        told = 0
    return told or size_of(model)


def size_of(text: str) -> int:
    """The size that a model's name holds, else 0."""
    named = _SIZE.search(text.lower())
    return int(float(named[1]) * _UNITS[named[2]]) if named else 0


def _told(client: OpenAI, model: str) -> int:
    meta = entry(client, model).get("meta")
    if found := _whole(meta, "n_params"):
        return found
    shown = _shown(client, model)
    details = shown.get("details")
    size = str(details.get("parameter_size", "")) if isinstance(details, dict) else ""
    if found := _whole(shown.get("model_info"), "general.parameter_count") or size_of(size):
        return found
    listed = rows(get(client, root(client) + "/api/v1/models"), "models")
    sizes = (str(row.get("params_string", "")) for row in listed if row.get("key") == model)
    return size_of(next(sizes, ""))


def _shown(client: OpenAI, model: str) -> dict[str, Any]:
    """What Ollama tells about a model, empty for other servers."""
    from openai import APIStatusError

    about, address = {"model": model}, root(client) + "/api/show"
    try:
        shown = client.post(address, cast_to=object, body=about, options={"timeout": QUICK})
    except APIStatusError:
        return {}
    return shown if isinstance(shown, dict) else {}


def _whole(fields: object, name: str) -> int:
    value = fields.get(name) if isinstance(fields, dict) else None
    return value if isinstance(value, int) else 0
