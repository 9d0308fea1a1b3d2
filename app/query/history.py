"""Follow-up questions: from the last turn and what came before it to a question that stands alone.

Deterministic, without a model: a follow-up is recognised by its form (ellipsis, pronouns, ordinals,
"the other one"), and the words that it leaves out are taken from the turn it leans on. Adding the
previous turn's words to the query is the strong simple baseline of conversational search (Dalton et
al. 2020, TREC CAsT); a change of topic switches it off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.query.followup import Form, form_of, topic

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit, Retriever

# One turn of a conversation: {"role": "user" | "assistant", "content": text}.
Turn = Mapping[str, str]
Search = Callable[[str, int], "list[Hit]"]

# How many papers an earlier turn is taken to have shown when its answer is not at hand.
SHOWN = 5
# A turn further back than this is not leant on.
DEPTH = 4


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no history.

    query: what to search for and to answer. focus: ids of the papers it points at ("those two", "the
    second"), to be put first. exclude: ids of papers that it sets aside "
        "("the other one"), to be put
    last. carried: whether words of an earlier turn were added. base: the query of the turn that opened
    the topic, which "the other one" goes back to.
    """

    query: str
    focus: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    carried: bool = False
    base: str = ""

    def search(self, retriever: Retriever, k: int, filters: Filters | None = None) -> list[Hit]:
        """The k papers for the query, those in focus first, those set aside only at the end."""
        return self.apply(retriever.search(self.query, k + len(self.exclude), filters))[:k]

    def apply(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits with the papers in focus first and the excluded ones last, else in order."""
        ranks = {paper_id: rank for rank, paper_id in enumerate(self.focus)}

        def key(place: tuple[int, Hit]) -> tuple[int, int]:
            position, hit = place
            paper_id = hit.paper.paper_id
            if paper_id in self.exclude:
                return (2, position)
            return (0, ranks[paper_id]) if paper_id in ranks else (1, position)

        return [hit for _, hit in sorted(enumerate(hits), key=key)]


def standalone(question: str, history: Sequence[Turn], search: Search | None = None) -> Standalone:
    """The question with what it leaves unsaid.

    Args:
        question: the last turn.
        history: the turns before it, oldest first; assistant turns may be left out, and help to
            know which papers were shown if they name them.
        search: finds papers for an earlier turn, (query, k) -> hits best first; without it, "those"
            and "the other one" are resolved to words only.
    """
    asked = [turn["content"] for turn in history if turn.get("role") == "user"]
    form = form_of(question)
    if form.switch and asked:
        return Standalone(form.text, base=form.text)
    if not form.dependent or not asked:
        return Standalone(question, base=question)
    before = _resolved(history, search)
    query = _joined(form, before.base if form.other else before.query)
    focus: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    if search is not None and (form.other or form.compares or form.ordinal is not None):
        shown = _shown(history, before, search)
        if form.ordinal is not None:
            focus = _nth(shown, form.ordinal, form.compares)
        elif form.other:
            exclude = _singled_out(history, before, shown)
        else:
            focus = tuple(shown[: form.count or 0])
    return Standalone(query, focus, exclude, carried=True, base=before.base)


def _resolved(history: Sequence[Turn], search: Search | None) -> Standalone:
    """The last user turn as it stood alone, resolved against the turns before it."""
    last = max(i for i, turn in enumerate(history) if turn.get("role") == "user")
    earlier = history[max(0, last - 2 * DEPTH) : last]
    return standalone(history[last]["content"], earlier, search)


def _joined(form: Form, before: str) -> str:
    """The follow-up's own words and those of the turn it leans on; the former first."""
    return f"{topic(form.text)} {topic(before)}" if form.content else before


def _shown(history: Sequence[Turn], before: Standalone, search: Search) -> list[str]:
    """Ids of the papers that the turn before showed, in order."""
    hits = before.apply(search(before.query, 2 * SHOWN + len(before.exclude)))
    answer = history[-1]["content"] if history[-1].get("role") == "assistant" else ""
    places = {hit.paper.paper_id: answer.find(hit.paper.title) for hit in hits}
    named = sorted((at, paper_id) for paper_id, at in places.items() if at >= 0)
    if named:
        return [paper_id for _, paper_id in named]
    return [hit.paper.paper_id for hit in hits[:SHOWN]]


def _nth(shown: Sequence[str], ordinal: int, compares: bool) -> tuple[str, ...]:
    """The paper in that place; compared with "it", the first one comes along."""
    if not -len(shown) <= ordinal < len(shown):
        return ()
    chosen = shown[ordinal]
    if compares and chosen != shown[0]:
        return (shown[0], chosen)
    return (chosen,)


def _singled_out(
    history: Sequence[Turn], before: Standalone, shown: Sequence[str]
) -> tuple[str, ...]:
    """The papers that "the other" sets aside: the one that the last turn was about."""
    answered = history[-1].get("role") == "assistant"
    if answered and len(shown) <= 1:
        return tuple(shown)
    return (*before.exclude, *shown[:1])
