"""Bytes to text, and text that is safe to store and to show."""

from __future__ import annotations

import codecs
import re

# Marks that reorder or hide text, besides the control characters: bidirectional controls,
# zero-width space, word joiner, byte order mark, interlinear and tag characters. The joiners that
# scripts and emoji need (U+200C, U+200D) stay.
_HIDDEN = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Everything that `clean_text` changes: most texts hold none of it, and one search is cheapest.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\u0085|\u2028|\u2029")
_BINARY_SHARE = 0.02
_SNIFFED = 8192
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

    Tried in order: the byte order mark's encoding, UTF-8, Latin-1.

    Raises:
        NotTextError: the data is binary.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise NotTextError(f"broken {encoding.upper()}") from error
    if b"\x00" in data[:_SNIFFED]:
        raise NotTextError("it holds NUL bytes")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    controls = len(_CONTROL.findall(text[:_SNIFFED]))
    if controls > _BINARY_SHARE * min(len(text), _SNIFFED):
        raise NotTextError("it holds control bytes")
    return text, "not valid UTF-8; read as Latin-1, so accents may be wrong"


def clean_text(text: str) -> str:
    """The text without control, bidirectional and hidden characters, with one kind of line end."""
    if _ODD.search(text) is None:
        return text
    text = _LINE_END.sub("\n", text)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(" ", _HIDDEN.sub("", text))


def clean_field(text: str) -> str:
    """One line: clean, white space runs as one space, none at the ends."""
    return " ".join(clean_text(text).split())
