"""Formats of office programs and books that are not read, and what to do with a file of one."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath

_WORD = "a Word document: save it as PDF or text"
_EXCEL = "an old Excel file: save it as .xlsx or .csv"
_ADVICE = {
    ".xls": _EXCEL,
    ".doc": _WORD,
    ".docx": _WORD,
    ".ods": "an OpenDocument file: save it as .xlsx or .csv",
}
# Other formats that are zips, by what they hold.
_IN_ZIP = {
    "word/document.xml": _WORD,
    "ppt/presentation.xml": "a presentation, not a list",
    "META-INF/container.xml": "an EPUB book, not a list",
    "content.xml": "an OpenDocument file: save it as .xlsx, .csv or text",
}
# What files of Office before 2007 begin with, and later ones with a password.
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def advice(path: PurePath) -> str:
    """What to do with a file of this name; "" where nothing is known."""
    return _ADVICE.get(path.suffix.lower(), "")


def advice_on_zip(names: Collection[str]) -> str:
    """What to do with a zip of these files; "" where it is none of another format."""
    return next((advice for name, advice in _IN_ZIP.items() if name in names), "")


def is_ole(data: bytes) -> bool:
    """Whether the bytes are of an old Office program, or encrypted by a new one."""
    return data.startswith(_OLE)


def advice_on_ole(data: bytes, path: PurePath) -> str:
    """What to do with a file for which `is_ole` holds."""
    if _LOCKED in data:
        return "it is encrypted: save it without a password"
    return advice(path) or _EXCEL
