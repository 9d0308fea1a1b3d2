"""From what was typed, the turns before it and the filters to one Query that needs none of them.

What a follow-up leaves out is taken from the turn that it leans on. Adding the previous turn's topic to
the query is the strong simple baseline of conversational search (Dalton et al. 2020, TREC CAsT); papers
that the turn showed are preferred, or are all that is looked at where the question points at them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.language.lexicon import FUNCTION_WORDS, REPORTING_WORDS
from app.language.words import words
from app.query.injection import strip_injection
from app.query.intent import classify
from app.query.model import Query, Turn
from app.query.reference import Reference, reference_of
from app.query.text import clean_question
from app.retrieval.filters import Filters
from ingest.index.encoder import shared_encoder

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
_OF_A_PAPER = frozenset("paper papers author authors study work article abstract title they".split())


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
        query = Query(asked, fair, fair, intent, facet, filters)
        before = self._exchanges(history)
        if not before or intent in ("small_talk", "other_task"):
            return query
        reference = reference_of(fair, vector, _vector(before[-1].query.text))
        return _resolved(query, reference, before, self._titles) if reference.depends else query

    def _exchanges(self, history: Sequence[Turn]) -> list[_Exchange]:
        """The turns before, oldest first, each resolved against those before it."""
        found: list[_Exchange] = []
        starts = [i for i, turn in enumerate(history) if turn.get("role") == "user"][-DEPTH:]
        for start, end in zip(starts, [*starts[1:], len(history)], strict=True):
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
    last = before[-1]
    query = replace(query, seen=last.said)
    carried = _topic(last.query.standalone)
    match reference.kind:
        case "more" | "why":
            focus = last.shown
            joined = _with(query.text, carried) if _topic(query.text) else last.query.standalone
            return replace(query, standalone=joined, focus=focus, intent=_not_overview(query, last))
        case "similar":
            focus = _placed(reference, before)[:1] or last.query.focus or last.shown
            return replace(
                query, standalone=_with(query.text, titles(focus[:1]) or carried), intent="find",
                focus=focus[:1], exclude=last.shown, like=True,
            )  # fmt: skip
        case "contrast":
            pair = _pair(reference, before)
            standalone = _with(query.text, titles(pair) if len(pair) > 1 else carried)
            return replace(query, standalone=standalone, **_only(query, pair), intent="compare")
        case "ordinal" if placed := _placed(reference, before):
            return replace(
                query, standalone=_with(query.text, titles(placed)), **_only(query, placed),
                intent="evidence",
            )  # fmt: skip
        case "refers_set" | "restrict":
            standalone = _with(query.text, carried)
            return replace(query, standalone=standalone, **_only(query, last.shown))
        case "refers_one" if last.shown and _OF_A_PAPER & {w.lower for w in words(query.text)}:
            one = (last.query.focus or last.shown)[:1]
            standalone = _with(query.text, titles(one))
            return replace(query, standalone=standalone, **_only(query, one), intent="evidence")
    return replace(query, standalone=_with(query.text, carried), focus=last.shown)


def _only(query: Query, ids: Sequence[str]) -> dict[str, object]:
    """The query's filters narrowed to some papers, where there are any."""
    if not ids:
        return {}
    return {
        "filters": replace(query.filters or Filters(), paper_ids=tuple(ids)),
        "focus": tuple(ids),
    }


def _not_overview(query: Query, last: _Exchange) -> str:
    """ "Tell me more" asks for more of the same kind."""
    return last.query.intent if query.intent in ("overview", "small_talk") else query.intent


def _placed(reference: Reference, before: Sequence[_Exchange]) -> tuple[str, ...]:
    """The papers in the places named, of the last turn that showed so many."""
    for exchange in reversed(before):
        shown = exchange.shown
        if reference.places and all(-len(shown) <= p < len(shown) for p in reference.places):
            return tuple(dict.fromkeys(shown[place] for place in reference.places))
    return ()


def _pair(reference: Reference, before: Sequence[_Exchange]) -> tuple[str, ...]:
    """What is set against what: the paper talked of last and the one named by its place, or all shown."""
    placed = _placed(reference, before)
    last = before[-1].query.focus or before[-1].shown
    if placed and last:
        return tuple(dict.fromkeys((*last[:1], *placed)))
    return before[-1].shown


def _topic(text: str) -> str:
    """The words of a question that say what it is about."""
    told = [w for w in words(text) if w.content and w.lower not in REPORTING_WORDS]
    telling = [w.text for w in told if w.lower not in FUNCTION_WORDS]
    return " ".join(dict.fromkeys(telling[:CARRIED_WORDS]))


def _with(text: str, carried: str) -> str:
    return f"{text} ({carried})" if carried else text


def _vector(text: str) -> Array:
    return shared_encoder().encode_tokens([text])[0].vector
