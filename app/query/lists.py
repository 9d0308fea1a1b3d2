"""From a question to the list that it asks for: by the closed grammar, else by the roles of its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from app.listing import ListQuery, parse
from app.listing.concept import Names, concept
from app.listing.query import All, AnyOf, Condition, Not, joined
from app.listing.words import EITHER
from app.query.intent import LEAD_UP_WORDS, PAUSE
from app.query.list_roles import ListRoles, Role, is_none, list_roles
from app.query.words import is_topic_word

if TYPE_CHECKING:
    from app.language.words import Word
    from app.query.model import Intent
    from ingest.paper import Paper

# So probable must a list be that something else was taken for.
SURELY_LIST = 0.95
# In a question of more words what is asked for is not searched for among all that is said around it.
LONGEST_LEAD_UP = 40


class ListReader:
    """Reads questions about one list of papers."""

    def __init__(self, papers: Callable[[], Sequence[Paper]], names: Names) -> None:
        """papers: all of them. names: other names of a phrase."""
        self._papers = papers
        self._names = names

    def read(self, text: str, intent: Intent, *, listed: bool) -> ListQuery | None:
        """What is to be listed or counted, or None.

        intent: what kind of question it is. listed: whether it may well be one for a list.
        """
        roles = list_roles(text)
        whole = None
        if intent != "compare" and (listed or not is_none(text)):
            whole = self._by_grammar(text, roles)
        return self._better(whole, self._by_roles(text, roles, intent))

    def _by_grammar(self, text: str, roles: ListRoles) -> ListQuery | None:
        """What the grammar reads, after what leads up to it if need be."""
        found = parse(text, self._names)
        for lead in PAUSE.finditer(text):
            if found is not None or len(text[: lead.start()].split()) > LEAD_UP_WORDS:
                break
            found = parse(text[lead.end() :], self._names)
        long = len(roles.words) > LONGEST_LEAD_UP
        if found is not None or long or roles.mode in ("list", "none"):
            return found
        # "I wonder how many titles ..., roughly": only what is literally asked for may stand anywhere.
        starts = [word.start for word in roles.words]
        for end in (len(text), *(pause.start() for pause in PAUSE.finditer(text))):
            parts = (parse(text[start:end], self._names) for start in starts if start < end)
            literal = (part for part in parts if part and part.literal and not part.is_total)
            if (found := next(literal, None)) is not None:
                break
        return found

    def _by_roles(self, text: str, roles: ListRoles, intent: Intent) -> ListQuery | None:
        """By its topics; a question on what papers say is none for a list."""
        aside = "aside" in roles.roles
        told = aside or roles.mode in ("mention", "count")
        looks_for = intent in ("find", "list")
        if intent in ("small_talk", "other_task") or not (told or intent == "list"):
            return None
        # What surely sets something aside only looks like a comparison.
        if intent == "compare" and not (aside and roles.modes["list"] >= SURELY_LIST):
            return None
        if roles.mode == "none" and not (aside and looks_for):
            return None
        return self._loose(text, roles)

    def _better(self, whole: ListQuery | None, loose: ListQuery | None) -> ListQuery | None:
        """What the grammar read, unless it missed what is set aside or counted, or no paper has it."""
        if whole is None or loose is None:
            return whole or loose
        missed = (loose.sets_aside and not whole.sets_aside) or (loose.mode, whole.mode) == (
            "count",
            "list",
        )
        empty = not whole.literal and not self._have(whole.condition)
        return loose if missed or empty else whole

    def _have(self, condition: Condition) -> bool:
        """Whether any paper meets a condition."""
        return any(condition.check(paper).truth for paper in self._papers())

    def _loose(self, text: str, read: ListRoles) -> ListQuery | None:
        """Papers that have all that is wanted and nothing that is set aside."""
        counted, aside = read.mode == "count", "aside" in read.roles
        found: dict[Role, list[Condition]] = {"wanted": [], "aside": []}
        for role, phrase in _phrases(read, text):
            condition, left_over = self._known(phrase)
            if condition:
                found[role].append(condition)
            # What only may be a list is one if all of its topics are known.
            if left_over and not (counted or aside):
                return None
        if not found["wanted"] or (aside and not found["aside"]):
            return None
        kept = [Not(joined(AnyOf, found["aside"]))] if found["aside"] else []
        condition = joined(All, [*found["wanted"], *kept])
        return ListQuery(condition, "count" if counted else "list", literal=False)

    def _known(self, words: Sequence[str]) -> tuple[Condition | None, int]:
        """The longest part of a phrase that some record has, and how many words are left over."""
        for size in range(len(words), 0, -1):
            for start in range(len(words) - size, -1, -1):
                phrase = " ".join(words[start : start + size])
                condition = concept(phrase, self._names(phrase), EITHER, "anywhere")
                if self._have(condition):
                    return condition, len(words) - size
        return None, len(words)


def _phrases(read: ListRoles, text: str) -> list[tuple[Role, list[str]]]:
    """Neighbouring topic words with one role."""
    named = [pair for pair in zip(read.roles, read.words, strict=True) if pair[0] != "none"]
    told = [(role, word) for role, word in named if is_topic_word(word)]
    # A word in which things are asked may be the topic if nothing else is ("behaviour").
    if not any(role == "wanted" for role, _ in told):
        told = [(role, word) for role, word in named if word.content]
    found: list[tuple[Role, list[Word]]] = [(role, [word]) for role, word in told[:1]]
    for (role_before, before), (role, word) in pairwise(told):
        if role == role_before and text[before.end : word.start].strip(" -\n\t") in ("", "of"):
            found[-1][1].append(word)
        else:
            found.append((role, [word]))
    return [(role, [word.text for word in phrase]) for role, phrase in found]
