"""DOI and arXiv ids: found in fields and addresses, written in one way."""

from __future__ import annotations

import re
from urllib.parse import unquote

from ingest.paper import Paper

_DOI = re.compile(
    # Older ones name a volume's part between angle brackets.
    r"\b10\.\d{4,9}/(?:\(SICI\)[^\s\"<>{}|\\^]+<[^\s\"<>{}]+>[^\s\"<>{}|\\^]+|[^\s\"<>{}|\\^]+)",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_ARXIV_BARE = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_ARXIV = re.compile(
    rf"(?:\barxiv\s*:\s*|arxiv\.org/[a-z]+/|10\.48550/arxiv\.|^abs/){_ARXIV_BARE.pattern}(?![\d.]*\d)",
    re.IGNORECASE,
)
_TRAILING = ".,;:'’”\""


def find_doi(text: str) -> str:
    """The first DOI in a text, lower case, without resolver and punctuation; "" without one."""
    # Most fields are empty, or plainly something else.
    match = _DOI.search(unquote(text)) if "10" in text else None
    if match is None:
        return ""
    doi = match.group().rstrip(_TRAILING)
    while doi.endswith((")", "]")) and doi.count(doi[-1]) > doi.count("(["[doi[-1] == "]"]):
        doi = doi[:-1].rstrip(_TRAILING)
    return doi.lower()


def find_arxiv_id(text: str) -> str:
    """The first arXiv id that is marked as one (address, prefix, DOI), without version, or ""."""
    match = _ARXIV.search(unquote(text)) if text else None
    return match.group(1).lower() if match else ""


def arxiv_id_of(value: str) -> str:
    """The arXiv id in a field that is meant for one: bare ids count as well."""
    bare = _ARXIV_BARE.fullmatch(value.strip())
    return bare.group(1).lower() if bare else find_arxiv_id(value)


def with_ids(paper: Paper) -> Paper:
    """The paper with its ids normalised, and found in its address where their own fields are empty.

    A DOI of arXiv's becomes the arXiv id, so that both ways of citing a preprint are one.
    """
    doi = find_doi(paper.doi) or find_doi(paper.url)
    arxiv_id = arxiv_id_of(paper.arxiv_id) or find_arxiv_id(paper.url)
    preprint = _ARXIV_DOI.fullmatch(doi)
    if preprint:
        doi, arxiv_id = "", arxiv_id or arxiv_id_of(preprint.group(1))
    if (doi, arxiv_id) == (paper.doi, paper.arxiv_id):
        return paper
    return paper.with_changes(doi=doi, arxiv_id=arxiv_id)
