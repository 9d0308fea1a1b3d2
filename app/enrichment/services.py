"""The services that know papers: where they answer, how they are asked and how often.

arXiv asks for one request in three seconds, Crossref and Semantic Scholar for about one in one,
OpenAlex for a key of one's own. Their answers are what the readers of lists read anyway.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from ingest.paper import Paper, normalise_title
from ingest.readers.base import Reader
from ingest.readers.json_records import JsonReader
from ingest.readers.xml_records import XmlReader


class ServiceName(StrEnum):
    """The services that are known."""

    ARXIV = "arxiv"
    OPENALEX = "openalex"
    CROSSREF = "crossref"
    SEMANTIC_SCHOLAR = "semanticscholar"


# A path and what is asked of it.
Query = tuple[str, dict[str, str]]

# Records that share a title are told apart by us; more than these it is not the title.
_CANDIDATES = "5"
_FIELDS = "title,abstract,authors,year,venue,externalIds,url,citationCount"


@dataclass(frozen=True, slots=True)
class Service:
    """One service.

    base: its address. pause: seconds between the starts of two requests. queries: how a paper is
    asked for, the surest way first. key_param, key_header: where a key goes, if it takes one.
    """

    name: ServiceName
    base: str
    pause: float
    reader: Reader
    queries: Callable[[Paper], Iterable[Query]]
    key_param: str = ""
    key_header: str = ""


def read_reply(service: Service, body: str) -> list[Paper]:
    """The records of a reply.

    Raises:
        ValueError: it is none of the service's.
    """
    if isinstance(service.reader, JsonReader):
        reply = json.loads(body)
        if not isinstance(reply, dict) or "error" in reply:
            raise ValueError("no record and no list of them")
    result = service.reader.read(body, service.name)
    if result.rejected and not result.papers and _total(body) != "0":
        raise ValueError(result.rejected[0].reason)
    return [paper.with_changes(raw="") for paper in result.papers]


def _total(feed: str) -> str:
    """How many records a feed says that there are."""
    return feed.partition("totalResults")[2].partition(">")[2].partition("<")[0].strip()


def _arxiv(paper: Paper) -> Iterable[Query]:
    path = "/api/query"
    if paper.arxiv_id:
        yield path, {"id_list": paper.arxiv_id}
    title = normalise_title(paper.title)
    yield path, {"search_query": f'ti:"{title}"', "max_results": _CANDIDATES}


def _openalex(paper: Paper) -> Iterable[Query]:
    if paper.doi:
        yield f"/works/doi:{quote(paper.doi, safe='/')}", {}
    yield (
        "/works",
        {"filter": f"title.search:{normalise_title(paper.title)}", "per_page": _CANDIDATES},
    )


def _crossref(paper: Paper) -> Iterable[Query]:
    if paper.doi:
        yield f"/works/{quote(paper.doi, safe='')}", {}
    yield "/works", {"query.bibliographic": paper.title, "rows": _CANDIDATES}


def _semantic_scholar(paper: Paper) -> Iterable[Query]:
    for kind, value in (("DOI", paper.doi), ("ARXIV", paper.arxiv_id)):
        if value:
            yield f"/graph/v1/paper/{kind}:{quote(value, safe='/')}", {"fields": _FIELDS}
    yield "/graph/v1/paper/search/match", {"query": paper.title, "fields": _FIELDS}


SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        Service(ServiceName.ARXIV, "https://export.arxiv.org", 3.0, XmlReader(), _arxiv),
        Service(
            ServiceName.OPENALEX,
            "https://api.openalex.org",
            0.2,
            JsonReader(),
            _openalex,
            key_param="api_key",
        ),
        Service(ServiceName.CROSSREF, "https://api.crossref.org", 1.0, JsonReader(), _crossref),
        Service(
            ServiceName.SEMANTIC_SCHOLAR,
            "https://api.semanticscholar.org",
            1.1,
            JsonReader(),
            _semantic_scholar,
            key_header="x-api-key",
        ),
    )
}
