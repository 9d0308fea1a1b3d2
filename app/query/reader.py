"""From what was typed, the turns before it and the filters to one Query that needs none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.listing import parse
from app.query.coreference import Exchange, is_topical, resolve
from app.query.injection import strip_injection
from app.query.intent import classify
from app.query.model import Query, Turn
from app.query.reference import reference_of
from app.query.text import clean_question
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from app.language.text_classifier import Array
    from app.retrieval import Filters, Hit
    from ingest.paper import Paper

# Finds papers for an earlier turn: query -> hits, best first.
Search = Callable[[str], "Sequence[Hit]"]
# How many papers an earlier turn is taken to have shown when its answer is not at hand.
SHOWN = 5
# A turn further back than this is not leant on.
DEPTH = 4


class QueryReader:
    """Reads questions about one list."""

    def __init__(
        self,
        papers: Callable[[], Sequence[Paper]],
        search: Search,
        answers_alone: Callable[[str], bool],
    ) -> None:
        """How the list is known.

        Args:
            papers: all of them.
            search: finds papers for an earlier question.
            answers_alone: whether the records answer a question as it stands.
        """
        self._papers = papers
        self._search = search
        self._answers_alone = answers_alone

    def read(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Query:
        """The one Query that every gate reads."""
        asked = clean_question(question)
        fair = strip_injection(asked)
        query = Query(asked, fair, fair or asked, filters=filters, turns=tuple(history))
        if not fair:
            return query
        query = _understood(query)
        if query.intent in ("small_talk", "other_task"):
            return query
        return self._resolved(query, self._exchanges(history))

    def _resolved(self, query: Query, before: Sequence[Exchange]) -> Query:
        if not before:
            return query
        last = before[-1]
        reference = reference_of(query.text, _vector(query.text), _vector(last.query.text))
        if not reference.depends:
            return query
        if query.intent == "overview" and last.query.intent != "overview":
            query = replace(query, intent="evidence")
        found = resolve(query, reference, before)
        # A follow-up that the records answer as it stands is not drowned in words of the turn before.
        if not found.narrowed and is_topical(query.text) and self._answers_alone(query.text):
            return found.query
        carried = self._titles(found.titles) or found.carried
        text = f"{found.text} ({carried})" if carried else found.text
        return replace(found.query, standalone=text)

    def _exchanges(self, history: Sequence[Turn]) -> list[Exchange]:
        """The turns before, oldest first, each resolved against those before it."""
        found: list[Exchange] = []
        starts = [i for i, turn in enumerate(history) if turn.get("role") == "user"][-DEPTH:]
        for start, end in zip(starts, [*starts[1:], len(history)], strict=False):
            said = " ".join(str(turn["content"]) for turn in history[start + 1 : end])
            text = strip_injection(clean_question(str(history[start]["content"])))
            if text:
                query = self._resolved(_understood(Query(text, text, text)), found)
                found.append(Exchange(query, self._shown(query, said), said))
        return found

    def _shown(self, query: Query, said: str) -> tuple[str, ...]:
        """Ids of the papers that an answer names, in its order; the best found where it is not at hand."""
        if not said:
            hits = [h.paper.paper_id for h in self._search(query.standalone)]
            return tuple(i for i in hits if i not in query.exclude)[:SHOWN]
        places = ((said.find(paper.title), paper.paper_id) for paper in self._papers())
        return tuple(paper_id for at, paper_id in sorted(places) if at >= 0)

    def _titles(self, ids: Sequence[str]) -> str:
        titles = {paper.paper_id: paper.title for paper in self._papers()} if ids else {}
        return "; ".join(titles[i] for i in ids if i in titles)


def _understood(query: Query) -> Query:
    """With its intent; a question that the closed grammar of lists reads whole is one for a list."""
    intent, facet, listed = classify(query.text, _vector(query.text))
    condition = parse(query.text) if listed else None
    if condition is not None and (intent in ("list", "evidence") or condition.literal):
        intent = "list"
    return replace(query, intent=intent, facet=facet, condition=condition)


def _vector(text: str) -> Array:
    return shared_encoder().encode_tokens([text])[0].vector
