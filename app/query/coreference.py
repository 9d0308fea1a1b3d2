"""What a follow-up leaves out, taken from the turn that it leans on.

Adding the previous turn's topic to the query is the strong simple baseline of conversational search
(Dalton et al. 2020, TREC CAsT); papers that the turn showed are preferred, or are all that is looked at
where the question points at them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.language.words import words
from app.query.model import Intent, Query
from app.query.reference import Reference
from app.query.words import has_anaphor, is_topical, topic
from app.retrieval.filters import Filters

# A question that names a paper ("that paper", "its authors") is about that record and no other.
_OF_A_PAPER = frozenset(
    "paper papers author authors study work article abstract title they one".split()
)
_OTHER = frozenset("other another else others rest remaining".split())


# "The two", "these three": the papers of the last turns where the last one did not show so many.
_COUNTS = {"both": 2, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_COUNTED = re.compile(
    r"\b(?:the|these|those|all|of)\s+(two|three|four|[2-4])\b|\b(both)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn before: its question as it stood alone, the ids of the papers it showed, what it said."""

    query: Query
    shown: tuple[str, ...]
    said: str

    @property
    def at_hand(self) -> tuple[str, ...]:
        """The papers that "it" may stand for, the likeliest first."""
        return self.shown or self.query.focus


@dataclass(frozen=True, slots=True)
class Resolution:
    """A follow-up with what it leans on.

    query: all but its standalone text, which is made of text and, in brackets, of the titles of some
    papers (ids) or else of words carried over. narrowed: it points at papers, and at no others.
    """

    query: Query
    text: str
    carried: str = ""
    titles: tuple[str, ...] = ()
    narrowed: bool = False


def resolve(
    query: Query, reference: Reference, before: Sequence[Exchange], meant: tuple[str, ...] = ()
) -> Resolution:
    """The query with what it leaves unsaid, by the way it leans on the turns before (at least one).

    meant: ids of papers that it picks out by what they are about.
    """
    last = before[-1]
    placed, own = meant or _placed(reference, before), is_topical(query.text)
    # With nothing of its own to set against something, it only looks like a comparison.
    intent: Intent = "evidence" if query.intent == "compare" and not own else query.intent
    # "And for X?" asks for other papers than those shown.
    focus = () if own and reference.kind in ("ellipsis", "contrast") else last.shown
    soft_query = replace(query, focus=focus, intent=intent)
    # Words of the turn before drown those of a question that has some of its own, and no other.
    carried = topic(last.query.standalone) if own else last.query.standalone.strip(" ?.!")
    soft = Resolution(soft_query, query.text, carried)
    told = {word.lower for word in words(query.text)}
    kind = reference.kind
    if meant and query.intent == "compare" and has_anaphor(query.text):
        kind = "contrast"
    match kind:
        case kind if meant and kind not in ("similar", "contrast"):
            return _only(replace(query, intent="evidence"), meant, soft)
        case "more" | "why":
            intent = last.query.intent if query.intent == "overview" else query.intent
            same = replace(query, focus=last.shown, intent=intent, seen=last.said)
            return replace(soft, query=same, text=query.text if own else last.query.standalone)
        case "similar" if not own:
            like = (placed or last.at_hand)[:1]
            query = replace(query, intent="find", exclude=last.shown)
            return Resolution(query, topic(last.query.standalone), titles=like, narrowed=True)
        case "contrast" if placed or (query.intent == "compare" and not own and last.said):
            pair = (
                tuple(dict.fromkeys((*last.at_hand[:1], *placed)))
                if placed
                else _recent(before, query.text)
            )
            return _only(replace(query, intent="compare"), pair, soft)
        case "ordinal" if placed:
            return _only(replace(query, intent="evidence"), placed, soft)
        case "ordinal" | "similar" | "ellipsis" | "refers_one" if told & _OTHER:
            base = next((e for e in reversed(before[:-1]) if len(e.shown) > 1), last)
            rest = tuple(i for i in base.shown if i not in last.at_hand[:1])
            if own and rest:
                return _only(replace(query, intent="evidence"), rest, soft)
            if not own:
                query = replace(query, intent=base.query.intent, exclude=last.at_hand[:1])
                return Resolution(query, base.query.standalone, narrowed=True)
        case kind if (
            kind in ("refers_set", "restrict") or _COUNTED.search(query.text)
        ) and last.shown:
            narrowed = _only(query, _recent(before, query.text), soft)
            return replace(narrowed, titles=(), carried=soft.carried)
        case "refers_one" if last.at_hand and told & _OF_A_PAPER:
            return _only(replace(query, intent="evidence"), last.at_hand[:1], soft)
    return soft


def _recent(before: Sequence[Exchange], text: str) -> tuple[str, ...]:
    """The papers shown last, or the leading ones of so many turns as the text counts papers."""
    shown, counted = before[-1].shown, _COUNTED.search(text)
    if counted is None:
        return shown
    count = _COUNTS[(counted[1] or counted[2]).lower()]
    leading = list(dict.fromkeys(e.at_hand[0] for e in reversed(before) if e.at_hand))
    return shown if len(shown) == count else tuple(reversed(leading[:count])) or shown


def _only(query: Query, ids: tuple[str, ...], soft: Resolution) -> Resolution:
    """The query over some papers alone, where there are any."""
    if not ids:
        return soft
    filters = replace(query.filters or Filters(), paper_ids=ids)
    query = replace(query, filters=filters, focus=ids)
    return Resolution(query, query.text, titles=ids, narrowed=True)


def _placed(reference: Reference, before: Sequence[Exchange]) -> tuple[str, ...]:
    """The papers in the places named, of the last turn that showed several and so many."""
    for exchange in reversed(before):
        shown = exchange.shown
        inside = all(-len(shown) <= place < len(shown) for place in reference.places)
        if reference.places and inside and len(shown) > 1:
            return tuple(dict.fromkeys(shown[place] for place in reference.places))
    return ()
