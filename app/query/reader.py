"""From what was typed, the turns before it and the filters to one Query that needs none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.listing import run
from app.query.coreference import Exchange, resolve
from app.query.injection import strip_injection
from app.query.intent import classify, without_lead_up
from app.query.list_roles import is_none
from app.query.lists import ListReader
from app.query.model import Query, Turn
from app.query.reference import reference_of
from app.query.text import clean_question
from app.query.vocabulary import Vocabulary
from app.query.words import described, has_anaphor, is_topical, names
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from app.language.text_classifier import Array
    from app.retrieval import Filters, Hit
    from ingest.paper import Paper

# Finds papers: query, what it follows upon -> hits, best first.
Search = Callable[..., "Sequence[Hit]"]
# How many papers an earlier turn is taken to have shown when its answer is not at hand.
SHOWN = 5
# A turn further back than this is not leant on.
DEPTH = 4
# Intents of questions that may well be answered by a list.
LISTED = ("list", "find", "evidence", "overview", "compare")
# Of the best score: a description fits a paper that has as much.
DESCRIBED = 0.6


class QueryReader:
    """Reads questions about one list."""

    def __init__(
        self,
        papers: Callable[[], Sequence[Paper]],
        search: Search,
        answers_alone: Callable[[str], bool],
        vocabulary: Vocabulary,
    ) -> None:
        """How the list is known.

        Args:
            papers: all of them.
            search: finds papers for an earlier question.
            answers_alone: whether the records answer a question as it stands.
            vocabulary: the words of the list.
        """
        self._papers = papers
        self._search = search
        self._answers_alone = answers_alone
        self._vocabulary = vocabulary
        self._lists = ListReader(papers, vocabulary.names)

    def read(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Query:
        """The one Query that every gate reads."""
        asked = clean_question(question)
        fair = self._fair(asked)
        text = without_lead_up(fair)
        query = Query(asked, text, text or asked, filters=filters, turns=tuple(history))
        if not text:
            return query
        query = self._understood(query, fair, later=bool(history))
        if query.intent in ("small_talk", "other_task"):
            return query
        query = self._resolved(query, self._exchanges(history))
        return replace(query, searched=self._vocabulary.spelt_out(query.searched))

    def _fair(self, asked: str) -> str:
        """A question without orders and slips."""
        return self._vocabulary.corrected(strip_injection(asked))

    def _resolved(self, query: Query, before: Sequence[Exchange]) -> Query:
        if not before:
            return query
        last = before[-1]
        reference = reference_of(query.text, _vector(query.text), _vector(last.query.text))
        meant = self._meant(query.text, before)
        if not (reference.depends or meant):
            return query
        if query.intent == "overview" and last.query.intent != "overview":
            query = replace(query, intent="evidence")
        found = resolve(query, reference, before, meant, self._titles)
        # A follow-up that the records answer as it stands is not drowned in words of the turn before.
        own = is_topical(query.text) and not has_anaphor(query.text)
        narrowed = found.pointed_at or found.like or found.exclude
        if own and not narrowed and self._answers_alone(query.text):
            return replace(found, lent="")
        return found

    def _understood(self, query: Query, fair: str, *, later: bool) -> Query:
        """With its intent; a question that the closed grammar of lists reads whole is one for a list.

        fair: the question with the small talk before it, which tells what is wanted as well.
        """
        intent, facet, listed = classify(
            fair, _vector(fair), self._vocabulary.is_narrow, later=later
        )
        condition = None
        if listed or intent in LISTED:
            condition = self._lists.read(query.text, intent, listed=listed)
        computed = condition is not None and (
            intent in ("list", "evidence")
            or condition.literal
            or bool(run(condition, self._papers()).papers)
        )
        # Who looks for papers by a condition gets the list as well, but has still looked for papers.
        if computed and intent != "find":
            intent = "list"
        # What no list can be computed for is looked for, later on or where nothing seems to be listed.
        elif intent == "list" and (later or is_none(query.text)):
            intent = "find"
        enumerates = listed and intent in ("list", "find")
        return replace(
            query, intent=intent, facet=facet, condition=condition, enumerates=enumerates
        )

    def _exchanges(self, history: Sequence[Turn]) -> list[Exchange]:
        """The turns before, oldest first, each resolved against those before it."""
        found: list[Exchange] = []
        starts = [i for i, turn in enumerate(history) if turn.get("role") == "user"][-DEPTH:]
        for start, end in zip(starts, [*starts[1:], len(history)], strict=False):
            said = " ".join(str(turn["content"]) for turn in history[start + 1 : end])
            fair = self._fair(clean_question(str(history[start]["content"])))
            if text := without_lead_up(fair):
                query = self._understood(Query.plain(text), fair, later=bool(found))
                query = self._resolved(query, found)
                found.append(Exchange(query, self._shown(query, said), said))
        return found

    def _shown(self, query: Query, said: str) -> tuple[str, ...]:
        """Ids of the papers that an answer names, in its order; the best found where it is not at hand."""
        if not said:
            hits = [h.paper.paper_id for h in self._search(query.standalone)]
            return tuple(i for i in hits if i not in query.exclude)[:SHOWN]
        places = ((said.find(paper.title), paper.paper_id) for paper in self._papers())
        return tuple(paper_id for at, paper_id in sorted(places) if at >= 0)

    def _meant(self, text: str, before: Sequence[Exchange]) -> tuple[str, ...]:
        """The paper that a description picks out: of those shown, or by a word of its title."""
        if not (words := described(text)):
            return ()
        best = self._search(words)
        fitting = {h.paper.paper_id for h in best if h.score >= DESCRIBED * best[0].score}
        shown = {paper_id for exchange in before for paper_id in exchange.shown}
        # Of several that it fits, one that was shown, or else is on what was spoken of.
        near = self._search(words, beside=self._titles(before[-1].at_hand[:1]))
        found = [hit.paper for hit in near if hit.paper.paper_id in fitting]
        for paper in found:
            if paper.paper_id in shown:
                return (paper.paper_id,)
        return tuple(paper.paper_id for paper in found[:1] if names(text, paper))

    def _titles(self, ids: Sequence[str]) -> str:
        titles = {paper.paper_id: paper.title for paper in self._papers()} if ids else {}
        return "; ".join(titles[i] for i in ids if i in titles)


def _vector(text: str) -> Array:
    return shared_encoder().encode_tokens([text])[0].vector
