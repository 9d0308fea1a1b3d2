"""Items as Zotero's API writes them, to the field names that all records share."""

from __future__ import annotations

import re
from typing import Any

from ingest.identity import find_arxiv_id

# Items that belong to a paper, or are none.
NOT_PAPERS = frozenset(("attachment", "note", "annotation"))
_TITLES = ("title", "caseName", "nameOfAct", "subject")
_VENUES = (
    "publicationTitle", "proceedingsTitle", "conferenceName", "bookTitle", "encyclopediaTitle",
    "dictionaryTitle", "websiteTitle", "blogTitle", "forumTitle", "repository", "university",
    "institution", "publisher",
)  # fmt: skip
# What Zotero has no field for stands in lines of "Extra".
_EXTRA = re.compile(
    r"^(citation key|doi|tex\.citekey)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE
)


def item_data(record: dict[str, Any]) -> dict[str, Any] | None:
    """The data of an item of the API, or of one by itself; None for other records."""
    data = record.get("data", record)
    return data if isinstance(data, dict) and isinstance(data.get("itemType"), str) else None


def fields_of(data: dict[str, Any]) -> dict[str, Any]:
    """The fields of an item as readers name them; editors stand in where there are no authors."""
    people = [p for p in data.get("creators") or () if isinstance(p, dict)]
    authors = [p for p in people if p.get("creatorType") == "author"]
    said = str(data.get("extra") or "")
    extra = {match[1].lower(): match[2] for match in _EXTRA.finditer(said)}
    return {
        **data,
        "title": next((data[name] for name in _TITLES if data.get(name)), ""),
        "creators": authors or people,
        "venue": next((data[name] for name in _VENUES if data.get(name)), ""),
        "doi": data.get("DOI") or extra.get("doi", ""),
        "arxiv": find_arxiv_id(str(data.get("archiveID") or "")) or find_arxiv_id(said),
        "citekey": data.get("citationKey")
        or extra.get("citation key")
        or extra.get("tex.citekey", ""),
    }
