"""From a proposed sentence to a checked one: where in which record is this said, if anywhere?

The quotes that a model gives are located first; one that stands in another record corrects the
citation. Then the sentence is checked against the records that it cites, and where these do not say
it, against the others that it was given. What is left open is the judge's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from app.language.instructions import touches_instruction
from app.language.repetition import repeats_itself
from app.passages import Passage, Statement
from app.verification.frames import denied_though_there, is_denial
from app.verification.leadins import strip_lead_in
from app.verification.reading import shared_words
from app.verification.verbatim import locate
from app.verification.verifier import NO_EVIDENCE
from ingest.paper import Paper

if TYPE_CHECKING:
    from app.verification.verifier import Verdict

LOOPS = "it only repeats itself"
MAX_CITATIONS = 4
# So many records that were not cited are read closely for who else says a sentence.
MAX_OTHERS = 4
# ... if they have this share of its words.
MIN_SHARED = 0.8


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that a model says stand in a record; paper: None where it named none that it was given."""

    paper: Paper | None
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that a generator proposes, without citation marks.

    papers: the records it names, empty if it named none. passage: where a sentence that is cut from
    a record stands; None for a model's own words. lead: what introduces it. quotes: the model's
    evidence.
    """

    text: str
    papers: tuple[Paper, ...] = ()
    passage: Passage | None = None
    lead: str = ""
    quotes: tuple[Quoted, ...] = ()

    @classmethod
    def quoting(cls, passage: Passage, lead: str = "") -> Proposal:
        """The record's own words."""
        return cls(passage.quote, (passage.paper,), passage, lead)


@dataclass(frozen=True, slots=True)
class Checked:
    """A proposal after its first check.

    statement: as it stands without a judge; its passages are the evidence, or the nearest places.
    open: whether a judge may decide otherwise. located: whether the model's own quotes were found.
    note: a citation that was corrected, for the reader.
    """

    statement: Statement
    open: bool = False
    located: bool = False
    note: str = ""


class Checker(Protocol):
    """What checks; see `app.verification.verifier.Verifier`."""

    def check(self, sentence: str, records: Sequence[Paper], *, nearest: bool = True) -> Verdict:
        """The verdict on a sentence against these records."""


def check(proposal: Proposal, available: Sequence[Paper], checker: Checker) -> Checked:
    """Check a proposal; available: the records that its writer was given."""
    quoted = proposal.passage
    if quoted is not None and quoted.quote and proposal.text.endswith(quoted.quote):
        return Checked(Statement(proposal.text, "verbatim", (quoted,), proposal.lead))
    if repeats_itself(proposal.text):
        return Checked(Statement(proposal.text, None, lead=proposal.lead, reason=LOOPS))
    if is_denial(proposal.text):
        return Checked(_denial(proposal, available))
    located, note = _locate(proposal.quotes, available)
    cited = _papers(located, proposal)
    quoted_from = {passage.paper.paper_id for passage in located}
    nearest = any(paper.paper_id not in quoted_from for paper in cited)
    verdict = checker.check(proposal.text, cited, nearest=nearest) if cited else None
    stands = verdict is not None and verdict.support in ("verbatim", "supported")
    if not stands and (found := _elsewhere(proposal, cited, available, checker)):
        return found
    if verdict is None:
        return Checked(Statement(proposal.text, None, lead=proposal.lead, reason=NO_EVIDENCE))
    statement = _statement(proposal, verdict, located)
    is_open = not verdict.final and bool(cited)
    return Checked(statement, open=is_open, located=bool(located), note=note)


def _statement(proposal: Proposal, verdict: Verdict, located: Sequence[Passage]) -> Statement:
    """One place for each record: the model's own quote if it was found, else what the check found."""
    held = {passage.paper.paper_id for passage in located}
    rest = [p for p in verdict.passages if p.paper.paper_id not in held]
    passages = tuple(verdict.passages if verdict.support == "verbatim" else (*located, *rest))
    # What a record tells its reader to do is no evidence: a model that obeyed it is not backed by
    # it.
    passages = tuple(p for p in passages if not _instructs(p))[:MAX_CITATIONS]
    support, reason = verdict.support, verdict.reason
    if not passages and reason == NO_EVIDENCE and not verdict.final:
        # Nothing near by words or vectors: still, the judge may read what is cited.
        passages = tuple(map(Passage.of_title, proposal.papers[:MAX_CITATIONS]))
    elif support is None and reason == NO_EVIDENCE and passages:
        support, reason = "unconfirmed", ""
    if support is not None and not passages:
        support, reason = None, NO_EVIDENCE
    return Statement(proposal.text, support, passages, proposal.lead, reason, verdict.contradicts)


def _locate(quotes: Sequence[Quoted], available: Sequence[Paper]) -> tuple[list[Passage], str]:
    """The quotes that stand in a record, and what had to be corrected for that."""
    found: dict[tuple[str, int, int], Passage] = {}
    note = ""
    for quote in quotes:
        named = [quote.paper] if quote.paper else []
        for paper in (*named, *(p for p in available if p is not quote.paper)):
            span = locate(quote.words, paper.text)
            if span is None or _instructs(passage := Passage(paper, *span)):
                continue
            found[(paper.paper_id, *span)] = passage
            if named and paper is not quote.paper:
                note = _corrected(paper, named[0])
            break
    return list(found.values()), note


def _corrected(right: Paper, wrong: Paper) -> str:
    return f"“{right.title}” says this, not “{wrong.title}”; the citation is corrected."


def _papers(located: Sequence[Passage], proposal: Proposal) -> list[Paper]:
    """The records that a sentence rests on: those of its located quotes, and those it only names."""
    misquoted = {q.paper.paper_id for q in proposal.quotes if q.paper}
    named = [p for p in proposal.papers if p.paper_id not in misquoted or not located]
    found = {p.paper_id: p for p in (*(passage.paper for passage in located), *named)}
    return list(found.values())


def _elsewhere(
    proposal: Proposal, cited: Sequence[Paper], available: Sequence[Paper], checker: Checker
) -> Checked | None:
    """The sentence with the citation of a record that does say it, if one other does."""
    ids = {paper.paper_id for paper in cited}
    claim = strip_lead_in(proposal.text, [paper.title for paper in cited]).claim
    shares = [(shared_words(p.text, claim), p) for p in available if p.paper_id not in ids]
    close = sorted((row for row in shares if row[0] >= MIN_SHARED), key=lambda row: -row[0])
    near = [paper for _, paper in close[:MAX_OTHERS]]
    if not near:
        return None
    verdict = checker.check(claim, near)
    passages = tuple(p for p in verdict.passages[:MAX_CITATIONS] if not _instructs(p))
    if verdict.support not in ("verbatim", "supported") or not passages:
        return None
    statement = Statement(proposal.text, verdict.support, passages, proposal.lead)
    if not cited:
        return Checked(statement, open=verdict.support == "supported")
    right, wrong = passages[0].paper, cited[0]
    if wrong.title.split(":")[0].lower() in proposal.text.lower():
        reason = f"“{right.title}” says this, not “{wrong.title}”"
        return Checked(replace(statement, support=None, reason=reason))
    return Checked(statement, open=verdict.support == "supported", note=_corrected(right, wrong))


def _denial(proposal: Proposal, available: Sequence[Paper]) -> Statement:
    """A sentence that the records lack something: doubtful if one has all its words."""
    paper = denied_though_there(proposal.text, proposal.papers or available)
    if paper is None:
        return Statement(proposal.text, "supported", lead=proposal.lead)
    place = (Passage.of_title(paper),)
    return Statement(proposal.text, "unconfirmed", place, proposal.lead, "a record has these words")


def _instructs(passage: Passage) -> bool:
    return touches_instruction(passage.paper.text, passage.start, passage.end)
