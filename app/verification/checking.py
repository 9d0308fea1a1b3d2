"""From a proposal to a checked sentence: where in which record is this said, if anywhere?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.answering.builder import Evidence
from app.answering.events import Support
from app.answering.generators.base import Proposal
from app.language.instructions import touches_order
from ingest.paper import Paper

if TYPE_CHECKING:
    from app.verification.verifier import Verdict

MAX_CITATIONS = 3


class Checker(Protocol):
    """What checks; see `app.verification.verifier.Verifier`."""

    def check(self, sentence: str, records: Sequence[Paper]) -> Verdict:
        """The verdict on a sentence against these records."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A proposal with its verdict."""

    text: str
    support: Support
    evidence: tuple[Evidence, ...]


def is_bare(checked: Checked) -> bool:
    """Whether a statement points at nothing but titles."""
    return all(item.start == 0 for item in checked.evidence)


def check(proposal: Proposal, available: Sequence[Paper], checker: Checker) -> Checked:
    """Check against the records that the sentence cites, then against the others it was given.

    A model that cites the neighbour of the right record, or none, is corrected; a sentence that no
    record supports is unsupported and gets no link.
    """
    if proposal.span is not None:
        paper, start, end = proposal.span
        quote = paper.text[start:end]
        if quote and proposal.text.endswith(quote):
            return Checked(proposal.text, "verbatim", (Evidence(paper, start, end, 1.0),))
    for records in (proposal.papers, _others(proposal.papers, available)):
        if not records:
            continue
        verdict = checker.check(proposal.text, records)
        if verdict.support == "unsupported":
            continue
        by_id = {paper.paper_id: paper for paper in records}
        evidence = tuple(
            Evidence(by_id[match.paper_id], match.start, match.end, match.score)
            for match in verdict.spans[:MAX_CITATIONS]
            if not touches_order(by_id[match.paper_id].text, match.start, match.end)
        )
        # What a record orders is no evidence, so a model that obeyed it is not backed by it.
        if evidence:
            return Checked(proposal.text, verdict.support, evidence)
    return Checked(proposal.text, "unsupported", ())


def _others(cited: Sequence[Paper], available: Sequence[Paper]) -> list[Paper]:
    ids = {paper.paper_id for paper in cited}
    return [paper for paper in available if paper.paper_id not in ids]
