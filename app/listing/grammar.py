"""From a question to a ListQuery: frame, noun, conditions, with every token accounted for.

A question is a listing question only if the grammar consumes all of it. Anything left over means
that something was asked which the table cannot decide, and the question goes to retrieval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.listing import words
from app.listing.conditions import Conditions
from app.listing.objects import Objects
from app.listing.query import All, Condition, Text, Unit
from app.listing.tokens import Cursor, tokenize
from app.listing.words import Fields

Mode = Literal["list", "count", "share", "occurrences"]

_EXTREMES: dict[str, tuple[Unit, bool]] = {
    "longest": ("characters", True),
    "shortest": ("characters", False),
    **dict.fromkeys(("newest", "latest", "most recent"), ("year", True)),
    **dict.fromkeys(("oldest", "earliest"), ("year", False)),
}
_MOST: dict[str, Unit] = {"words": "words", "characters": "characters", "authors": "authors"}


@dataclass(frozen=True, slots=True)
class Superlative:
    """The `n` papers with the largest (or smallest) value of `unit`; ties are all kept."""

    unit: Unit
    largest: bool
    n: int = 1
    field: Literal["title", "summary"] = "title"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What to compute over the records.

    literal: quoted, structural or metadata, so that "none" is a certain answer; else a phrase stood
    unquoted and may be meant loosely. approximate: "about X" was read as the words of X.
    """

    condition: Condition
    mode: Mode = "list"
    superlative: Superlative | None = None
    order: str = ""
    literal: bool = True
    approximate: bool = False

    @property
    def is_total(self) -> bool:
        """Whether it only asks how many papers there are."""
        return self.mode == "count" and self.condition == All() and self.superlative is None


def parse(question: str) -> ListQuery | None:
    """The listing query in a question, or None if the question is not one.

    None also for questions of meaning ("which papers work with X?"): only conditions on words,
    marks, lengths and metadata are exact. A count or a negation over meaning is the exception,
    read as words and marked `approximate`, since no ranking can answer it.
    """
    tokens = tokenize(question)
    if not tokens or len(tokens) > 60:
        return None
    return _occurrences(Cursor(tokens)) or _Question(Cursor(tokens)).read()


class _Question:
    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.mode: Mode = "list"
        self.asked = False
        self.plural = False

    def read(self) -> ListQuery | None:
        self._frame()
        superlative = self._superlative()
        scope = self._noun()
        if superlative is not None and scope is not None:
            return self._finish_superlative(superlative, scope)
        if scope is None and not (self.asked and self.mode != "list"):
            return None
        cursor = self.cursor
        start = cursor.position
        cursor.skip(words.FILLERS)
        if cursor.done or cursor.sees(*words.ORDERS):
            return self._everything(scope)
        found = self._most() or self._conditions(scope or words.EITHER)
        if found is None and cursor.position != start:
            cursor.position = start  # a filler such as "have" may belong to the condition
            found = self._conditions(scope or words.EITHER)
        return found

    def _frame(self) -> None:
        cursor = self.cursor
        while True:
            if cursor.take(*words.SHARE):
                self.mode, self.asked = "share", True
            elif cursor.take(*words.COUNT, "in how many of", "in how many"):
                self.mode, self.asked = "count", True
            elif cursor.take(*words.LISTING, *words.ASKING):
                self.asked = True
            elif not (cursor.take(*words.POLITE) or (cursor.at_comma and cursor.next())):
                break
        while True:
            taken = cursor.take(*words.DETERMINERS)
            if taken is None:
                break
            self.plural = self.plural or taken in ("all", "every", "each")
        self._skip_number()

    def _skip_number(self) -> None:
        """Such as "of the 69 papers": a number that a noun follows."""
        token, after = self.cursor.peek(), self.cursor.peek(1)
        nouns = (*words.PAPER_NOUNS, *words.FIELD_NOUNS)
        if token and token.text.isdigit() and after and after.norm in nouns:
            self.cursor.next()

    def _noun(self) -> Fields | None:
        cursor = self.cursor
        field = cursor.take(*words.FIELD_NOUNS)
        noun = field or cursor.take(*words.PAPER_NOUNS)
        if noun is None:
            return None
        self.plural = self.plural or noun.endswith("s") or noun in words.PLURAL_EXTRAS
        scope = words.FIELD_NOUNS[field] if field else words.EITHER
        start = cursor.position
        if field and cursor.take("and", "or"):
            second = cursor.take(*words.FIELD_NOUNS)
            if second:
                return tuple(dict.fromkeys((*scope, *words.FIELD_NOUNS[second])))
            cursor.position = start
        if field and cursor.take("of", "of all", "of the", "of my", "of all the", "of all my"):
            if cursor.take(*words.PAPER_NOUNS):
                self.plural = True
            else:
                cursor.position = start
        return scope

    def _everything(self, scope: Fields | None) -> ListQuery | None:
        order = self._order()
        if not self.cursor.done or scope is None or not self.asked:
            return None
        if self.mode == "share" or (self.mode == "list" and not self.plural):
            return None
        return ListQuery(All(), self.mode, order=order)

    def _conditions(self, scope: Fields) -> ListQuery | None:
        reader = Conditions(self.cursor, scope, semantic=self.mode in ("count", "share"))
        condition = reader.read()
        if condition is None:
            return None
        self.cursor.skip(words.FILLERS)
        order = self._order()
        if not self.cursor.done:
            return None
        # "Which paper mentions a bag of tricks?" looks for one paper by meaning, not for a word.
        if reader.loose and self.mode == "list" and not self.plural:
            return None
        literal = not (reader.loose or reader.vague)
        return ListQuery(condition, self.mode, None, order, literal, reader.vague)

    def _order(self) -> str:
        taken = self.cursor.take(*words.ORDERS)
        return words.ORDERS[taken] if taken else ""

    def _superlative(self) -> Superlative | None:
        cursor, start = self.cursor, self.cursor.position
        cursor.skip(("the", "is", "are"))
        number = self.cursor.take_number()
        taken = cursor.take(*_EXTREMES)
        if taken is None:
            cursor.position = start
            return None
        unit, largest = _EXTREMES[taken]
        return Superlative(unit, largest, number or self.cursor.take_number() or 1)

    def _most(self) -> ListQuery | None:
        """Such as "(which paper) has the longest title", "has the most authors"."""
        cursor, start = self.cursor, self.cursor.position
        cursor.take("has", "have", "is", "are", "with")
        cursor.take("the", "a")
        if cursor.take("most", "fewest"):
            cursor.position -= 1
            largest = cursor.take("most") is not None or not cursor.take("fewest")
            unit = cursor.take(*_MOST)
            cursor.take("in the title", "in its title", "in their title")
            if unit and cursor.done:
                return ListQuery(All(), superlative=Superlative(_MOST[unit], largest))
        cursor.position = start
        cursor.take("has", "have", "is", "are", "with")
        superlative = self._superlative()
        if superlative is not None:
            scope = self._noun() or (words.TITLE if cursor.done else None)
            if scope is not None:
                return self._finish_superlative(superlative, scope)
        cursor.position = start
        return None

    def _finish_superlative(self, found: Superlative, scope: Fields) -> ListQuery | None:
        cursor = self.cursor
        cursor.skip(words.FILLERS)
        by_words = cursor.take("in words", "by words", "by number of words", "by word count")
        cursor.take("in characters", "by characters", "by number of characters")
        cursor.skip(words.FILLERS)
        if not cursor.done or self.mode != "list" or (found.unit != "year" and len(scope) > 1):
            return None
        unit: Unit = "words" if by_words and found.unit == "characters" else found.unit
        return ListQuery(All(), superlative=Superlative(unit, found.largest, found.n, scope[0]))


def _occurrences(cursor: Cursor) -> ListQuery | None:
    """Such as "how often does the word X occur in the titles"."""
    cursor.skip(words.POLITE)
    if not cursor.take("how often", "how many times") or not cursor.take("do", "does", "is", "are"):
        return None
    bind = Objects(cursor).read(bare_allowed=True, variants=False)
    if bind is None or not cursor.take(*words.STANDS):
        return None
    scope = words.EITHER
    if cursor.take("in", "within", "across"):
        cursor.skip(words.DETERMINERS)
        noun = cursor.take(*words.FIELD_NOUNS, *words.PAPER_NOUNS)
        if noun is None:
            return None
        scope = words.FIELD_NOUNS.get(noun, words.EITHER)
    cursor.skip(words.FILLERS)
    condition = bind(scope, "anywhere")
    return (
        ListQuery(condition, "occurrences") if cursor.done and isinstance(condition, Text) else None
    )
