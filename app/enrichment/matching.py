"""Which of the records found is that of a paper: by id, or by title and something else."""

from __future__ import annotations

from collections.abc import Sequence

from app.library.duplicates import identify, merge_records
from app.library.enriched import share_in
from ingest.paper import Paper

# Of a summary's words another abstract of its field has a fifth, a later version of its own half.
_LEAST_SHARE = 0.4

# A record, and the key under which it was found: "doi", "arxiv" or "title".
Found = tuple[Paper, str]


def choose(paper: Paper, found: Sequence[Found]) -> Paper | None:
    """What the records found say of a paper, as one record; None if it is not sure which are of it.

    found: records that agree with the paper as two records of a list would. Of those that have only
    the title in common with it, a paper without authors and year is told by its summary.
    """
    by_id = [record for record, key in found if key != "title"]
    fitting = (record for record, _ in found if _fits(paper, record))
    works = [merge_records(by_id)] if by_id else identify(fitting).papers
    return _with_address(works[0]) if len(works) == 1 else None


def _with_address(record: Paper) -> Paper:
    if record.url.startswith(("https://", "http://")):
        return record
    if record.arxiv_id:
        return record.with_changes(url=f"https://arxiv.org/abs/{record.arxiv_id}")
    return record.with_changes(url=f"https://doi.org/{record.doi}" if record.doi else "")


def _fits(paper: Paper, record: Paper) -> bool:
    """Whether a title is not all that speaks for a record, or nothing speaks against it."""
    is_told = (paper.authors and record.authors) or (paper.year and record.year)
    if is_told or not (paper.summary and record.summary):
        return True
    return share_in(paper.given.summary or paper.summary, record.summary) >= _LEAST_SHARE
