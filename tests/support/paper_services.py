"""The services that know papers, on loopback: scripted replies in the shapes that they document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.loopback import serving

ABSTRACT = (
    "We find 17 circuits that add numbers digit by digit in small transformers of two layers."
)
WORK = {
    "title": "How Small Transformers Add Numbers",
    "abstract": ABSTRACT,
    "authors": ["Ada Lovelace", "Alan Turing"],
    "year": 2024,
    "doi": "10.1000/add.1",
    "arxiv_id": "2401.00001",
}


def arxiv(*works: dict[str, object]) -> str:
    """An Atom feed."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{w['arxiv_id']}v2</id><title>{w['title']}</title>"
        f"<published>{w['year']}-01-02T00:00:00Z</published><summary>  {w['abstract']}\n</summary>"
        + "".join(f"<author><name>{name}</name></author>" for name in w["authors"])
        + f'<link href="http://arxiv.org/abs/{w["arxiv_id"]}v2" rel="alternate" type="text/html"/>'
        f'<link title="pdf" href="http://arxiv.org/pdf/{w["arxiv_id"]}v2" rel="related"/></entry>'
        for w in works
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        '<title type="html">ArXiv Query</title>'
        '<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"{len(works)}</opensearch:totalResults>{entries}</feed>"
    )


def openalex(*works: dict[str, object]) -> str:
    """A page of works, their abstracts as places of words."""
    return json.dumps({"meta": {"count": len(works)}, "results": [_openalex(w) for w in works]})


def _openalex(work: dict[str, object]) -> dict[str, object]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(str(work["abstract"]).split()):
        places.setdefault(word, []).append(place)
    return {
        "id": "https://openalex.org/W1",
        "doi": f"https://doi.org/{work['doi']}",
        "title": work["title"],
        "display_name": work["title"],
        "publication_year": work["year"],
        "cited_by_count": work.get("cited", 12),
        "is_retracted": work.get("retracted", False),
        "authorships": [{"author": {"display_name": name}} for name in work["authors"]],
        "primary_location": {
            "landing_page_url": f"https://doi.org/{work['doi']}",
            "source": {"display_name": "Journal of Sums"},
        },
        "abstract_inverted_index": places,
    }


def crossref(*works: dict[str, object]) -> str:
    """A list of works."""
    return json.dumps({"status": "ok", "message-type": "work-list",
                       "message": {"items": [_crossref(w) for w in works]}})  # fmt: skip


def crossref_work(work: dict[str, object]) -> str:
    """One work, asked for by its DOI."""
    return json.dumps({"status": "ok", "message-type": "work", "message": _crossref(work)})


def _crossref(work: dict[str, object]) -> dict[str, object]:
    names = [str(name).split(" ", 1) for name in work["authors"]]
    return {
        "DOI": work["doi"],
        "URL": f"https://doi.org/{work['doi']}",
        "title": [work["title"]],
        "container-title": ["Journal of Sums"],
        "publisher": "A Publisher",
        "author": [{"given": g, "family": f, "sequence": "first"} for g, f in names],
        "issued": {"date-parts": [[work["year"], 5]]},
        "abstract": f"<jats:p>{work['abstract']}</jats:p>",
        "is-referenced-by-count": 9,
        "reference": [{"key": "1", "article-title": "Something Else Entirely"}],
        "updated-by": [{"type": "retraction", "DOI": "10.1000/r"}] if work.get("retracted") else [],
    }


def semantic_scholar(work: dict[str, object]) -> str:
    """The best match of a title."""
    return json.dumps({"data": [{
        "paperId": "649def34f8be52c8b66281af98ae884c09aef38b",
        "externalIds": {"ArXiv": work["arxiv_id"], "DOI": work["doi"], "CorpusId": 1},
        "url": "https://www.semanticscholar.org/paper/649def34",
        "title": work["title"],
        "abstract": work["abstract"],
        "venue": "Journal of Sums",
        "year": work["year"],
        "citationCount": 15,
        "authors": [{"authorId": "1", "name": name} for name in work["authors"]],
        "matchScore": 174.2,
    }]})  # fmt: skip


@dataclass
class Reply:
    """What comes back once; cut: the connection is closed in the middle of it."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Server:
    """replies: given in turn, the last again and again. asked: paths and headers, in turn."""

    url: str
    replies: list[Reply]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def served(*replies: Reply) -> Iterator[Server]:
    """A service on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            reply = server.replies.pop(0) if len(server.replies) > 1 else server.replies[0]
            body = reply.body.encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply.cut else body)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    with serving(Handler) as port:
        server = Server(f"http://127.0.0.1:{port}", list(replies))
        yield server
