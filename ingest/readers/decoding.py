"""Bytes to text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

from ingest.text import clean_text

_SNIFFED = 8192
_BLOCK = 2**20
_BINARY_SHARE = 0.02
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotTextError(ValueError):
    """The bytes are not text in any encoding that is tried."""


def decode(data: bytes) -> tuple[str, str]:
    """(text, warning); the warning is empty unless the encoding had to be guessed.

    Tried in order: the byte order mark's encoding, UTF-8, Windows-1252, Latin-1.

    Raises:
        NotTextError: the data is binary.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise NotTextError(f"broken {encoding.upper()}") from error
    _refuse_nul(data)
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        # Latin-1 with curly quotes and dashes, where Latin-1 itself has controls.
        name, text = _single_byte(data)
    controls = len(_CONTROL.findall(text[:_SNIFFED]))
    if controls > _BINARY_SHARE * min(len(text), _SNIFFED):
        raise NotTextError("it holds control bytes")
    return text, f"not valid UTF-8; read as {name}, so accents may be wrong"


def stream_lines(data: bytes) -> Iterator[str]:
    """The clean lines of UTF-8, without their ends; of the text, only a block is held at a time.

    Raises:
        NotTextError: the data is binary. UnicodeDecodeError: on the way, where it is not UTF-8.
    """
    _refuse_nul(data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="\n")
    last = ""
    while block := text.read(_BLOCK):
        *lines, last = clean_text(block + text.readline()).split("\n")
        yield from lines
    yield last


def _refuse_nul(data: bytes) -> None:
    if b"\x00" in data[:_SNIFFED]:
        raise NotTextError("it holds NUL bytes")


def _single_byte(data: bytes) -> tuple[str, str]:
    try:
        return "Windows-1252", data.decode("cp1252")
    except UnicodeDecodeError:
        return "Latin-1", data.decode("latin-1")
