"""Papers with what others know of them: what a list left out is filled in, what it said is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.language.words import ALPHANUMERIC
from app.library.duplicates import PREPRINT_VENUES
from app.library.groups import Shelf, family_name
from ingest.paper import ABSTRACT_END, Paper, Provenance
from ingest.text import STOP_WORDS, stem_words

# From this share of its words in an abstract a summary is a piece or an older version of it.
SAME_TEXT = 0.8
_CUT = ("…", "...")


def enriched(paper: Paper, found: Paper, source: str) -> Paper:
    """A paper with what a record of the same paper adds to it.

    What the list has stays, but for a summary that is no whole abstract, names that are not all of
    the authors, and the name of a preprint server as the venue. A summary in words of its own stays
    behind the abstract. Citations only grow. `source` says so, for the provenance.
    """
    wanted: dict[str, Any] = {
        "year": paper.year if paper.year is not None else found.year,
        "doi": paper.doi or found.doi,
        "arxiv_id": paper.arxiv_id or found.arxiv_id,
        "url": paper.url or found.url,
        "citations": max((paper.citations, found.citations), key=lambda n: -1 if n is None else n),
        "retracted": paper.retracted or found.retracted,
    }
    if not paper.authors or _families(paper) < _families(found):
        wanted["authors"] = found.authors
    if not paper.venue or (_is_preprint(paper) and found.venue and not _is_preprint(found)):
        wanted["venue"] = found.venue
    if _is_better(found.summary, paper):
        own = paper.given.summary
        is_own = bool(own) and share_in(own, found.summary) < SAME_TEXT
        wanted["summary"] = f"{found.summary}{ABSTRACT_END}{own}" if is_own else found.summary
    return _changed(paper, wanted, source)


def carried_over(papers: Sequence[Paper], before: Sequence[Paper]) -> list[Paper]:
    """Papers as a list has them, with what they were enriched with before.

    A paper that has another id by now is found as any record is.
    """
    out = {paper.paper_id: paper for paper in papers}
    shelf: Shelf | None = None
    for old in before:
        if not old.provenance:
            continue
        paper_id = old.paper_id
        if paper_id not in out:
            shelf = shelf or Shelf(papers)
            found = shelf.find(old.given)
            if found is None:
                continue
            paper_id = papers[found[0]].paper_id
        for source in sorted({entry.source for entry in old.provenance}):
            out[paper_id] = enriched(out[paper_id], _added_by(source, old), source)
    return list(out.values())


def share_in(words: str, text: str) -> float:
    """Share of the content words of one text that are in another, inflections apart; 0 to 1."""
    ours, theirs = _stems(words), _stems(text)
    return len(ours & theirs) / len(ours) if ours else 1.0


def _is_better(abstract: str, paper: Paper) -> bool:
    now = paper.added_abstract or paper.summary
    is_whole = bool(paper.added_abstract or paper.is_abstract) and not now.endswith(_CUT)
    return len(abstract) > len(now) and not is_whole


def _changed(paper: Paper, wanted: dict[str, Any], source: str) -> Paper:
    new = {name: value for name, value in wanted.items() if value != getattr(paper, name)}
    if not new:
        return paper
    entries = {entry.field: entry for entry in paper.provenance}
    for name in new:
        was = entries[name].was if name in entries else getattr(paper, name)
        entries[name] = Provenance(name, source, was)
    return paper.with_changes(**new, provenance=tuple(entries[name] for name in sorted(entries)))


def _added_by(source: str, old: Paper) -> Paper:
    """What a source once gave, as its record."""
    fields: dict[str, Any] = {
        entry.field: getattr(old, entry.field) for entry in old.provenance if entry.source == source
    }
    if "summary" in fields:
        fields["summary"] = old.added_abstract
    return Paper(old.title, **fields)


def _families(paper: Paper) -> set[str]:
    return {family_name(author) for author in paper.authors}


def _is_preprint(paper: Paper) -> bool:
    return paper.venue.lower() in PREPRINT_VENUES


def _stems(text: str) -> set[str]:
    words = ALPHANUMERIC.findall(text.lower())
    return set(stem_words(word for word in words if word not in STOP_WORDS))
