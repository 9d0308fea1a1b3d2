"""JSON and JSON lines, CSL-JSON included: objects with named fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.paper import Paper, normalise_title
from ingest.readers.base import ReadResult
from ingest.readers.fields import field_name, is_title_name, paper_from_fields
from ingest.readers.zotero import NOT_PAPERS, fields_of, item_data
from ingest.text import clean_text, lines_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# Fields that only our own export has.
_OWN = frozenset(("paper_id", "raw", "origins", "confidence"))
# Where the records are in an object around them, the usual names first.
_ENVELOPES = ("papers", "items", "results", "records", "entries", "data", "references", "documents")


class JsonReader:
    """`.json`: a list of records, an object that holds one, or records by their id."""

    name = "JSON"
    extensions: tuple[str, ...] = (".json",)

    def accepts(self, text: str) -> bool:
        """Whether it parses as a whole, and not as one scalar."""
        return (
            isinstance(_parse_whole(text)[0], (dict, list)) if text.lstrip()[:1] in "{[" else False
        )

    def read(self, text: str, source: str) -> ReadResult:
        """The papers of the list, in order; JSON lines are read as such."""
        result = ReadResult()
        value, problem = _parse_whole(text)
        _parse_whole.cache_clear()
        if problem:
            lines = JsonLinesReader().read(text, source)
            if lines.papers:
                return lines
            result.reject(source, 0, problem)
            return result
        for number, record in enumerate(_records(value), start=1):
            _add(result, record, json.dumps(record, ensure_ascii=False), (source, number))
        return result


class JsonLinesReader:
    """`.jsonl`: one record a line; records are numbered by their line."""

    name = "JSON lines"
    extensions: tuple[str, ...] = (".jsonl", ".ndjson")

    def accepts(self, text: str) -> bool:
        """Whether the first line that is not blank is an object by itself."""
        first = next((line for line in lines_of(text) if line.strip()), "")
        return first.lstrip().startswith("{") and isinstance(_parse(first)[0], dict)

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one a line; a broken line is rejected and the rest read."""
        return self.read_lines(lines_of(text), source)

    def read_lines(self, lines: Iterator[str], source: str) -> ReadResult:
        """The papers, one a line."""
        result = ReadResult()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            value, problem = _parse(line)
            if problem:
                result.reject(source, number, problem)
            else:
                _add(result, value, line, (source, number))
        return result


def _parse(text: str) -> tuple[Any, str]:
    """(value, "") or (None, what is wrong)."""
    try:
        return json.loads(text), ""
    except json.JSONDecodeError as error:
        return None, f"broken JSON: {error.msg} (column {error.colno})"
    except (ValueError, RecursionError) as error:
        return None, f"JSON that cannot be read: {type(error).__name__}"


# A file is parsed to know its format, and then to be read.
_parse_whole = lru_cache(maxsize=1)(_parse)


def _records(value: Any) -> Iterator[Any]:
    if not isinstance(value, dict):
        yield from value if isinstance(value, list) else [value]
        return
    if any(is_title_name(str(name)) and isinstance(item, str) for name, item in value.items()):
        yield value
        return
    named = {field_name(name): item for name, item in value.items()}
    if isinstance(named.get("message"), dict):  # Crossref
        yield from _records(named["message"])
        return
    for envelope in _ENVELOPES:
        if isinstance(named.get(envelope), list):
            yield from named[envelope]
            return
    if value and all(isinstance(item, dict) for item in value.values()):
        for key, item in value.items():
            yield {"id": key, **item}
        return
    yield value


def _from_openalex(record: dict[str, Any]) -> dict[str, Any]:
    """A work of OpenAlex with its nested authors, venue and word-to-places abstract made plain."""
    authorships = record["authorships"] if isinstance(record["authorships"], list) else []
    people = [item.get("author") for item in authorships if isinstance(item, dict)]
    location = record.get("primary_location")
    venue = location.get("source") if isinstance(location, dict) else None
    places = record.get("abstract_inverted_index")
    words: dict[int, str] = {}
    for word, at in places.items() if isinstance(places, dict) else ():
        words.update({n: word for n in at or () if isinstance(n, int)})
    return {
        "authors": [p.get("display_name") for p in people if isinstance(p, dict)],
        "venue": venue.get("display_name") if isinstance(venue, dict) else "",
        "url": location.get("landing_page_url") if isinstance(location, dict) else "",
        "abstract": " ".join(words[n] for n in sorted(words)),
        **record,
    }


def _own(record: dict[str, Any], raw: str, source: str, number: int) -> Paper | None:
    """The paper of a line of our own export, exactly; None for other records."""
    if not record.keys() >= _OWN:
        return None
    try:
        paper = _adapter().validate_json(raw, strict=True)
    except ValueError:
        return None
    whole = paper.text + paper.raw + paper.venue + "".join((*paper.authors, *paper.tags))
    if clean_text(whole) != whole or not normalise_title(paper.title):
        return None
    return paper.with_changes(source=source, record=number, origins=())


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Paper]:
    from pydantic import TypeAdapter

    return TypeAdapter(Paper)


def _add(result: ReadResult, record: Any, raw: str, place: tuple[str, int]) -> None:
    source, number = place
    if isinstance(record, str):
        record = {"title": record}
    if not isinstance(record, dict):
        result.reject(source, number, f"not a JSON object but {type(record).__name__}")
        return
    if item := item_data(record):
        if item["itemType"] in NOT_PAPERS:
            result.reject(source, number, f"not a paper but an item of type {item['itemType']}")
            return
        record = fields_of(item)
    paper = _own(record, raw, source, number)
    paper = paper or paper_of_record(record, raw=raw, source=source, number=number)
    result.take(paper, source, number)


def paper_of_record(record: dict[str, Any], *, raw: str, source: str, number: int) -> Paper | None:
    """The paper of one object; None if it has no title with a letter or digit in it."""
    if "authorships" in record:
        record = _from_openalex(record)
    return paper_from_fields(record, raw=raw, source=source, number=number)
