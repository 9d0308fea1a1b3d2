"""From what was typed, the turns before it and the filters to one Query that needs none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.language.words import words
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
        is_narrow: Callable[[str], bool],
        long_form: Callable[[str], str],
        corrected: Callable[[str], str],
    ) -> None:
        """How the list is known.

        Args:
            papers: all of them.
            search: finds papers for an earlier question.
            answers_alone: whether the records answer a question as it stands.
            is_narrow: whether a question names a topic that few of the papers have.
            corrected: a text with its misspelt words put right.
            long_form: what an abbreviation stands for in the records, "" for any other word.
        """
        self._papers = papers
        self._search = search
        self._answers_alone = answers_alone
        self._is_narrow = is_narrow
        self._long_form = long_form
        self._corrected = corrected

    def read(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Query:
        """The one Query that every gate reads."""
        asked = clean_question(question)
        fair = self._corrected(strip_injection(asked))
        query = Query(asked, fair, fair or asked, filters=filters, turns=tuple(history))
        if not fair:
            return query
        query = self._understood(query)
        if query.intent in ("small_talk", "other_task"):
            return query
        query = self._resolved(query, self._exchanges(history))
        return replace(query, standalone=self._spelt_out(query.standalone))

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

    def _understood(self, query: Query) -> Query:
        """With its intent; a question that the closed grammar of lists reads whole is one for a list."""
        intent, facet, listed = classify(query.text, _vector(query.text), self._is_narrow)
        condition = parse(query.text) if listed else None
        if condition is not None and (intent in ("list", "evidence") or condition.literal):
            intent = "list"
        enumerates = listed and intent in ("list", "find")
        return replace(
            query, intent=intent, facet=facet, condition=condition, enumerates=enumerates
        )

    def _spelt_out(self, text: str) -> str:
        """The text with what its abbreviations stand for, where the records tell it."""
        known = text.lower()
        found = dict.fromkeys(self._long_form(word.text) for word in words(text) if word.content)
        told = "; ".join(long for long in found if long and long not in known)
        return f"{text} ({told})" if told else text

    def _exchanges(self, history: Sequence[Turn]) -> list[Exchange]:
        """The turns before, oldest first, each resolved against those before it."""
        found: list[Exchange] = []
        starts = [i for i, turn in enumerate(history) if turn.get("role") == "user"][-DEPTH:]
        for start, end in zip(starts, [*starts[1:], len(history)], strict=False):
            said = " ".join(str(turn["content"]) for turn in history[start + 1 : end])
            text = self._corrected(strip_injection(clean_question(str(history[start]["content"]))))
            if text:
                query = self._resolved(self._understood(Query.plain(text)), found)
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


def _vector(text: str) -> Array:
    return shared_encoder().encode_tokens([text])[0].vector
