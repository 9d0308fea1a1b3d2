"""From a question to a ListQuery: frame, noun, conditions, with every token accounted for.

A question is a listing question only if the grammar consumes all of it. Anything left over means
that something was asked which the table cannot decide, and the question goes to retrieval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from app.language.lexicon import lexicon
from app.listing.concept import Names
from app.listing.conditions import Conditions
from app.listing.frame import Frame, Mode
from app.listing.objects import Objects
from app.listing.query import All, Condition, Not, Text, Unit, joined
from app.listing.tokens import Cursor, tokenize
from app.listing.words import EITHER, TITLE, Fields, phrases

_EXTREMES: dict[str, tuple[Unit, bool]] = {
    "longest": ("characters", True),
    "shortest": ("characters", False),
    **dict.fromkeys(("newest", "latest", "most recent"), ("year", True)),
    **dict.fromkeys(("oldest", "earliest"), ("year", False)),
}


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
    unquoted and may be meant loosely. topic: the phrases that papers are to be about, which was read as
    having their words; "" where words are what was asked for.
    """

    condition: Condition
    mode: Mode = "list"
    superlative: Superlative | None = None
    order: str = ""
    literal: bool = True
    topic: str = ""

    @property
    def sets_aside(self) -> bool:
        """Whether it says what papers must not have: what is found by meaning alone might have it."""
        return isinstance(self.condition, All) and any(
            isinstance(part, Not) for part in self.condition.parts
        )

    @property
    def is_total(self) -> bool:
        """Whether it only asks how many papers there are."""
        return self.mode == "count" and self.condition == All() and self.superlative is None


def parse(question: str, names: Names = lambda _: ()) -> ListQuery | None:
    """The listing query in a question, or None if the question is not one.

    names: other names of a phrase, such as what an abbreviation stands for. What papers are about is read
    as the words of it, and told as `topic`: other papers may be close to it in meaning.
    """
    tokens = tokenize(question)
    if not tokens or len(tokens) > 60:
        return None
    return _occurrences(Cursor(tokens)) or _Question(Cursor(tokens), names).read()


class _Question(Frame):
    def __init__(self, cursor: Cursor, names: Names) -> None:
        super().__init__(cursor)
        self.names = names

    def read(self) -> ListQuery | None:
        self.open()
        superlative = self._superlative()
        scope = self.noun()
        if superlative is not None and scope is not None:
            return self._finish_superlative(superlative, scope)
        if scope is None and not self.pronoun:
            found = self._topic_first()
            if found is not None or self.mode == "list" or not self.asked:
                return found
        cursor = self.cursor
        start = cursor.position
        cursor.skip(phrases("fillers"))
        if cursor.done or cursor.sees(*phrases("orders")):
            return self._everything(scope)
        found = self._most() or self._conditions(scope or EITHER)
        if found is None and cursor.position != start:
            cursor.position = start  # a filler such as "have" may belong to the condition
            found = self._conditions(scope or EITHER)
        return found

    def _everything(self, scope: Fields | None) -> ListQuery | None:
        order = self.cursor.take_from("orders") or ""
        if not self.cursor.done or scope is None or not self.asked:
            return None
        if self.mode == "share" or (self.mode == "list" and not self.plural):
            return None
        return ListQuery(All(), self.mode, order=order)

    def _topic_first(self) -> ListQuery | None:
        """Such as "SAE papers, but none on steering": what they are about stands before the noun."""
        cursor, start = self.cursor, self.cursor.position
        opening = cursor.peek()
        # "Summarise everything on X" asks for more than a list.
        if opening is None or opening.norm in lexicon().imperatives:
            return None
        objects = Objects(cursor, self.names)
        bind = objects.read(before_noun=True)
        noun = cursor.take(*phrases("papers"))
        if bind is None or noun is None:
            cursor.position = start
            return None
        self.plural = self.plural or noun.endswith(("s", "thing"))
        parts: list[Condition] = [bind(EITHER, "anywhere")]
        parts += [Not(other(EITHER, "anywhere")) for other in objects.excluded()]
        cursor.skip(phrases("fillers"))
        reader = Conditions(cursor, EITHER, self.names, objects.bare, objects.bare)
        if not cursor.done and not cursor.sees(*phrases("orders")):
            further = reader.read()
            if further is None:
                cursor.position = start
                return None
            parts.append(further)
        return self._finish(joined(All, parts), reader)

    def _conditions(self, scope: Fields) -> ListQuery | None:
        reader = Conditions(self.cursor, scope, self.names)
        condition = reader.read()
        return None if condition is None else self._finish(condition, reader)

    def _finish(self, condition: Condition, reader: Conditions) -> ListQuery | None:
        self.cursor.skip(phrases("fillers", "endings"))
        order = self.cursor.take_from("orders") or ""
        if not self.cursor.done:
            return None
        # "Which paper mentions a bag of tricks?" looks for one paper by meaning, not for a word.
        if reader.loose and self.mode == "list" and not self.plural:
            return None
        topic = "; ".join(dict.fromkeys(reader.vague))
        return ListQuery(condition, self.mode, None, order, not reader.loose, topic)

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
        extreme = cursor.take("most", "fewest")
        if extreme:
            largest = extreme == "most"
            unit = cursor.take_from("units")
            cursor.take("in the title", "in its title", "in their title")
            if unit and cursor.done:
                return ListQuery(All(), superlative=Superlative(cast(Unit, unit), largest))
        cursor.position = start
        cursor.take("has", "have", "is", "are", "with")
        superlative = self._superlative()
        if superlative is not None:
            scope = self.noun() or (TITLE if cursor.done else None)
            if scope is not None:
                return self._finish_superlative(superlative, scope)
        cursor.position = start
        return None

    def _finish_superlative(self, found: Superlative, scope: Fields) -> ListQuery | None:
        cursor = self.cursor
        cursor.skip(phrases("fillers"))
        by_words = cursor.take("in words", "by words", "by number of words", "by word count")
        cursor.take("in characters", "by characters", "by number of characters")
        cursor.skip(phrases("fillers"))
        if not cursor.done or self.mode != "list" or (found.unit != "year" and len(scope) > 1):
            return None
        unit: Unit = "words" if by_words and found.unit == "characters" else found.unit
        return ListQuery(All(), superlative=Superlative(unit, found.largest, found.n, scope[0]))


def _occurrences(cursor: Cursor) -> ListQuery | None:
    """Such as "how often does the word X occur in the titles"."""
    cursor.skip(phrases("polite"))
    if not cursor.take("how often", "how many times") or not cursor.take("do", "does", "is", "are"):
        return None
    objects = Objects(cursor, names=lambda _: ())
    bind = objects.read()
    if bind is None or not cursor.take(*phrases("stands")):
        return None
    scope = EITHER
    if cursor.take("in", "within", "across"):
        cursor.skip(phrases("determiners"))
        fields = cursor.take_fields()
        if fields is None and not cursor.take(*phrases("papers")):
            return None
        scope = fields or EITHER
    cursor.skip(phrases("fillers"))
    condition = bind(scope, "anywhere")
    return (
        ListQuery(condition, "occurrences") if cursor.done and isinstance(condition, Text) else None
    )
