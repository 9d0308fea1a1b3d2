"""Which records are the same paper, and what of each is kept.

Records with one DOI or one arXiv id are merged if their titles agree: chapters carry their book's
DOI. Records with one title are merged if they have an author or, where one has no authors, the year
in common, and no two ids of one kind: "Editorial" is the title of many. A record that says no more
than its title goes to the first of that title, unless the title is of one or two words. A second look
is at records of one first author and year, for titles that differ in spelling. Of records that are
to stay `apart` only those that say the same are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.library.groups import GroupTable, family_name
from ingest.identity import with_ids
from ingest.paper import Paper, digest, normalise_title

_WHY = {
    "doi": "same doi id",
    "arxiv": "same arxiv id",
    "title": "same title",
    "second look": "same first author and year, title spelt alike",
    "record": "same record",
}
PREPRINT_VENUES = frozenset(("", "arxiv", "corr", "preprint", "arxiv preprint", "biorxiv"))


@dataclass(frozen=True, slots=True)
class Merge:
    """One record that was merged into another.

    paper_id, title: of the paper kept. by: a key of _WHY. kept, merged: where the two
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
            "why": _WHY[self.by],
            "paper_id": self.paper_id,
            "kept_title": self.title,
            "from_title": self.merged_title,
        }


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """papers: in order of first appearance, their paper_ids all different."""

    papers: list[Paper]
    merges: list[Merge]


def identify(papers: Iterable[Paper]) -> IdentityResult:
    """Merges the records of one paper; deterministic, the first record's place is kept."""
    table = GroupTable()
    for paper in papers:
        table.add(with_ids(paper.with_changes(variant="") if paper.variant else paper))
    groups = [group for group in table.groups if group.records]
    merged = _told_apart([merge_records(group.records) for group in groups])
    merges = [
        Merge(
            paper.paper_id, paper.title, by, _place(group.records[0]), _place(record), record.title
        )
        for paper, group in zip(merged, groups, strict=True)
        for record, by in zip(group.records[1:], group.reasons[1:], strict=True)
    ]
    return IdentityResult(merged, merges)


def _told_apart(papers: list[Paper]) -> list[Paper]:
    """The papers with ids that are all different; the first of several keeps its own."""
    taken: set[str] = set()
    out = []
    for paper in papers:
        apart, number = paper, 0
        while apart.paper_id in taken:
            facts = (
                normalise_title(paper.title),
                *map(family_name, paper.authors),
                str(paper.year),
            )
            number += 1
            apart = paper.with_changes(variant=digest("|".join((*facts, str(number))), 6))
        taken.add(apart.paper_id)
        out.append(apart)
    return out


def merge_records(records: Sequence[Paper]) -> Paper:
    """One paper from several records: the richest value of each field, all tags, all raw text."""
    first = records[0]
    if len(records) == 1:
        return first
    surest = max(records, key=lambda r: r.confidence)
    published = [r.venue for r in records if r.venue.lower() not in PREPRINT_VENUES]
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
        tags_given=tuple(dict.fromkeys(tag for r in records for tag in r.tags_given)),
        tags_taken=tuple(dict.fromkeys(tag for r in records for tag in r.tags_taken)),
    )


def _distinct(texts: Sequence[str]) -> list[str]:
    """The texts that no other one holds: merging a merged record again adds nothing."""
    unique = [text for text in dict.fromkeys(texts) if text]
    return [text for text in unique if not any(text != t and text in t for t in unique)]


def _place(record: Paper) -> str:
    return f"{record.source}, record {record.record}"
