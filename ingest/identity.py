"""Who is who: DOI and arXiv ids, and which records are the same paper.

Records with one DOI, one arXiv id or one normalised title are merged. Two records whose DOIs (or
arXiv ids) differ are never merged for their title alone: "Editorial" is the title of many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from ingest.paper import Paper, normalise_title

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}|\\^]+", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_ARXIV_BARE = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_ARXIV = re.compile(
    rf"(?:\barxiv\s*:\s*|arxiv\.org/[a-z]+/|10\.48550/arxiv\.|^abs/){_ARXIV_BARE.pattern}(?![\d.]*\d)",
    re.IGNORECASE,
)
_TRAILING = ".,;:'’”\""
_PREPRINT_VENUES = frozenset(("", "arxiv", "corr", "preprint", "arxiv preprint", "biorxiv"))


@dataclass(frozen=True, slots=True)
class Merge:
    """One record that was merged into another.

    paper_id, title: of the paper kept. by: "doi", "arxiv" or "title". kept, merged: where the two
    records stood. merged_title: the title of the one that went in.
    """

    paper_id: str
    title: str
    by: str
    kept: str
    merged: str
    merged_title: str

    def to_dict(self) -> dict[str, str]:
        """The JSON contract of `ingest`."""
        return {
            "kept": self.kept,
            "from": self.merged,
            "why": f"same {'title' if self.by == 'title' else self.by + ' id'}",
            "paper_id": self.paper_id,
            "kept_title": self.title,
            "from_title": self.merged_title,
        }


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """papers: in order of first appearance, their paper_ids all different."""

    papers: list[Paper]
    merges: list[Merge]


def find_doi(text: str) -> str:
    """The first DOI in a text, lower case, without resolver and punctuation; "" without one."""
    match = _DOI.search(unquote(text))
    if match is None:
        return ""
    doi = match.group().rstrip(_TRAILING)
    while doi.endswith((")", "]")) and doi.count(doi[-1]) > doi.count("(["[doi[-1] == "]"]):
        doi = doi[:-1].rstrip(_TRAILING)
    return doi.lower()


def find_arxiv_id(text: str) -> str:
    """The first arXiv id that is marked as one (address, prefix, DOI), without version, or ""."""
    match = _ARXIV.search(unquote(text))
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


def identify(papers: Iterable[Paper]) -> IdentityResult:
    """Merges the records of one paper; deterministic, the first record's place is kept."""
    table = _Table()
    for paper in papers:
        table.add(with_ids(paper))
    groups = [group for group in table.groups if group.records]
    merged = [merge_records(group.records) for group in groups]
    merges = [
        Merge(
            paper.paper_id, paper.title, by, _place(group.records[0]), _place(record), record.title
        )
        for paper, group in zip(merged, groups, strict=True)
        for record, by in zip(group.records[1:], group.reasons[1:], strict=True)
    ]
    return IdentityResult(merged, merges)


def merge_records(records: Sequence[Paper]) -> Paper:
    """One paper from several records: the richest value of each field, all tags, all raw text."""
    first = records[0]
    if len(records) == 1:
        return first
    surest = max(records, key=lambda r: r.confidence)
    published = [r.venue for r in records if r.venue.lower() not in _PREPRINT_VENUES]
    return first.with_changes(
        title=surest.title,
        confidence=surest.confidence,
        summary=max((r.summary for r in records), key=len),
        raw="\n".join(_distinct([r.raw for r in records])),
        authors=max((r.authors for r in records), key=len),
        year=next((r.year for r in records if r.year is not None), None),
        venue=next(iter(published), next((r.venue for r in records if r.venue), "")),
        url=next((r.url for r in records if r.url), ""),
        doi=next((r.doi for r in records if r.doi), ""),
        arxiv_id=next((r.arxiv_id for r in records if r.arxiv_id), ""),
        citekey=next((r.citekey for r in records if r.citekey), ""),
        origins=tuple(dict.fromkeys(path for r in records for path in r.origins)),
        tags=tuple(dict.fromkeys(tag for r in records for tag in r.tags)),
    )


def _distinct(texts: Sequence[str]) -> list[str]:
    """The texts that no other one holds: merging a merged record again adds nothing."""
    unique = [text for text in dict.fromkeys(texts) if text]
    return [text for text in unique if not any(text != t and text in t for t in unique)]


def _place(record: Paper) -> str:
    return f"{record.source}, record {record.record}"


@dataclass(slots=True)
class _Group:
    """Records of one paper; reasons[i] says why records[i] joined."""

    records: list[Paper]
    reasons: list[str]
    dois: set[str]
    arxiv_ids: set[str]

    @classmethod
    def of(cls, paper: Paper) -> _Group:
        """A group of one."""
        return cls([paper], [""], {paper.doi} - {""}, {paper.arxiv_id} - {""})

    def conflicts(self, other: _Group) -> bool:
        """Whether both have ids of one kind and none in common."""
        pairs = ((self.dois, other.dois), (self.arxiv_ids, other.arxiv_ids))
        return any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in pairs)

    def absorb(self, other: _Group, reason: str) -> None:
        """Takes over all records of another group, which is left empty."""
        self.records += other.records
        self.reasons += [reason, *other.reasons[1:]]
        self.dois |= other.dois
        self.arxiv_ids |= other.arxiv_ids
        other.records, other.reasons = [], []


class _Table:
    """Groups found by DOI, arXiv id and title: a union-find whose roots are the earliest groups."""

    def __init__(self) -> None:
        self.groups: list[_Group] = []
        self._parents: list[int] = []
        self._strong: dict[tuple[str, str], int] = {}
        self._titles: dict[str, list[int]] = {}

    def add(self, paper: Paper) -> None:
        """Puts a record where it belongs."""
        at = len(self.groups)
        self.groups.append(_Group.of(paper))
        self._parents.append(at)
        for key in (("doi", paper.doi), ("arxiv", paper.arxiv_id)):
            if key[1]:
                at = self._join(self._strong.setdefault(key, at), at, key[0])
        places = self._titles.setdefault(normalise_title(paper.title), [])
        for place in places:
            if not self.groups[self._root(place)].conflicts(self.groups[at]):
                at = self._join(place, at, "title")
        roots = {self._root(place) for place in places} | {at}
        places[:] = sorted(roots)

    def _root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at

    def _join(self, one: int, two: int, reason: str) -> int:
        """Merges two groups into the earlier one and returns its place."""
        into, gone = sorted((self._root(one), self._root(two)))
        if into != gone:
            self.groups[into].absorb(self.groups[gone], reason)
            self._parents[gone] = into
        return into
