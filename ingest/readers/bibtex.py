"""BibTeX and biblatex: entries to papers. A broken entry is rejected, the rest is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ingest.readers.base import ReadResult
from ingest.readers.bibtex_blocks import Block, split_blocks
from ingest.readers.fields import paper_from_fields
from ingest.readers.latex import plain_text
from ingest.readers.markdown import without_code
from ingest.readers.names import bibtex_names

_START = re.compile(r"^[ \t]*@\s*\w+\s*[{(]", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+][ \t]|\d+[.)][ \t]|\|)", re.MULTILINE)
# Items in the text beside an entry; abstracts hold lists, too.
_ITEMS_PER_ENTRY = 3
# Characters that tell what a text is made of.
_HEAD = 1 << 20
_LINKED = re.compile(r"@\s*string|crossref", re.IGNORECASE)
_SIGN = re.compile(r"(?<!\\)[{}\"#]")
_ADDRESS = re.compile(r"https?://[^\s{}]+")
# A field behind a value: the comma between them is missing.
_FORGOTTEN = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*")
_VERBATIM = frozenset(("url", "doi", "eprint", "link", "pdf"))
# What biblatex and styles keep beside the records.
_NO_RECORDS = frozenset(("set", "xdata", "control", "ieeetranbstctl"))
_NAMES = frozenset(("author", "authors", "editor", "editors"))
# What a chapter takes from the book that `crossref` names, and under which name.
_INHERITED = {"title": "booktitle", "year": "year", "date": "date", "publisher": "publisher"}
_SHOWN = 60

Fields = dict[str, str]


class BibtexReader:
    """`.bib` files."""

    name = "BibTeX"
    extensions: tuple[str, ...] = (".bib", ".bibtex")

    def accepts(self, text: str) -> bool:
        """Whether entries are what the text is made of: a list that says how to cite it is none."""
        head = text[:_HEAD]
        entries = len(_START.findall(without_code(head)))
        return entries > len(_ITEM.findall(head)) / _ITEMS_PER_ENTRY

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one an entry; @string and crossref are followed, @comment is passed over."""
        result = ReadResult()
        strings: dict[str, str] = {}
        blocks: Iterable[Block] = split_blocks(text, strings)
        books: dict[str, Fields] = {}
        macros: dict[str, str] = {}
        if _LINKED.search(text):  # what an entry refers to may stand behind it
            blocks = list(blocks)
            macros = {name: _value(value, {}) for name, value in strings.items()}
            for block in blocks:
                if block.key and (fields := _fields(block, macros)):
                    books.setdefault(block.key.lower(), fields)
        number = 0
        for number, block in enumerate((b for b in blocks if b.kind not in _NO_RECORDS), start=1):
            fields = _fields(block, macros)
            if fields is None:
                reason = f"unbalanced braces or a missing comma: {block.raw[:_SHOWN]!r}"
                result.reject(source, number, reason)
                continue
            record = _record(_inherit(fields, books)) | {"citekey": block.key}
            paper = paper_from_fields(record, raw=block.raw, source=source, number=number)
            result.take(paper, source, number)
        if not number:
            result.reject(source, 0, "no BibTeX entry: none starts with @")
        return result


def _fields(block: Block, macros: Mapping[str, str]) -> Fields | None:
    """Lower-case name -> value; of two fields of one name the first counts."""
    if block.fields is None:
        return None
    fields: Fields = {}
    for field in block.fields:
        name, written = field
        while "=" in written and (forgotten := _FORGOTTEN.match(written, _closing(written))):
            fields.setdefault(name.lower(), _value(written[: forgotten.start()], macros))
            name, written = forgotten[1], written[forgotten.end() :]
        fields.setdefault(name.lower(), _value(written, macros))
    return fields


def _closing(written: str) -> int:
    """Where the brace that a value starts with is closed; the value's end if none is."""
    depth = 0
    for sign in _SIGN.finditer(written) if written.startswith("{") else ():
        depth += {"{": 1, "}": -1}.get(sign[0], 0)
        if depth == 0:
            return sign.end()
    return len(written)


def _inherit(fields: Fields, books: Mapping[str, Fields]) -> Fields:
    book = books.get(fields.get("crossref", "").strip().lower())
    if book is None:
        return fields
    inherited = {ours: book[theirs] for theirs, ours in _INHERITED.items() if theirs in book}
    return {**inherited, **fields}


def _record(fields: Fields) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, value in fields.items():
        if name in _NAMES:
            record[name] = [{"literal": plain_text(author)} for author in bibtex_names(value)]
        else:
            record[name] = value.replace("\\_", "_") if name in _VERBATIM else plain_text(value)
    if fields.get("subtitle"):  # biblatex parts them
        record["title"] = f"{record.get('title', '')}: {record['subtitle']}"
    if address := _ADDRESS.search(fields.get("howpublished", "")):
        record.setdefault("url", address.group())
    return record


def _value(written: str, macros: Mapping[str, str]) -> str:
    """A field's value: its parts, `{...}`, `"..."`, numbers and macros, joined at each `#`."""
    if "#" not in written:
        return _part(written, macros)
    parts: list[str] = []
    depth, quoted, start = 0, False, 0
    for sign in _SIGN.finditer(written):
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            depth -= 1
        elif depth == 0 and sign[0] == '"':
            quoted = not quoted
        elif depth == 0 and not quoted and sign[0] == "#":
            parts.append(written[start : sign.start()])
            start = sign.end()
    return "".join(_part(part, macros) for part in (*parts, written[start:]))


def _part(written: str, macros: Mapping[str, str]) -> str:
    part = written.strip()
    if part[:1] + part[-1:] in ("{}", '""') and len(part) > 1:
        return part[1:-1]
    return macros.get(part.lower(), part)
