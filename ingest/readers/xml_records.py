"""XML of PubMed, EndNote, arXiv (Atom) and outlines (OPML), by defusedxml: no entity bombs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.readers.base import ReadResult
from ingest.readers.fields import paper_from_fields

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Fields = dict[str, object]
_ROOT = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*)*<([\w:]+)", re.DOTALL
)


class XmlReader:
    """`.xml`, `.opml`, `.atom`: the root element says which format it is."""

    name = "XML"
    extensions: tuple[str, ...] = (".xml", ".opml", ".atom")

    def accepts(self, text: str) -> bool:
        """Whether the root element is one that is known."""
        root = _ROOT.match(text)
        return root is not None and root[1].rpartition(":")[2] in _FORMATS

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one a record."""
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        result = ReadResult()
        try:
            root = fromstring(text)
        except ParseError as error:
            result.reject(source, 0, f"broken XML: {error}")
            return result
        except (DefusedXmlException, ValueError) as error:
            result.reject(source, 0, f"XML that is not read: {type(error).__name__}")
            return result
        records = _FORMATS.get(_local(root))
        if records is None:
            known = ", ".join(_FORMATS)
            result.reject(source, 0, f"XML of <{_local(root)}>; read are {known}")
            return result
        for number, fields in enumerate(records(root), start=1):
            raw = "\n".join(f"{name}: {value}" for name, value in fields.items() if value)
            paper = paper_from_fields(fields, raw=raw, source=source, number=number)
            result.take(paper, source, number)
        if not result.papers and not result.rejected:
            result.reject(source, 0, "there are no records in it")
        return result


def _pubmed(root: Element) -> Iterator[Fields]:
    for record in _all(root, "PubmedArticle", "PubmedBookArticle"):
        yield {
            "title": _get(record, "ArticleTitle", "BookTitle"),
            "abstract": _pubmed_abstract(record),
            "authors": [_pubmed_author(author) for author in _all(record, "Author")],
            "year": _dates(record, "PubDate", "ArticleDate"),
            "journal": _get(_first(record, "Journal"), "Title"),
            "doi": _pubmed_doi(record),
            "keywords": [_text(e) for e in _all(record, "Keyword", "DescriptorName")],
        }


def _pubmed_abstract(record: Element) -> str:
    # Another one is the same in another language, or written by somebody else.
    own = [_first(record, name) for name in ("Abstract", "OtherAbstract")]
    abstract = next((found for found in own if found is not None), None)
    parts = () if abstract is None else _all(abstract, "AbstractText")
    return "\n".join(_section(part) for part in parts)


def _dates(record: Element, *names: str) -> str:
    return " ".join(part for date in _all(record, *names) for part in date.itertext())


def _section(part: Element) -> str:
    label = part.get("Label", "").capitalize()
    return f"{label}: {_text(part)}" if label else _text(part)


def _pubmed_author(author: Element) -> dict[str, str]:
    family, given = _get(author, "LastName"), _get(author, "ForeName", "Initials")
    # Below the name stand affiliations and ids.
    return {"family": family, "given": given, "name": _get(author, "CollectiveName")}


def _pubmed_doi(record: Element) -> str:
    # The first of its own: those of its references come later.
    places = (("ELocationID", "EIdType"), ("ArticleId", "IdType"))
    found = (e for name, kind in places for e in _all(record, name) if e.get(kind) == "doi")
    return _text(next(found, None))


def _endnote(root: Element) -> Iterator[Fields]:
    for record in _all(root, "record"):
        titles = _first(record, "titles")
        authors = _first(record, "authors")
        journal = _get(_first(record, "periodical"), "full-title")
        yield {
            "title": _get(titles, "title"),
            "abstract": _get(record, "abstract"),
            "authors": [] if authors is None else [_text(e) for e in _all(authors, "author")],
            "year": _get(_first(record, "dates"), "year"),
            "journal": journal or _get(titles, "secondary-title"),
            "doi": _get(record, "electronic-resource-num"),
            "url": _get(_first(record, "related-urls"), "url"),
            "keywords": [_text(keyword) for keyword in _all(record, "keyword")],
        }


def _atom(root: Element) -> Iterator[Fields]:
    for entry in _all(root, "entry"):
        # The page itself; beside it stand the feed, its parts, where to edit it. The first counts.
        found = reversed([*_all(entry, "link")])
        links = {link.get("rel", "alternate"): link.get("href") for link in found}
        yield {
            "title": _get(entry, "title"),
            "abstract": _get(entry, "summary", "content"),
            "authors": [_get(author, "name") for author in _all(entry, "author")],
            "year": _get(entry, "published", "updated"),
            "journal": _get(entry, "journal_ref"),
            "doi": _get(entry, "doi"),
            "url": links.get("alternate") or links.get("via") or _get(entry, "id"),
            "id": _get(entry, "id"),
            "keywords": [category.get("term", "") for category in _all(entry, "category")],
        }


def _opml(root: Element) -> Iterator[Fields]:
    for body in _all(root, "body"):
        yield from _outlines(body, [])


def _outlines(parent: Element, above: list[str]) -> Iterator[Fields]:
    """Leaves are papers; what has outlines below it is their heading."""
    for outline in parent:
        title = outline.get("title") or outline.get("text") or ""
        if len(outline):
            yield from _outlines(outline, [*above, title])
        else:
            address = outline.get("htmlUrl") or outline.get("url") or outline.get("xmlUrl") or ""
            note = outline.get("_note") or outline.get("description") or ""
            yield {"title": title, "url": address, "summary": note, "keywords": above}


_FORMATS: dict[str, Callable[[Element], Iterator[Fields]]] = {
    "PubmedArticleSet": _pubmed,
    "PubmedArticle": _pubmed,
    "xml": _endnote,
    "records": _endnote,
    "feed": _atom,
    "opml": _opml,
}


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element.iter() if _local(child) in names)


def _first(element: Element | None, name: str) -> Element | None:
    return None if element is None else next(_all(element, name), None)


def _get(element: Element | None, *names: str) -> str:
    """Text of the first element of these names that has any."""
    return next(filter(None, (_text(_first(element, name)) for name in names)), "")


def _text(element: Element | None) -> str:
    """All text of an element, mark-up inside it left out."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
