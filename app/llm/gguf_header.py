"""What a GGUF file says about itself, read from its header without loading the model.

The layout is that of the GGUF specification, versions 2 and 3, in little-endian form.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"GGUF"
VERSIONS = (2, 3)
# Bytes that no text of a header has; a damaged file may name any length.
LONGEST = 1 << 24
# The types of values by their numbers: how `struct` reads those of a fixed size, and the two
# others.
_FIXED = dict(zip((0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "BbHhIif?Qqd", strict=True))
_TEXT, _LIST = 8, 9


@dataclass(frozen=True, slots=True)
class Header:
    """What a model is.

    architecture: such as "llama". window: tokens it was trained to read, 0: not said.
    """

    architecture: str
    parameters: int
    window: int


def read_header(path: Path) -> Header | None:
    """The header of a file, None where it is no GGUF file or is cut off before its header ends."""
    try:
        with path.open("rb") as file:
            return _header(file)
    except (OSError, struct.error, OverflowError):
        return None


def _header(file: BinaryIO) -> Header | None:
    if file.read(len(MAGIC)) != MAGIC or _number(file, "I") not in VERSIONS:
        return None
    tensors, fields = _number(file, "Q"), _number(file, "Q")
    known = {_text(file): _value(file, _number(file, "I")) for _ in range(fields)}
    parameters = sum(_size_of_tensor(file) for _ in range(tensors))
    architecture = str(known.get("general.architecture", ""))
    window = known.get(f"{architecture}.context_length")
    return Header(architecture, parameters, window if isinstance(window, int) else 0)


def _size_of_tensor(file: BinaryIO) -> int:
    _text(file)
    shape = [_number(file, "Q") for _ in range(_number(file, "I"))]
    file.seek(struct.calcsize("<IQ"), 1)  # its type and its place
    return prod(shape)


def _value(file: BinaryIO, kind: int) -> Any:
    """A value; the items of lists, which are vocabularies, are passed over."""
    if kind == _TEXT:
        return _text(file)
    if kind != _LIST:
        return _number(file, _form(kind))
    inner, length = _number(file, "I"), _number(file, "Q")
    if inner == _TEXT:
        for _ in range(length):
            file.seek(_number(file, "Q"), 1)
    else:
        file.seek(length * struct.calcsize(_form(inner)), 1)
    return None


def _text(file: BinaryIO) -> str:
    length = _number(file, "Q")
    return _exactly(file, length).decode("utf-8", "replace")


def _number(file: BinaryIO, form: str) -> Any:
    return struct.unpack(f"<{form}", _exactly(file, struct.calcsize(form)))[0]


def _exactly(file: BinaryIO, length: int) -> bytes:
    found = file.read(min(length, LONGEST))
    if len(found) != length:
        raise struct.error("the file ends here")
    return found


def _form(kind: int) -> str:
    if kind not in _FIXED:
        raise struct.error(f"no type {kind}")
    return _FIXED[kind]
