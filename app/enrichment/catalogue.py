"""A catalogue: a file of records in JSON lines, also gzipped, read line by line and never held."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.enrichment.matching import Found
from app.library.groups import Shelf
from ingest.errors import InputError
from ingest.paper import Paper
from ingest.readers.fields import ALIASES, field_name
from ingest.readers.json_records import paper_of_record

_GZIP = b"\x1f\x8b"
_HINT = "a catalogue is JSON lines, a record with `title` and `abstract` a line, also as .gz"


def look_up(path: Path, papers: list[Paper]) -> dict[int, list[Found]]:
    """The records of a catalogue that may be of each paper, by its place in `papers`.

    Raises:
        InputError: the file cannot be read to its end, or holds no record.
    """
    shelf = Shelf(papers)
    found: dict[int, list[Found]] = {}
    number = 0
    for number, record in enumerate(_records(path), start=1):
        # Cleaning abstracts is what takes time, and nearly all are of other papers.
        brief = {n: v for n, v in record.items() if field_name(n) not in ALIASES["summary"]}
        paper = _paper(brief, path, number)
        match = paper and shelf.find(paper)
        whole = match and _paper(record, path, number)
        if match and whole:
            found.setdefault(match[0], []).append((whole, match[1]))
    if not number:
        raise InputError(f"there are no records in {path}", hint=_HINT)
    return found


def _paper(record: dict[str, object], path: Path, number: int) -> Paper | None:
    return paper_of_record(record, raw="", source=path.name, number=number)


def _records(path: Path) -> Iterator[dict[str, object]]:
    try:
        with _opened(path) as lines:
            for line in lines:
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    continue  # one broken line of thousands is as good as not there
                if isinstance(record, dict):
                    yield {str(name): value for name, value in record.items()}
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read {path}: {reason}", hint=_HINT) from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_packed = file.read(len(_GZIP)) == _GZIP
    return gzip.open(path) if is_packed else path.open("rb")  # type: ignore[return-value]
