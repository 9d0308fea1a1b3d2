"""A language model as the judge of what words alone cannot decide: one call for a whole draft.

It reads the full text of the records that each sentence cites, and neither the question nor the
draft's order. It decides clause by clause and must copy the words that decide; words that do not
stand in a record decide nothing. It may also say a sentence smaller, which is checked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from app.language.instructions import touches_instruction, without_instructions
from app.passages import Passage, Statement, Support
from app.verification.checking import MAX_CITATIONS, Checker, Proposal, check
from app.verification.reading import shared_words
from app.verification.verbatim import locate
from prompts import Message, fence, load

if TYPE_CHECKING:
    from ingest.paper import Paper

Answer = Literal["yes", "no", "opposite"]
Complete = Callable[[Sequence[Message]], str]

# A line on statement n: what a record says of a clause of it, or how little of it is said.
_RULED = re.compile(
    r"^\W*(?P<n>\d{1,3})\W+"
    r"(?:(?P<answer>yes|no|opposite)\b(?P<place>.*)|smaller\s*[:–-]\s*(?P<smaller>\S.*))$",
    re.IGNORECASE,
)
_RECORD = re.compile(r"^\W*(?:record\s*)?(\d{1,4})\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“«](.+)[\"”»]")
# A smaller wording takes this share of its words from the sentence or from its records.
MIN_OWN_WORDS = 0.7
NOT_SAID = "could not be confirmed: the cited record does not say it"
SHORTENED = "says more than the record; a smaller wording is shown"
OPPOSITE = "the record says otherwise: “{}”"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the judge says of one sentence.

    answer: None where nothing readable came. places: the words that it copied, where they stand.
    licensed: whether each "yes" came with words that stand in a record. smaller: what of it is
    said, else "".
    """

    answer: Answer | None = None
    places: tuple[Passage, ...] = ()
    licensed: bool = False
    smaller: str = ""


def judged(
    statements: Sequence[Statement], checker: Checker, complete: Complete
) -> list[list[Statement]]:
    """For each statement what to make of it: itself as decided, and its smaller wording if there is one.

    statements: their passages name the records that they are held against. complete: takes chat
    messages and returns the model's reply; what it raises is passed on.
    """
    if not statements:
        return []
    papers = {p.paper.paper_id: p.paper for s in statements for p in s.passages}
    numbered = dict(enumerate(papers.values(), start=1))
    reply = complete(_messages(statements, numbered))
    rulings = read_rulings(reply, [_cited(s) for s in statements], numbered)
    return [_decide(s, r, checker) for s, r in zip(statements, rulings, strict=True)]


def _messages(statements: Sequence[Statement], numbered: dict[int, Paper]) -> list[Message]:
    numbers = {paper.paper_id: n for n, paper in numbered.items()}
    pairs = (
        f"Statement {n}: record {', '.join(str(numbers[p.paper_id]) for p in _cited(s))}"
        for n, s in enumerate(statements, start=1)
    )
    texts = ((n, " ".join(s.text.split())) for n, s in enumerate(statements, start=1))
    return load("judge").messages(
        records=fence((n, without_instructions(paper.text)) for n, paper in numbered.items()),
        statements=fence(texts, "statement"),
        pairs="\n".join(pairs),
    )


def _cited(statement: Statement) -> list[Paper]:
    return list({p.paper.paper_id: p.paper for p in statement.passages}.values())


def read_rulings(
    reply: str, cited: Sequence[Sequence[Paper]], numbered: dict[int, Paper]
) -> list[Ruling]:
    """The rulings in a reply, one for each statement.

    cited: the records of each statement. numbered: the records by their numbers in the prompt.
    """
    clauses: dict[int, list[tuple[str, Passage | None]]] = {}
    smaller: dict[int, str] = {}
    for found in filter(None, map(_RULED.match, map(str.strip, reply.splitlines()))):
        n, said = int(found["n"]), found["place"]
        if found["smaller"]:
            smaller[n] = found["smaller"].strip('"“” ')
        elif 1 <= n <= len(cited):
            record = _RECORD.match(said)
            named = numbered.get(int(record[1])) if record else None
            order = sorted(cited[n - 1], key=lambda paper: paper is not named)
            place = _place(said[record.end() :] if record else said, order)
            clauses.setdefault(n, []).append((found["answer"].lower(), place))
    return [_ruling(clauses.get(n, []), smaller.get(n, "")) for n in range(1, len(cited) + 1)]


def without_last(reply: str) -> str:
    """A reply that was cut off, without its last statement: the clause that it denies may have been next."""
    lines = [(_RULED.match(line), line) for line in reply.splitlines()]
    numbers = [int(found["n"]) for found, _ in lines if found]
    return "\n".join(line for found, line in lines if found and int(found["n"]) != numbers[-1])


def _place(said: str, papers: Sequence[Paper]) -> Passage | None:
    """Where the words of a line stand: what is in quotation marks, else the line without a remark."""
    quoted = _QUOTED.search(said)
    bare = said.strip(" ]):-–—")
    wordings = [quoted[1], quoted[1].split('"')[0]] if quoted else []
    for words in (*wordings, bare, bare.split(" - ")[0]):
        for paper in papers:
            span = locate(words, paper.text)
            if span and not touches_instruction(paper.text, *span):
                return Passage(paper, *span)
    return None


def _ruling(clauses: Sequence[tuple[str, Passage | None]], smaller: str) -> Ruling:
    if not clauses:
        return Ruling()
    places = tuple(dict.fromkeys(place for _, place in clauses if place))
    opposite = tuple(place for answer, place in clauses if answer == "opposite" and place)
    if opposite:
        return Ruling("opposite", opposite, smaller=smaller)
    if any(answer != "yes" for answer, _ in clauses):
        return Ruling("no", places, smaller=smaller)
    return Ruling("yes", places, all(place for _, place in clauses))


def _decide(statement: Statement, ruling: Ruling, checker: Checker) -> list[Statement]:
    if ruling.answer is None:
        return [statement]
    opposite = ruling.answer == "opposite"
    if ruling.answer == "yes":
        support: Support = "supported" if ruling.licensed else "unconfirmed"
        told = {place.paper.paper_id for place in ruling.places}
        rest = (p for p in statement.passages if p.paper.paper_id not in told)
        passages = (*_once(ruling.places), *rest)[:MAX_CITATIONS]
        return [
            replace(statement, support=support, passages=passages, reason="", contradicts=False)
        ]
    reason = OPPOSITE.format(ruling.places[0].quote) if opposite else NOT_SAID
    smaller = _smaller(statement, ruling, checker)
    if smaller is not None:
        return [replace(statement, support=None, passages=(), reason=SHORTENED), smaller]
    places = ruling.places or statement.passages
    return [replace(statement, support=None, passages=places, reason=reason, contradicts=opposite)]


def _smaller(statement: Statement, ruling: Ruling, checker: Checker) -> Statement | None:
    """The judge's own wording, if it says nothing new and nothing speaks against it."""
    if not ruling.smaller or not ruling.places:
        return None
    papers = _cited(statement)
    own = " ".join((statement.text, *(paper.text for paper in papers)))
    if shared_words(own, ruling.smaller) < MIN_OWN_WORDS:
        return None
    again = check(Proposal(ruling.smaller, tuple(papers)), papers, checker).statement
    if again.support is None or (again.support == "unconfirmed" and again.reason):
        return None
    if again.support == "verbatim":
        return again
    return replace(again, support="supported", passages=_once(ruling.places), reason="")


def _once(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Without places that lie in another one."""
    kept: list[Passage] = []
    for p in sorted(passages, key=lambda p: p.start - p.end):
        if not any(p.paper is q.paper and q.start <= p.start and p.end <= q.end for q in kept):
            kept.append(p)
    return tuple(sorted(kept, key=passages.index))
