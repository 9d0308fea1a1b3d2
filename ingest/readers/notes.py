"""Notes on papers, as in Obsidian: one Markdown file a paper, its fields on top as YAML."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import Any

import yaml

from ingest.paper import Paper
from ingest.readers.base import ReadResult
from ingest.readers.fields import field_name, paper_from_fields

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{1,16384}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# A value that YAML takes for something else: "title: Rooms: a survey", "citekey: @lee2020".
_BARE = re.compile(r"^([\w -]+):[ \t]+(?![\"'\[{|>])(.+)$", re.MULTILINE)
_HEADING = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)
_ABSTRACT = (
    re.compile(
        r"^#{1,6}[ \t]*(?:abstract|summary)\b[^\n]*\n(.*?)(?=^#|\Z)",
        re.IGNORECASE | re.MULTILINE | re.DOTALL,
    ),
    re.compile(
        r"^>[ \t]*\[!abstract\][^\n]*\n((?:>[^\n]*(?:\n|\Z))+)", re.IGNORECASE | re.MULTILINE
    ),
)
_QUOTED = re.compile(r"^>[ \t]?", re.MULTILINE)
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]+)\]\]")
# The parser's time grows with the square of how deep brackets stand in each other.
_DEEPEST = 20
# What says that a note is about one paper; any page has a title, a date and tags.
_OF_PAPERS = frozenset(
    "doi arxiv arxivid eprint citekey citationkey abstract abstractnote journal venue booktitle"
    " publicationtitle containertitle".split()
)
_NO_TITLE = "no title: a note needs a property called title, or a heading"


class NoteReader:
    """A note whose properties are those of a paper; a list with front matter is a list."""

    name = "note"
    extensions: tuple[str, ...] = ()

    def accepts(self, text: str) -> bool:
        """Whether properties name an id, a citekey, a venue, an abstract, or author and year."""
        names = {field_name(name) for name in _properties(text)}
        return bool(names & _OF_PAPERS) or (bool(names & {"author", "authors"}) and "year" in names)

    def read(self, text: str, source: str) -> ReadResult:
        """The one paper of a note."""
        result = ReadResult()
        paper = _paper(text, source)
        if paper is None:
            result.reject(source, 0, _NO_TITLE)
        else:
            result.add(paper)
        return result


def _paper(text: str, source: str) -> Paper | None:
    fields = {field_name(name): _plain(value) for name, value in _properties(text).items()}
    body = _FRONT_MATTER.sub("", text, count=1)
    if not fields.get("title"):
        heading = _HEADING.search(body)
        aliases = fields.get("aliases")
        first = aliases[0] if isinstance(aliases, list) and aliases else aliases
        fields["title"] = _plain(heading[1]) if heading else first
    if not any(fields.get(name) for name in ("abstract", "abstractnote", "summary")):
        found = next(filter(None, (pattern.search(body) for pattern in _ABSTRACT)), None)
        fields["abstract"] = _plain(_QUOTED.sub("", found[1])) if found else ""
    for name in ("citekey", "citationkey"):
        fields[name] = str(fields.get(name) or "").lstrip("@")
    return paper_from_fields(fields, raw=text, source=source, number=1)


def _properties(text: str) -> dict[str, Any]:
    """The fields on top of a note; none where there are none that can be read."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}
    found = _loaded(match[1])
    if found is None:
        found = _loaded(_BARE.sub(_in_quotes, match[1]))
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


# Properties are loaded to know a note, and then to read it; twice where they want quotes.
@lru_cache(maxsize=2)
def _loaded(text: str) -> Any:
    if max(accumulate((c in "[{") - (c in "]}") for c in text)) > _DEEPEST:
        return None
    try:
        # An alias can stand for a text a thousand times as long.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            return None
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _in_quotes(match: re.Match[str]) -> str:
    value = match[2].strip().replace("'", "''")
    return f"{match[1]}: '{value}'"


def _plain(value: Any) -> Any:
    """A value without wiki links and marks of tags; to YAML `[[Ann Lee]]` is a list in a list."""
    if isinstance(value, list):
        parts = [_plain(part[0] if isinstance(part, list) and part else part) for part in value]
        return [part.lstrip("#") if isinstance(part, str) else part for part in parts]
    return _WIKI_LINK.sub(r"\1", value) if isinstance(value, str) else value
