"""What a follow-up leaves out, taken from the turn that it leans on.

Adding the previous turn's topic to the query is the strong simple baseline of conversational search
(Dalton et al. 2020, TREC CAsT); papers that the turn showed are preferred, or are all that is looked at
where the question points at them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.query.model import Intent, Query
from app.query.reference import Reference
from app.query.words import before_description, has_anaphor, is_topical, topic
from app.retrieval.filters import Filters

# What stands for one paper is about that record and no other: "its authors", "this one", "according to that".
_ONE = re.compile(
    r"\b(?:its?|they|authors?|(?:this|that|the) (?:one|paper|study|work|article|abstract|title))\b"
    r"|\b(?:to|by|in|with|from) (?:this|that)\W*$",
    re.IGNORECASE,
)
# "The other one" was shown, "another one" was not.
_REST = re.compile(
    r"\b(?:the|those|these|das|die|der|les?|la) (?:others?|rest|remaining|andere[nrs]?|autres?)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:another|others?|else|andere[nrs]?|autres?)\b", re.IGNORECASE)


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


def resolve(
    query: Query,
    reference: Reference,
    before: Sequence[Exchange],
    meant: tuple[str, ...] = (),
    titles: Callable[[Sequence[str]], str] = "; ".join,
) -> Query:
    """The query with what it leaves unsaid, by the way it leans on the turns before (at least one).

    meant: ids of papers that it picks out by what they are about. titles: of the papers with some ids.
    """
    last, own = before[-1], is_topical(query.text)
    placed = meant or _placed(reference, before)
    soft = _leaning(query, reference, last, own=own)

    def only(ids: tuple[str, ...], intent: Intent = "evidence") -> Query:
        narrowed = _only(query, ids)
        return replace(narrowed, intent=intent, lent=titles(ids)) if ids else soft

    kind = reference.kind
    # "Compare it with the mirage paper"; in "the mirage paper, does it ..." that is what "it" stands for.
    if meant and query.intent == "compare":
        kind = "contrast" if has_anaphor(before_description(query.text)) else "refers_one"
    match kind:
        case kind if meant and kind not in ("similar", "contrast"):
            return only(meant)
        case "more" | "why":
            intent = last.query.intent if query.intent == "overview" else query.intent
            same = replace(soft, focus=last.shown, intent=intent, seen=last.said)
            return same if own else replace(same, searched=last.query.standalone)
        case "similar" if not own:
            like = (placed or last.at_hand)[:1]
            query = replace(query, intent="find", condition=None, enumerates=False)
            query = replace(query, like=like, exclude=last.shown, lent=titles(like))
            return replace(query, searched=topic(last.query.standalone))
        case "contrast" if placed:
            return only(tuple(dict.fromkeys((*last.at_hand[:1], *placed))), "compare")
        case "contrast" if query.intent == "compare" and not own and last.said:
            return only(_recent(before, query.text), "compare")
        case "ordinal" if placed:
            return only(placed)
        case _ if _REST.search(query.text):
            one, *_ = last.at_hand or ("",)
            wider = (e.shown for e in reversed(before[:-1]) if one in e.shown and len(e.shown) > 1)
            return only(tuple(i for i in next(wider, last.shown) if i != one))
        case _ if _OTHER.search(query.text):
            fresh = replace(soft, focus=(), exclude=last.shown)
            searched = last.query.standalone
            return fresh if own else replace(fresh, searched=searched, lent="", condition=None)
        case kind if (kind in ("refers_set", "restrict") or _COUNTED.search(query.text)) and (
            several := _recent(before, query.text)
        ):
            return replace(_only(query, several), lent=topic(last.query.standalone))
        case "refers_one" if last.at_hand and _ONE.search(query.text):
            return only(last.at_hand[:1])
    return soft


def _leaning(query: Query, reference: Reference, last: Exchange, *, own: bool) -> Query:
    """The query that prefers what was shown, with the words of the turn before."""
    if not own:
        # With nothing of its own to set against something, it only looks like a comparison.
        intent: Intent = "evidence" if query.intent == "compare" else query.intent
        lent = last.query.standalone.strip(" ?.!")
        return replace(query, focus=last.shown, intent=intent, lent=lent)
    # "And for X?" asks for other papers than those shown.
    focus = () if reference.kind in ("ellipsis", "contrast") else last.shown
    return replace(query, focus=focus, lent=topic(last.query.standalone))


def _recent(before: Sequence[Exchange], text: str) -> tuple[str, ...]:
    """The papers shown last, or the leading ones of so many turns as the text counts papers; () for one."""
    shown, counted = before[-1].shown, _COUNTED.search(text)
    count = _COUNTS[(counted[1] or counted[2]).lower()] if counted else 0
    if len(shown) == count or (not counted and len(shown) > 1):
        return shown
    leading = tuple(dict.fromkeys(e.at_hand[0] for e in reversed(before) if e.at_hand))
    leading = leading[:count] if count else leading
    return leading[::-1] if len(leading) > 1 else ()


def _only(query: Query, ids: tuple[str, ...]) -> Query:
    """The query over some papers alone."""
    return replace(query, filters=replace(query.filters or Filters(), paper_ids=ids), focus=ids)


def _placed(reference: Reference, before: Sequence[Exchange]) -> tuple[str, ...]:
    """The papers in the places named, of the last turn that showed several and so many."""
    for exchange in reversed(before):
        shown = exchange.shown
        inside = all(-len(shown) <= place < len(shown) for place in reference.places)
        if reference.places and inside and len(shown) > 1:
            return tuple(dict.fromkeys(shown[place] for place in reference.places))
    return ()
