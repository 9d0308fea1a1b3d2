"""Records with named fields (JSON, CSV, RIS, BibTeX) to papers: one table of field names."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingest.identity import arxiv_id_of, find_arxiv_id, find_doi, with_ids
from ingest.paper import Paper, normalise_title
from ingest.readers.latex import plain_text
from ingest.readers.names import author_names, year_of
from ingest.readers.summary import clean_summary
from ingest.text import clean_field, clean_text

# Ours -> what others call it, the best first; compared in lower case, letters and digits only.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "papertitle", "articletitle", "documenttitle", "displayname", "name",
              "paper"),
    "summary": ("abstract", "summary", "abstractnote", "text", "description", "tldr", "annote"),
    "authors": ("authorfullnames", "authors", "author", "creators", "authornames", "writers",
                "authorshipsauthordisplayname"),
    "year": ("year", "publicationyear", "pubyear", "date", "issued", "published", "publicationdate",
             "publisheddate", "created"),
    "venue": ("venue", "journal", "journaltitle", "booktitle", "containertitle", "publicationtitle",
              "conference", "sourcetitle", "journalbook", "publication",
              "primarylocationsourcedisplayname", "publisher"),
    "url": ("url", "link", "urls", "links", "href", "pdfurl", "pdf"),
    "doi": ("doi", "dois"),
    "arxiv_id": ("arxivid", "arxiv", "eprint"),
    "tags": ("tags", "keywords", "keyword", "categories", "category", "topics", "manualtags",
             "subjects"),
    "citekey": ("citekey", "citationkey"),
    "citations": ("citationcount", "citedbycount", "isreferencedbycount", "citedby", "timescited"),
    # Where BibTeX of Google Scholar and DBLP says which preprint it is.
    "preprint": ("journal", "journaltitle", "volume", "note", "howpublished"),
    "id": ("externalids", "id", "paperid", "identifier"),
}  # fmt: skip
_ABSTRACTS = ("abstract", "abstractnote")
# No paper is cited a hundred million times.
_MOST_DIGITS = 9
_BLOCKS = frozenset("p br div li ul ol sec title h1 h2 h3 h4 td tr".split())
# Tags of HTML, JATS and MathML, and nothing else: "p < 0.05", "a <mask> token", "a <b and c> d" and
# a <code> that nothing closes are text.
_TAG = re.compile(
    r"<(/?)(?:jats:|mml:)?(p|br|div|li|ul|ol|sec|title|h[1-6]|td|tr|i|b|u|em|strong|sub|sup|span|a|tt|sc"
    r"|scp|small|bold|italic|abstract|label|code|math|mrow|mi|mo|mn|msub|msup|mtext|inline-formula)"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*\s*(/?)>",
    re.IGNORECASE,
)
_ALONE = frozenset("p br div li td tr".split())
# "R&D" and "Q&copy" are text.
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
_TEX = re.compile(r"\\(?:[a-zA-Z]+\s*\{|['\"`^~=.]\{?\\?[A-Za-z]|[&%_#$])")
# "DOI:10.1000/a,ArXiv:2001.00001"
_NEXT_ID = re.compile(r"[,;]\s*(?=[A-Za-z]+:)")
_ANOTHER_URL = re.compile(r"[;,|\s]+(?=https?://)")
_NAME = re.compile(r"[^a-z0-9]")
_TAG_NAMES = ("tag", "display_name", "name", "term")
_TAG_SEPARATOR = re.compile(r"[;|\n]")


@lru_cache(maxsize=4096)
def field_name(name: str) -> str:
    """A field's name as ALIASES writes it."""
    return _NAME.sub("", name.lower())


def is_title_name(name: str) -> bool:
    """Whether a column of this name holds titles."""
    return field_name(name) in ALIASES["title"]


def paper_from_fields(
    record: Mapping[str, Any], *, raw: str, source: str, number: int
) -> Paper | None:
    """The paper of a record; None if it has no title with a letter or digit in it."""
    named = {field_name(str(name)): value for name, value in record.items()}
    title = clean_field(_plain(_text(_first(named, "title"))))
    if not normalise_title(title):
        return None
    ids = _NEXT_ID.sub(" ", "\n".join(_text(named.get(alias, "")) for alias in ALIASES["id"]))
    url = _ANOTHER_URL.split(clean_field(_one(_first(named, "url"))), maxsplit=1)[0]
    summary, _ = clean_summary(clean_text(_plain(_text(_first(named, "summary")))).strip())
    if len(summary) <= 2 * len(title) and normalise_title(summary) == normalise_title(title):
        summary = ""
    return with_ids(
        Paper(
            title=title,
            summary=summary,
            raw=clean_text(raw),
            authors=author_names(_first(named, "authors")),
            year=_year(named),
            venue=clean_field(_plain(_one(_first(named, "venue")))),
            url=url,
            doi=find_doi(_one(_first(named, "doi"))) or find_doi(ids),
            arxiv_id=_arxiv_id(named) or find_arxiv_id(ids),
            tags=_tags(_first(named, "tags"), named.get("automatictags")),
            citekey=clean_field(_one(_first(named, "citekey"))),
            citations=_count(_first(named, "citations")),
            retracted=_is_retracted(named),
            is_abstract=bool(summary) and any(named.get(alias) for alias in _ABSTRACTS),
            source=source,
            record=number,
        )
    )


def _first(named: Mapping[str, Any], ours: str) -> Any:
    """The first filled field among the aliases."""
    for alias in ALIASES[ours]:
        if (value := named.get(alias)) or value == 0:
            return value
    return ""


def _arxiv_id(named: Mapping[str, Any]) -> str:
    marked = (find_arxiv_id(_one(named.get(alias, ""))) for alias in ALIASES["preprint"])
    return arxiv_id_of(_one(_first(named, "arxiv_id"))) or next(filter(None, marked), "")


def _year(named: Mapping[str, Any]) -> int | None:
    years = (year_of(named[alias]) for alias in ALIASES["year"] if named.get(alias))
    return next((year for year in years if year is not None), None)


def _count(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else None


def _is_retracted(named: Mapping[str, Any]) -> bool:
    """Whether a flag says so, or, as Crossref puts it, a notice of retraction."""
    updates = named.get("updatedby")
    notices = updates if isinstance(updates, list) else []
    kinds = [notice.get("type") for notice in notices if isinstance(notice, dict)]
    return named.get("isretracted", named.get("retracted")) is True or "retraction" in kinds


def _text(value: Any) -> str:
    """Text of a field; the parts of a list or an object as lines."""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}:{_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "\n".join(_text(item) for item in value)
    return "" if value is None else str(value)


def _one(value: Any) -> str:
    """Text of a field, of a list only the first part."""
    return _text(value[0]) if isinstance(value, (list, tuple)) and value else _text(value)


def _tags(*values: Any) -> tuple[str, ...]:
    parts = [part for value in values for part in _tag_parts(value)]
    return tuple(dict.fromkeys(tag for tag in map(clean_field, map(_plain, parts)) if tag))


def _tag_parts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [_tag(item) for item in value]
    text = clean_text(_text(value))
    parts = _TAG_SEPARATOR.split(text)
    return parts if len(parts) > 1 else text.split(",")


def _tag(item: Any) -> str:
    """The tag that a string is, or that an object of Zotero or OpenAlex names."""
    if isinstance(item, Mapping):
        return _text(next((item[name] for name in _TAG_NAMES if item.get(name)), ""))
    return _text(item)


def _plain(text: str) -> str:
    """The text without the HTML and the LaTeX that publishers leave in it."""
    if "<" in text or "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), _without_tags(text))
    if _TEX.search(text):
        text = "\n".join(map(plain_text, text.split("\n")))
    return text


def _without_tags(text: str) -> str:
    tags = {(tag[2].lower(), bool(tag[1])) for tag in _TAG.finditer(text)}
    paired = {name for name, closes in tags if (name, not closes) in tags} | _ALONE

    def in_place_of(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in paired and not tag[3]:
            return tag[0]
        return "\n" if name in _BLOCKS else ""

    return _TAG.sub(in_place_of, text)
