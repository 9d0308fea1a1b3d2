"""What a llama.cpp server has read of a prompt, kept on disk: after a restart it is not read again.

The state of the last fixed part of a prompt is kept, and no other: one of a large model takes a
gigabyte. The server compares what it is given with what it has read, token by token, so a state
that does not fit costs time but is never wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Seconds; a gigabyte is written and read.
LONGEST_SAVE = 120.0
# Servers and the states that they hold, or held a moment ago.
_held: dict[str, str] = {}


@contextmanager
def remembering(prefix: str, folder: Path, model: str, address: str, key: str) -> Iterator[None]:
    """For a request whose prompt begins with `prefix`: have that read already, and keep what was read.

    An empty prefix is not kept. What fails is left: the prompt is then read once more.

    Args:
        prefix: the part of the prompt that other requests share.
        folder: where states are kept; the server saves to it and restores from it.
        model: what tells the server's model and window from others.
        address: of a server with one slot.
        key: of the server.
    """
    name = hashlib.sha256(f"{model}\n{prefix}".encode()).hexdigest()[:32] + ".state"
    kept = folder / name
    wanted = prefix and _held.get(address) != name and kept.is_file()
    if wanted and not _slot("restore", name, address, key):
        kept.unlink(missing_ok=True)
    yield
    if not prefix:
        return
    _held[address] = name
    new = kept.with_suffix(".new")
    if not kept.is_file() and _slot("save", new.name, address, key):
        for other in folder.glob("*.state"):
            other.unlink(missing_ok=True)
        with suppress(OSError):
            new.replace(kept)


def _slot(action: str, name: str, address: str, key: str) -> bool:
    """Have the server's slot saved to a file of its folder, or restored from it; whether it was."""
    import httpx

    try:
        reply = httpx.post(
            f"{address}/slots/0?action={action}",
            json={"filename": name},
            headers={"Authorization": f"Bearer {key}"},
            timeout=LONGEST_SAVE,
            trust_env=False,
        )
    except httpx.HTTPError:
        return False
    return reply.is_success
