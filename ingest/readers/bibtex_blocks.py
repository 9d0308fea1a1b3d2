"""The entries of a BibTeX file: well-formed ones by one pattern, all others by bibtexparser.

A block starts at an `@` at the beginning of a line, wherever it stands: so a file is cut there, and
what is broken costs only itself. bibtexparser goes from sign to sign, which takes most of the time
of a large file; nearly all of its entries need no more than the pattern.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_START = re.compile(r"^[ \t]*(?=@\w*[ \t]*[{(])", re.MULTILINE)
# As for bibtexparser, a sign behind a backslash is text. Nothing here is tried in two ways.
_TEXT = r"[^{}\\]++|\\++."
_BRACED = rf"\{{(?:{_TEXT})*+\}}"
for _ in range(3):  # as deep as most titles go
    _BRACED = rf"\{{(?:{_TEXT}|{_BRACED})*+\}}"
_VALUE = rf"(?:{_BRACED}|\"(?:[^\"\\{{]++|\{{(?!\")|\\++.)*+\"|[^\s{{}}\",#=\\@()]++)"
_HEAD = re.compile(r"@(?!comment|preamble|string)(\w+)[ \t]*\{([^,{}\"=\\]*),", re.IGNORECASE)
_FIELD = re.compile(
    rf"\s*+([\w:.+-]++)\s*+=\s*+({_VALUE}(?:\s*+\#\s*+{_VALUE})*+)\s*+(?:,|(?=\}}))", re.DOTALL
)
_END = re.compile(r"\s*\}")


@dataclass(frozen=True, slots=True)
class Block:
    """One entry. fields: names and values as they stand; None: it cannot be told apart."""

    raw: str
    kind: str = ""
    key: str = ""
    fields: list[tuple[str, str]] | None = None


def split_blocks(text: str, strings: dict[str, str]) -> Iterator[Block]:
    """The entries in order; `strings` gets each @string: name in lower case, value as it stands."""
    starts = [0, *(match.end() for match in _START.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        piece = text[start:end]
        block = _well_formed(piece)
        if block is not None:
            yield block
        elif "@" in piece:
            yield from _parsed(piece, strings)


def _well_formed(piece: str) -> Block | None:
    head = _HEAD.match(piece)
    if head is None:
        return None
    fields: list[tuple[str, str]] = []
    at = head.end()
    while field := _FIELD.match(piece, at):
        fields.append((field[1], field[2]))
        at = field.end()
    end = _END.match(piece, at)
    # What follows it is a comment, or another entry on the same line.
    if end is None or "@" in piece[end.end() :]:
        return None
    return Block(piece[: end.end()], head[1].lower(), head[2].strip(), fields)


def _parsed(piece: str, strings: dict[str, str]) -> Iterator[Block]:
    from bibtexparser.model import Entry, ParsingFailedBlock
    from bibtexparser.splitter import Splitter

    # What it warns of is in the library: a failed block is rejected with its reason.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = Splitter(piece).split()
    for name, string in library.strings_dict.items():
        strings.setdefault(name.lower(), string.value)
    for block in library.blocks:
        # Two entries of one key, two fields of one name: both are papers like others.
        inner = getattr(block, "ignore_error_block", None) or block
        raw = (inner.raw or "").strip()
        if isinstance(inner, Entry):
            fields = [(field.key, field.value) for field in inner.fields]
            yield Block(raw, inner.entry_type, inner.key, fields)
        elif isinstance(inner, ParsingFailedBlock):
            yield Block(raw)
