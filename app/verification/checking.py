"""From a proposed sentence to a checked one: where in which record is this said, if anywhere?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.language.instructions import touches_instruction
from app.passages import Passage, Statement
from ingest.paper import Paper

if TYPE_CHECKING:
    from app.verification.verifier import Verdict

MAX_CITATIONS = 3
UNCONFIRMED = "could not be confirmed in the records"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that a generator proposes, without citation marks.

    papers: the records it names, empty if it named none. passage: where a sentence that is cut from a
    record stands; None for a model's own words. lead: what introduces it.
    """

    text: str
    papers: tuple[Paper, ...] = ()
    passage: Passage | None = None
    lead: str = ""

    @classmethod
    def quoting(cls, passage: Passage, lead: str = "") -> Proposal:
        """The record's own words."""
        return cls(passage.quote, (passage.paper,), passage, lead)


class Checker(Protocol):
    """What checks; see `app.verification.verifier.Verifier`."""

    def check(self, sentence: str, records: Sequence[Paper]) -> Verdict:
        """The verdict on a sentence against these records."""


def check(proposal: Proposal, available: Sequence[Paper], checker: Checker) -> Statement:
    """Check against the records that the sentence cites, then against the others it was given.

    A model that cites the neighbour of the right record, or none, is corrected; a sentence that no
    record supports gets no link.
    """
    quoted = proposal.passage
    if quoted is not None and quoted.quote and proposal.text.endswith(quoted.quote):
        return Statement(proposal.text, "verbatim", (quoted,), proposal.lead)
    for records in (proposal.papers, _others(proposal.papers, available)):
        if not records:
            continue
        verdict = checker.check(proposal.text, records)
        if verdict.support is None:
            continue
        # What a record tells its reader to do is no evidence, so a model that obeyed it is not backed by it.
        passages = tuple(
            passage
            for passage in verdict.passages[:MAX_CITATIONS]
            if not touches_instruction(passage.paper.text, passage.start, passage.end)
        )
        if passages:
            return Statement(proposal.text, verdict.support, passages, proposal.lead)
    return Statement(proposal.text, None, lead=proposal.lead, reason=UNCONFIRMED)


def _others(cited: Sequence[Paper], available: Sequence[Paper]) -> list[Paper]:
    ids = {paper.paper_id for paper in cited}
    return [paper for paper in available if paper.paper_id not in ids]
