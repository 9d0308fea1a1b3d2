"""The generator that needs no model: the best sentences of the best records, verbatim.

It cannot say anything that the records do not: each sentence is a slice of a record, led in by the
paper's title. Which sentence of a record answers best is decided by the same token-level comparison
that ranks records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answering.events import Event
from app.answering.generators.sentences import best_passages, in_one, is_background
from app.answering.generators.sides import asks_for_sides, sides
from app.llm.usage import Usage
from app.passages import Draft, Passage, Statement
from app.query import Query
from app.query.words import telling_words
from app.retrieval import Hit
from app.themes.blocks import entries
from app.themes.rhetoric import claim_of_title, cue
from app.verification.checking import Proposal
from ingest.index.lexical import analyse

# Most papers of an answer: where one answer is asked for, and where papers are.
MAX_PAPERS, MAX_LISTED = 6, 12
# Up to so many papers are told in prose; more get a line each.
FEW = 2
# Share of the best record's score that another needs to be cited as well: where one answer is asked
# for, and where papers are.
NEAR_TIE, SAME_TOPIC = 0.6, 0.5
# A follow-up is mostly about what was shown, which leads by the bonus that it gets.
FOLLOW_UP_TIE = 0.75
BY_TITLE = "By its title:"
_ASKS_MEANING = re.compile(
    r"^\W*(?:\w+,? )?(?:what(?:['’]s| is| are| does)|define|explain)\b", re.I
)


class ExtractiveGenerator:
    """Verbatim sentences; deterministic, no model, no network."""

    provider = "extractive"
    model = "extractive"
    prompt_hash = ""

    def __init__(self) -> None:
        self.considered = 0
        self.usage = Usage()

    def evidence_size(self, corpus_size: int) -> int:
        """Retrieval scored every record already; the best few are enough."""
        self.considered = corpus_size
        return MAX_LISTED

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Draft | Event]:
        """A few records in their own sentences, more of them in a line each, or by the side they take."""
        chosen = choose(query, hits)
        if asks_for_sides(query.text) and len(chosen) > 1:
            yield from sides(query.standalone, [hit.paper for hit in chosen])
            return
        told = [list(propose(query, hit, alone=len(chosen) <= FEW)) for hit in chosen]
        told = [proposals for proposals in told if proposals]
        defining = [ps for ps in told if _ASKS_MEANING.search(query.text) and _defines(query, ps)]
        first = defining or (told if len(told) <= FEW else [])
        for proposals in first:
            yield from proposals
        if rest := [_line(proposals) for proposals in told if proposals not in first]:
            order = "in the order of the list" if query.enumerates else "the closest first"
            what = "Close to it as well" if first else f"{len(rest)} papers come close to this"
            yield from entries(f"{what}, {order}:", rest)


def choose(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits to cite: the best one, and those that are close behind it.

    Scores are sums of standardised scores: zero is an average record, so shares of the best
    compare.
    """
    if not hits:
        return []
    share, limit = (SAME_TOPIC, MAX_LISTED) if query.asks_for_papers else (NEAR_TIE, MAX_PAPERS)
    if asks_for_sides(query.text):
        share, limit = SAME_TOPIC, MAX_PAPERS
    if query.focus and not query.filters:
        share = max(share, FOLLOW_UP_TIE)
    every = query.intent == "compare" and query.pointed_at
    chosen = [hit for hit in hits[:limit] if every or hit.score >= hits[0].score * share]
    # What is listed stands in the order of the list; what is found, the best first.
    return sorted(chosen, key=lambda hit: hit.row) if query.enumerates else chosen


def propose(query: Query, hit: Hit, *, alone: bool = True) -> Iterator[Proposal]:
    """What its title claims, if that answers best, and the best sentences of a record.

    alone: hardly another paper is shown.
    """
    chosen = best_passages(query.standalone, hit.paper, query.seen, alone=alone)
    for place, passage in enumerate(chosen):
        title = f"“{hit.paper.title}”:" if passage.start else BY_TITLE if hit.paper.summary else ""
        yield Proposal.quoting(passage, "" if place else title)


def _line(proposals: Sequence[Proposal]) -> Statement:
    """One line of several: the title alone where it claims more than the sentence beside it, else both."""
    passages = [proposal.passage for proposal in proposals if proposal.passage]
    paper = passages[0].paper
    said = [passage for passage in passages if passage.start]
    if not said or (claim_of_title(paper) and all(map(is_background, said))):
        return Statement.quoting(Passage.of_title(paper))
    return Statement.quoting(in_one(said), f"“{paper.title}”:")


def _defines(query: Query, told: Sequence[Proposal]) -> bool:
    """Whether a sentence says what a word of the question means: "X seeks to ...", "X is a ..."."""
    asked = set(analyse(" ".join(telling_words(query.text))))
    found = [(proposal.text, cue("defines").search(proposal.text)) for proposal in told]
    return any(match and asked & set(analyse(text[: match.start()])) for text, match in found)
