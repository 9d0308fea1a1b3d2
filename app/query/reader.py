"""From what was typed, the turns before it and the filters to one Query that needs none of them.

What a follow-up leaves out is taken from the turn that it leans on. Adding the previous turn's topic to
the query is the strong simple baseline of conversational search (Dalton et al. 2020, TREC CAsT); papers
that the turn showed are preferred, or are all that is looked at where the question points at them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.language.lexicon import REPORTING_WORDS
from app.language.words import words
from app.query.injection import strip_injection
from app.query.intent import classify
from app.query.model import Query, Turn
from app.query.reference import Reference, reference_of
from app.query.text import clean_question
from app.retrieval.filters import Filters
from ingest.index.encoder import shared_encoder
from ingest.text import FUNCTION_WORDS

if TYPE_CHECKING:
    from app.language.text_classifier import Array
    from app.retrieval import Hit
    from ingest.paper import Paper

# Finds papers for an earlier turn: query -> hits, best first.
Search = Callable[[str], "Sequence[Hit]"]
# How many papers an earlier turn is taken to have shown when its answer is not at hand.
SHOWN = 5
# A turn further back than this is not leant on.
DEPTH = 4
# More words than this of an earlier question drown those of the follow-up.
CARRIED_WORDS = 8
# A question that names a paper ("that paper", "its authors") is about that record and no other.
_OF_A_PAPER = frozenset(
    "paper papers author authors study work article abstract title they".split()
)


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A turn before: its question as it stood alone, the ids of the papers it showed, what it said."""

    query: Query
    shown: tuple[str, ...]
    said: str


class QueryReader:
    """Reads questions about one list."""

    def __init__(self, papers: Callable[[], Sequence[Paper]], search: Search) -> None:
        self._papers = papers
        self._search = search

    def read(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Query:
        """The one Query that every gate reads."""
        asked = clean_question(question)
        fair = strip_injection(asked)
        if not fair:
            return Query(asked, "", asked, filters=filters)
        vector = _vector(fair)
        intent, facet = classify(fair, vector)
        query = Query(asked, fair, fair, intent, facet, filters, turns=tuple(history))
        before = self._exchanges(history)
        if not before or intent in ("small_talk", "other_task"):
            return query
        reference = reference_of(fair, vector, _vector(before[-1].query.text))
        return _resolved(query, reference, before, self._titles) if reference.depends else query

    def _exchanges(self, history: Sequence[Turn]) -> list[_Exchange]:
        """The turns before, oldest first, each resolved against those before it."""
        found: list[_Exchange] = []
        starts = [i for i, turn in enumerate(history) if turn.get("role") == "user"][-DEPTH:]
        for start, end in zip(starts, [*starts[1:], len(history)], strict=False):
            said = " ".join(str(turn["content"]) for turn in history[start + 1 : end])
            text = strip_injection(clean_question(str(history[start]["content"])))
            if not text:
                continue
            vector = _vector(text)
            query = Query(text, text, text, *classify(text, vector))
            if found:
                reference = reference_of(text, vector, _vector(found[-1].query.text))
                if reference.depends:
                    query = _resolved(query, reference, found, self._titles)
            found.append(_Exchange(query, self._shown(query, said), said))
        return found

    def _shown(self, query: Query, said: str) -> tuple[str, ...]:
        """Ids of the papers that an answer names, in its order; the best found where it is not at hand."""
        if not said:
            return tuple(hit.paper.paper_id for hit in self._search(query.standalone)[:SHOWN])
        places = ((said.find(paper.title), paper.paper_id) for paper in self._papers())
        return tuple(paper_id for at, paper_id in sorted(places) if at >= 0)

    def _titles(self, ids: Sequence[str]) -> str:
        wanted = set(ids)
        return "; ".join(paper.title for paper in self._papers() if paper.paper_id in wanted)


def _resolved(
    query: Query,
    reference: Reference,
    before: Sequence[_Exchange],
    titles: Callable[[Sequence[str]], str],
) -> Query:
    """The query with what it leaves unsaid, by the way it leans on the turns before."""
    last = before[-1]
    query = replace(query, seen=last.said)
    carried = _topic(last.query.standalone)
    placed = _placed(reference, before)
    at_hand = last.query.focus or last.shown
    match reference.kind:
        case "more" | "why":
            intent = last.query.intent if query.intent == "overview" else query.intent
            joined = _with(query.text, carried) if _topic(query.text) else last.query.standalone
            return replace(query, standalone=joined, focus=last.shown, intent=intent)
        case "similar":
            like = (placed or at_hand)[:1]
            joined = _with(query.text, titles(like) or carried)
            query = replace(query, standalone=joined, intent="find", exclude=last.shown)
            return replace(query, focus=like, like=True)
        case "contrast":
            pair = tuple(dict.fromkeys((*at_hand[:1], *placed))) if placed else last.shown
            joined = _with(query.text, titles(pair) if len(pair) > 1 else carried)
            return _only(replace(query, standalone=joined, intent="compare"), pair)
        case "ordinal" if placed:
            joined = _with(query.text, titles(placed))
            return _only(replace(query, standalone=joined, intent="evidence"), placed)
        case "refers_set" | "restrict":
            return _only(replace(query, standalone=_with(query.text, carried)), last.shown)
        case "refers_one" if at_hand and _OF_A_PAPER & {w.lower for w in words(query.text)}:
            joined = _with(query.text, titles(at_hand[:1]))
            return _only(replace(query, standalone=joined, intent="evidence"), at_hand[:1])
    return replace(query, standalone=_with(query.text, carried), focus=last.shown)


def _only(query: Query, ids: tuple[str, ...]) -> Query:
    """The query over some papers alone, where there are any."""
    if not ids:
        return query
    return replace(query, filters=replace(query.filters or Filters(), paper_ids=ids), focus=ids)


def _placed(reference: Reference, before: Sequence[_Exchange]) -> tuple[str, ...]:
    """The papers in the places named, of the last turn that showed so many."""
    for exchange in reversed(before):
        shown = exchange.shown
        if reference.places and all(-len(shown) <= p < len(shown) for p in reference.places):
            return tuple(dict.fromkeys(shown[place] for place in reference.places))
    return ()


def _topic(text: str) -> str:
    """The words of a question that say what it is about."""
    told = [w for w in words(text) if w.content and w.lower not in REPORTING_WORDS]
    telling = [w.text for w in told if w.lower not in FUNCTION_WORDS]
    return " ".join(dict.fromkeys(telling[:CARRIED_WORDS]))


def _with(text: str, carried: str) -> str:
    return f"{text} ({carried})" if carried else text


def _vector(text: str) -> Array:
    return shared_encoder().encode_tokens([text])[0].vector
