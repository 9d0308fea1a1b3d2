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
from app.query.reference import Kind, Reference
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
# Not "self-other".
_OTHER = re.compile(r"(?<![\w-])(?:another|others?|else|andere[nrs]?|autres?)\b", re.IGNORECASE)


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
    meant: tuple[str, ...],
    titles: Callable[[Sequence[str]], str],
) -> Query:
    """The query with what it leaves unsaid, by the way it leans on the turns before (at least one).

    meant: ids of papers that it picks out by what they are about. titles: of the papers with some ids.
    """
    last, own, kind = before[-1], is_topical(query.text), reference.kind
    # "Compare it with the mirage paper"; in "the mirage paper, does it ..." that is what "it" stands for.
    if meant and query.intent == "compare":
        kind = "contrast" if has_anaphor(before_description(query.text)) else "refers_one"
    placed = meant or _placed(reference, before)
    soft = _leaning(query, kind, last, own=own)
    if kind == "similar" and not own:
        like = (placed or last.at_hand)[:1]
        query = replace(query, intent="find", condition=None, enumerates=False, like=like)
        about = topic(last.query.standalone)
        return replace(query, searched=about, lent=titles(like))
    ids = _pointed_at(query, kind, before, placed, meant)
    if ids:
        intent: Intent = "compare" if kind == "contrast" else "evidence"
        return replace(_only(query, ids), intent=intent, lent=titles(ids))
    if kind in ("more", "why"):
        intent = last.query.intent if query.intent == "overview" else query.intent
        same = replace(soft, focus=last.shown, intent=intent, seen=last.said)
        return same if own else replace(same, searched=last.query.standalone, lent="")
    if _OTHER.search(query.text):
        fresh = replace(soft, focus=(), exclude=last.shown)
        again = replace(fresh, searched=last.query.standalone, lent="", condition=None)
        return fresh if own else again
    counted = _COUNTED.search(query.text)
    if (kind in ("refers_set", "restrict") or counted) and (several := _recent(before, counted)):
        return replace(_only(query, several), lent=topic(last.query.standalone))
    return soft


def _pointed_at(
    query: Query,
    kind: Kind,
    before: Sequence[Exchange],
    placed: tuple[str, ...],
    meant: tuple[str, ...],
) -> tuple[str, ...]:
    """Ids of the papers that a question stands for, those to compare for a contrast; () where it does not."""
    last, text = before[-1], query.text
    if kind == "contrast" and placed:
        return tuple(dict.fromkeys((*last.at_hand[:1], *placed)))
    if kind == "contrast" and query.intent == "compare" and not is_topical(text) and last.said:
        return _recent(before, _COUNTED.search(text))
    if (meant and kind != "similar") or (kind == "ordinal" and placed):
        return placed
    if kind in ("more", "why"):
        return ()
    if _REST.search(text):
        one, *_ = last.at_hand or ("",)
        wider = (e.shown for e in reversed(before[:-1]) if one in e.shown and len(e.shown) > 1)
        return tuple(i for i in next(wider, last.shown) if i != one)
    alone = kind == "refers_one" and _ONE.search(text) and not _OTHER.search(text)
    return last.at_hand[:1] if alone and not _COUNTED.search(text) else ()


def _leaning(query: Query, kind: Kind, last: Exchange, *, own: bool) -> Query:
    """The query that prefers what was shown, with the words of the turn before."""
    if not own:
        # With nothing of its own to set against something, it only looks like a comparison.
        intent: Intent = "evidence" if query.intent == "compare" else query.intent
        lent = last.query.standalone.strip(" ?.!")
        return replace(query, focus=last.shown, intent=intent, lent=lent)
    # "And for X?" asks for other papers than those shown.
    focus = () if kind in ("ellipsis", "contrast") else last.shown
    return replace(query, focus=focus, lent=topic(last.query.standalone))


def _recent(before: Sequence[Exchange], counted: re.Match[str] | None) -> tuple[str, ...]:
    """The papers shown last, or the leading ones of so many turns as papers are counted; () for one."""
    shown = before[-1].shown
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
