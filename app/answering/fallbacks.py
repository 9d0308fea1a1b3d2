"""What is said where no record clearly answers, and where all that they say was shown already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.answering.generators.extractive import FEW, choose, propose
from app.answering.generators.sentences import best_passages
from app.language.words import LETTERS
from app.passages import Draft, Passage, Statement
from app.themes.blocks import note
from app.verification.checking import Checker, check

if TYPE_CHECKING:
    from app.query import Query
    from app.retrieval import Hit

CLOSEST = "Whether a record says this is not sure; the closest words:"
NO_MORE = "The records say no more about this than was shown of"
# Who asks for more wants other words; who asks how or why may be answered by those that were shown.
_ASKS_ANEW = frozenset("why how where when who which what".split())


def closest(query: Query, hits: Sequence[Hit], reason: str, checker: Checker) -> Iterator[Draft]:
    """The best records' own words, said to be perhaps no answer.

    reason: what is missing, if known.
    """
    yield note(f"{reason} {CLOSEST}".strip())
    for hit in choose(query, hits)[:FEW]:
        yield Draft("prose", [check(p, (), checker).statement for p in propose(query, hit)])


def nothing_new(query: Query, hits: Sequence[Hit]) -> Iterator[Draft]:
    """That all was shown, and which of it comes closest to a question of how or why."""
    shown = [hit.paper for hit in hits if hit.paper.paper_id in query.focus]
    titles = tuple(map(Passage.of_title, shown))
    named = " and ".join(f"“{passage.quote}”" for passage in titles)
    yield Draft("note", [Statement(f"{NO_MORE} {named}.", "supported", titles)])
    asked = query.text.lower().replace("what else", "").replace("what more", "")
    if shown and not _ASKS_ANEW.isdisjoint(LETTERS.findall(asked)):
        passage = best_passages(query.text, shown[0], alone=False)[0]
        yield Draft("prose", [Statement.quoting(passage, "Closest to it of what was shown:")])
