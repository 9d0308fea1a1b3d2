"""GGUF files that have a header and no weights."""

from __future__ import annotations

import struct
from pathlib import Path


def write_gguf(
    path: Path, *, parameters: int, architecture: str = "llama", window: int = 4096
) -> Path:
    """A file that says of itself what is given; its other fields are of every kind there is."""
    fields = [
        _text("general.architecture") + _number(8) + _text(architecture),
        _text(f"{architecture}.context_length") + _number(4) + _number(window),
        _text("tokenizer.ggml.tokens")
        + _number(9)
        + _number(8)
        + _long(2)
        + _text("a")
        + _text(""),
        _text("tokenizer.ggml.scores") + _number(9) + _number(6) + _long(2) + bytes(8),
        _text("general.rope") + _number(6) + struct.pack("<f", 1.5),
        _text("general.flag") + _number(7) + b"\x01",
    ]
    tensor = _text("token_embd.weight") + _number(2) + _long(2) + _long(parameters // 2)
    head = b"GGUF" + _number(3) + _long(1) + _long(len(fields))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + b"".join(fields) + tensor + _number(0) + _long(0))
    return path


def _text(value: str) -> bytes:
    return _long(len(value)) + value.encode()


def _number(value: int) -> bytes:
    return struct.pack("<I", value)


def _long(value: int) -> bytes:
    return struct.pack("<Q", value)
