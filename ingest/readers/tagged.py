"""Tagged formats, one tagged line a field: RIS, MEDLINE (`.nbib`) and Web of Science (`.ciw`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.readers.base import ReadResult
from ingest.readers.fields import paper_from_fields
from ingest.text import lines_of


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one format writes its fields.

    line: a tagged line, groups tag and value. start, end: tags that open and close a record.
    tags: tag -> our field; of several filled tags of one field the first in this table counts.
    """

    name: str
    extensions: tuple[str, ...]
    line: re.Pattern[str]
    start: str
    end: str
    tags: Mapping[str, str]


RIS = Dialect(
    "RIS",
    (".ris",),
    re.compile(r"\s{0,3}(?P<tag>[A-Z][A-Z0-9])  ?-(?: (?P<value>.*)|\s*)$"),
    "TY",
    "ER",
    {
        "TI": "title", "T1": "title", "CT": "title",
        "AB": "abstract", "N2": "abstract",
        "AU": "authors", "A1": "authors",
        "PY": "year", "Y1": "date", "DA": "date",
        "JO": "journal", "JF": "journal", "T2": "journal", "BT": "journal", "JA": "journal",
        "UR": "url", "L1": "url", "DO": "doi", "KW": "keywords", "ID": "citekey",
        "N1": "note",
    },
)  # fmt: skip
MEDLINE = Dialect(
    "MEDLINE",
    (".nbib",),
    re.compile(r"(?P<tag>[A-Z]{2,4}) {0,2}- (?P<value>.*)$"),
    "PMID",
    "",
    {
        "TI": "title", "BTI": "title", "AB": "abstract", "FAU": "authors", "AU": "authors",
        "DP": "year", "JT": "journal", "TA": "journal", "LID": "doi", "AID": "doi",
        "MH": "keywords", "OT": "keywords", "PMID": "id",
    },
)  # fmt: skip
WEB_OF_SCIENCE = Dialect(
    "Web of Science",
    (".ciw", ".isi"),
    re.compile(r"(?P<tag>[A-Z][A-Z0-9])(?: (?P<value>.*))?$"),
    "PT",
    "ER",
    {
        "TI": "title", "AB": "abstract", "AF": "authors", "AU": "authors", "PY": "year",
        "SO": "journal", "DI": "doi", "DE": "keywords", "ID": "keywords", "UT": "id",
    },
)  # fmt: skip
# A continued line of these is a value of its own; of all others it goes on.
_ONE_A_LINE = {WEB_OF_SCIENCE.name: frozenset(("AU", "AF"))}
_MARKED = {
    RIS.name: re.compile(r"^\s{0,3}TY  ?-", re.MULTILINE),
    MEDLINE.name: re.compile(r"^PMID ?- ?\d+[ \t]*$", re.MULTILINE),
    WEB_OF_SCIENCE.name: re.compile(r"^PT [A-Z]\n(?:[A-Z][A-Z0-9] |   )", re.MULTILINE),
}


class TaggedReader:
    """Reads one dialect; a record runs to its end tag, or to the next one's start."""

    def __init__(self, dialect: Dialect) -> None:
        self.name = dialect.name
        self.extensions = dialect.extensions
        self._dialect = dialect

    def accepts(self, text: str) -> bool:
        """Whether a record starts anywhere."""
        return _MARKED[self.name].search(text) is not None

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one a record."""
        return self.read_lines(lines_of(text), source)

    def read_lines(self, lines: Iterator[str], source: str) -> ReadResult:
        """The papers, one a record."""
        result = ReadResult()
        for number, record in enumerate(_records(lines, self._dialect), start=1):
            fields = _fields(record, self._dialect)
            raw = "\n".join(record)
            paper = paper_from_fields(fields, raw=raw, source=source, number=number)
            result.take(paper, source, number)
        if not result.papers and not result.rejected:
            start = self._dialect.start
            result.reject(source, 0, f"no {self.name} record: none starts with {start}")
        return result


def _records(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    current: list[str] = []
    for line in lines:
        match = dialect.line.match(line)
        tag = match["tag"] if match else ""
        if tag == dialect.start and current:
            yield current
            current = []
        # RIS records are read without their first line, too; the others have a head before it.
        opens = tag == dialect.start or (dialect is RIS and tag not in ("", dialect.end))
        if current or opens:
            current.append(line)
        if tag and tag == dialect.end and current:
            yield current
            current = []
    if current:
        yield current


def _fields(lines: list[str], dialect: Dialect) -> dict[str, object]:
    """Our field names -> value, or list of values where a record repeats the tag."""
    values: dict[str, list[list[str]]] = {}
    last: list[list[str]] | None = None
    one_a_line: frozenset[str] = _ONE_A_LINE.get(dialect.name, frozenset())
    goes_on = False
    for line in lines:
        match = dialect.line.match(line)
        if match is None:
            if last and line.strip():
                last.append([line.strip()]) if goes_on else last[-1].append(line.strip())
            continue
        last = values.setdefault(match["tag"], [])
        last.append([(match["value"] or "").strip()])
        goes_on = match["tag"] in one_a_line
    keywords: list[str] = []
    fields: dict[str, object] = {"keywords": keywords}
    for tag, name in dialect.tags.items():
        found = [text for parts in values.get(tag, ()) if (text := " ".join(filter(None, parts)))]
        if name == "doi":  # MEDLINE puts publishers' numbers beside it
            found = [text for text in found if "10." in text]
        if name == "keywords":
            # Web of Science writes all of them in one field.
            is_joined = dialect is WEB_OF_SCIENCE
            keywords += [p for text in found for p in (text.split(";") if is_joined else [text])]
        elif found and name not in fields:
            fields[name] = found if name == "authors" else found[0]
    return fields


READERS = (TaggedReader(RIS), TaggedReader(MEDLINE), TaggedReader(WEB_OF_SCIENCE))
