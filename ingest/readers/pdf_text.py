"""The text of a PDF, as a program of its own: bytes on standard input, JSON on standard output.

A hostile file can hang or crash any parser, so the reader runs this in a process that it can end.
`{"pages": [text], "front": [[[text, size, top], ...], ...], "title"}` or `{"problem"}`:
`front` has the lines of the first pages, each with its type size in points and its distance from
the top as a share of the page's height; `title` is the one in the file's properties.
"""

from __future__ import annotations

import ctypes
import json
import math
import sys
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

MAX_PAGES = 2000
MAX_CHARACTERS = 10_000_000
MAX_BYTES = 2 << 30
FRONT_PAGES = 3
_LINE_ENDS = frozenset("\r\n")
# A hyphen at the end of a line that parts a word, as PDFium marks it.
_SOFT_HYPHENS = frozenset("\x02\xad\ufffe")
_JOINED = dict.fromkeys(map(ord, _SOFT_HYPHENS))
_UPRIGHT = 0.1


def extract(data: bytes) -> dict[str, Any]:
    """What the module's docstring says, of a PDF's bytes."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        is_locked = "password" in str(error).lower() or "security" in str(error).lower()
        return {"problem": "locked" if is_locked else "broken"}
    if len(document) > MAX_PAGES:
        return {"problem": f"{len(document):,} pages, more than {MAX_PAGES:,}"}
    pages: list[str] = []
    front: list[list[tuple[str, float, float]]] = []
    left = MAX_CHARACTERS
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            pages.append("")
            continue
        pages.append(text.get_text_bounded()[:left].translate(_JOINED))
        left -= len(pages[-1])
        if number < FRONT_PAGES:
            front.append(_lines(text, page.get_height()))
        text.close()
        page.close()
        if left <= 0:
            return {"problem": f"more than {MAX_CHARACTERS:,} characters"}
    title = document.get_metadata_value("Title")
    return {"pages": pages, "front": front, "title": title}


def _lines(text: Any, height: float) -> list[tuple[str, float, float]]:
    """The upright lines of a page, in the order in which they were set."""
    found: list[tuple[str, float, float]] = []
    letters: list[str] = []
    sizes: list[float] = []
    top = 0.0
    for i in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text, i))
        if letter in _LINE_ENDS:
            _end_line(found, letters, sizes, top)
            letters, sizes = [], []
        elif letter not in _SOFT_HYPHENS and abs(raw.FPDFText_GetCharAngle(text, i)) < _UPRIGHT:
            if not letter.isspace():
                top = top if sizes else _top(text, i, height)
                sizes.append(_size(text, i))
            letters.append(letter)
    _end_line(found, letters, sizes, top)
    return found


def _end_line(
    found: list[tuple[str, float, float]], letters: list[str], sizes: list[float], top: float
) -> None:
    if sizes:
        # Beyond the first plane a character comes in two halves.
        line = "".join(letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        found.append((line.strip(), round(sorted(sizes)[len(sizes) // 2], 1), round(top, 4)))


def _top(text: Any, i: int, height: float) -> float:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, i, x, y)
    return 1.0 - y.value / height if height else 0.0


def _size(text: Any, i: int) -> float:
    """The size as set on the page: many files scale a font of one point."""
    matrix = raw.FS_MATRIX()
    scale = math.hypot(matrix.c, matrix.d) if raw.FPDFText_GetMatrix(text, i, matrix) else 1.0
    return float(raw.FPDFText_GetFontSize(text, i)) * (scale or 1.0)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.write(json.dumps(extract(sys.stdin.buffer.read())))
