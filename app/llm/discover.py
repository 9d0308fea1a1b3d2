"""What could answer on this machine: servers that run, GGUF files that are there, models worth fetching."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.errors import LocalModelUnavailable
from app.llm.endpoint import rows
from app.llm.gguf import packaged_model
from app.llm.gguf_header import read_header
from app.llm.sizes import SMALL, size_of

# The ports on which these programs listen unless told otherwise.
PORTS = {"Ollama": 11434, "LM Studio": 1234, "llama-server": 8080, "vLLM": 8000}
SECONDS = 1.0
# A part of a split model; the first is the one to name.
_PART = re.compile(r"-(\d+)-of-\d+\.gguf$")
# What reads pictures for another model.
_NO_WRITER = "clip"
# Bytes of memory: a parameter in the form Q4_K_M takes 4.9 bits; beside it the window and Reading
# Room itself.
A_PARAMETER, BESIDE = 0.62, 2_500_000_000
# The share of the memory that a model may take.
SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers as an OpenAI-compatible endpoint does.

    program: what usually has its port.
    """

    program: str
    base_url: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file.

    window: tokens it was trained to read. writes: it is large enough to write answers.
    """

    path: str
    bytes: int
    parameters: int
    window: int
    writes: bool


@dataclass(frozen=True, slots=True)
class Recommended:
    """A file of the Hugging Face hub.

    memory: bytes that it needs, about; fits: this machine has them.
    """

    name: str
    repo: str
    file: str
    parameters: int
    licence: str
    memory: int
    fits: bool


def running(ports: Mapping[str, int]) -> Iterator[Running]:
    """The servers that answer on these loopback ports."""
    import httpx

    with httpx.Client(timeout=SECONDS, trust_env=False) as client:
        for program, port in ports.items():
            base_url = f"http://127.0.0.1:{port}/v1"
            try:
                told = client.get(f"{base_url}/models").json()
            except (httpx.HTTPError, ValueError):
                continue
            if isinstance(told, dict) and "data" in told:
                names = tuple(str(row["id"]) for row in rows(told, "data") if "id" in row)
                yield Running(program, base_url, names)


def model_files(given: Iterable[Path]) -> Iterator[ModelFile]:
    """GGUF models among these files and folders, the installed one, and those of the usual caches."""
    installed: list[Path] = []
    with suppress(LocalModelUnavailable):
        installed = [packaged_model()]
    seen: set[Path] = set()
    for place in (*given, *installed, *_caches()):
        for path in [place] if place.is_file() else sorted(place.rglob("*.gguf")):
            part = _PART.search(path.name)
            if (part and int(part[1]) > 1) or path.resolve() in seen:
                continue
            seen.add(path.resolve())
            header = read_header(path)
            if header is None or header.architecture == _NO_WRITER:
                continue
            # The first part holds only some of the parameters.
            size = (size_of(path.stem) if part else 0) or header.parameters
            yield ModelFile(str(path), path.stat().st_size, size, header.window, size >= SMALL)


def recommended(memory: int) -> list[Recommended]:
    """Models that write well for their size, the smallest first.

    memory: this machine's, 0 if unknown.
    """
    listed = json.loads(Path(__file__).with_name("recommended.json").read_text("utf-8"))
    needs = [int(row["parameters"] * A_PARAMETER) + BESIDE for row in listed]
    return [
        Recommended(**row, memory=need, fits=not memory or need <= memory * SHARE)
        for row, need in zip(listed, needs, strict=True)
    ]


def memory() -> int:
    """Bytes of memory of this machine, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


def _caches() -> list[Path]:
    """Where other programs keep models."""
    from platformdirs import user_cache_path

    home = Path.home()
    hub = Path(os.environ.get("HF_HOME") or home / ".cache" / "huggingface") / "hub"
    return [
        Path(os.environ.get("HF_HUB_CACHE") or hub),
        Path(os.environ.get("LLAMA_CACHE") or user_cache_path("llama.cpp")),
        home / ".lmstudio" / "models",
        home / ".cache" / "lm-studio" / "models",
    ]
