"""The clauses of a listing question: "whose title starts with ...", "without the word ..."."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.listing import metadata
from app.listing.concept import Names
from app.listing.objects import Bind, Objects
from app.listing.query import All, AnyOf, Condition, Not, Place, Text, joined
from app.listing.tokens import Cursor
from app.listing.words import TITLE, Fields, phrases

_T = TypeVar("_T")


@dataclass
class Conditions:
    """Reads conditions from a cursor.

    base: the fields that the noun stands for. names: other names of a phrase. loose: the phrases that
    stood without quotes, "the word" or a field that they must be in. vague: those of them that the papers
    are to be about, and not just to mention.
    """

    cursor: Cursor
    base: Fields
    names: Names
    loose: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    _scope: Fields = field(init=False)

    def __post_init__(self) -> None:
        self._scope = self.base

    def read(self) -> Condition | None:
        """Clauses joined by and, or, but; None unless every one is understood."""
        alternatives: list[list[Condition]] = [[]]
        join: str | None = "and"
        while join is not None:
            clause = self._clause()
            if clause is None:
                return None
            if join == "or":
                alternatives.append([])
            alternatives[-1].append(clause)
            join = self._join()
        return joined(AnyOf, [joined(All, group) for group in alternatives])

    def _join(self) -> str | None:
        cursor = self.cursor
        cursor.skip(phrases("fillers", "endings"))
        if cursor.done or cursor.sees(*phrases("orders")):
            return None
        if cursor.at_comma:
            cursor.next()
        return "or" if cursor.take("and", "but", "or", "nor") == "or" else "and"

    def _clause(self) -> Condition | None:
        if self.cursor.skip((*phrases("relatives"), "also")):
            self._scope = self.base
        self._attempt(self._subject)
        negated = self._negation()
        loose, vague = self.loose, self.vague
        readers: tuple[Callable[[], Condition | None], ...] = (
            lambda: metadata.year(self.cursor),
            lambda: metadata.named(self.cursor),
            lambda: metadata.size(self.cursor, self._scope),
            self._question,
            lambda: metadata.has(self.cursor),
            self._text,
            self._stands,
            self._elided,
            self._about,
        )
        for reader in readers:
            clause = self._attempt(reader)
            if clause is not None and negated:
                # No paper is looked for by what it is not about.
                self.loose, self.vague = (*loose, *self.loose[len(loose) :]), vague
            if clause is not None:
                return Not(clause) if negated else clause
        return None

    def _attempt(self, read: Callable[[], _T | None]) -> _T | None:
        start, was = self.cursor.position, (self.loose, self.vague)
        found = read()
        if found is None:
            self.cursor.position = start
            self.loose, self.vague = was
        return found

    def _subject(self) -> Fields | None:
        """Such as "whose title", "with a title that": the field of what follows."""
        cursor = self.cursor
        had = cursor.take("with", "have", "has", "having") is not None
        if not had:
            cursor.take("in", "where", "whose", "for which")
        cursor.take("whose", *phrases("own"))
        fields = cursor.take_fields()
        if fields is None or cursor.done:
            return None
        linked = cursor.skip((*phrases("relatives"), "of"))
        verbs = phrases("start", "end", "contain", "mention", "comparisons", "question")
        if had and not linked and not cursor.sees(*verbs):
            return None
        self._scope = fields
        return fields

    def _negation(self) -> bool:
        negated = self.cursor.take(*phrases("negations")) is not None
        passing = ("actually", "even", "explicitly") if negated else phrases("auxiliaries")
        self.cursor.skip(passing)
        return negated or self.cursor.take("not", "never") is not None

    def _text(self) -> Condition | None:
        cursor = self.cursor
        place: Place = "anywhere"
        denied = about = False
        if cursor.take(*phrases("start")):
            place = "start"
        elif cursor.take(*phrases("end")):
            place = "end"
        elif cursor.take(*phrases("lack")):
            denied = True
        elif not cursor.take_verb("mention"):
            if not cursor.take_verb("contain"):
                return None
            about = True
        denied = denied or cursor.take("no", "not") is not None
        objects = Objects(cursor, self.names)
        bind = objects.read()
        if bind is None:
            return None
        # Papers do not start; their titles do.
        scope = TITLE if place != "anywhere" and len(self._scope) > 1 else self._scope
        located = self._attempt(lambda: self._in_fields(bind, place))
        if located is None and len(scope) > 1:
            self.loose += objects.bare
            self.vague += objects.bare if about else ()
        condition = located or bind(scope, place)
        return Not(condition) if denied else condition

    def _in_fields(self, bind: Bind, place: Place) -> Condition | None:
        """The condition in the fields named after it: "in the title but not in the summary"."""
        found = self._in_field()
        if found is None:
            return None
        condition = _over(bind, place, *found)
        self.cursor.take("itself", "themselves")
        start = self.cursor.position
        if self.cursor.at_comma:
            self.cursor.next()
        # "In the title, not just in the summary" asks for nothing of the summary.
        if self.cursor.take("not just", "not only") and self._attempt(self._in_field):
            return condition
        if self.cursor.take("but not", "and not", "but never", "not"):
            other = self._attempt(self._in_field)
            if other is not None:
                return All((condition, Not(_over(bind, place, *other))))
            self.cursor.position = start
        return condition

    def _in_field(self) -> tuple[Fields, bool] | None:
        """Such as "in both title and summary": the fields, and whether each must match."""
        cursor = self.cursor
        cursor.take("anywhere", "somewhere", "either", "both", "only")
        if cursor.take("in", "within", "of", "inside", "as part of") is None:
            return None
        every = cursor.sees("both") is not None
        cursor.take(*phrases("own"))
        fields = cursor.take_fields()
        if fields is None:
            return None
        start = cursor.position
        if cursor.take("or", "and/or", "and"):
            cursor.take("in", "within", "of")
            cursor.take(*phrases("own"))
            second = cursor.take_fields()
            if second is not None:
                return tuple(dict.fromkeys((*fields, *second))), every
            cursor.position = start
        return fields, every

    def _stands(self) -> Condition | None:
        """Such as "(in whose title) the word X appears"."""
        bind = Objects(self.cursor, self.names).read(bare_allowed=False)
        if bind is None:
            return None
        negated = self._negation()
        if not self.cursor.take(*phrases("stands")):
            return None
        located = self._attempt(lambda: self._in_fields(bind, "anywhere"))
        found = located or bind(self._scope, "anywhere")
        return Not(found) if negated else found

    def _elided(self) -> Condition | None:
        """Such as "... in the title and X in the summary": the verb stood before."""
        bind = Objects(self.cursor, self.names).read(bare_allowed=False)
        return None if bind is None else self._in_fields(bind, "anywhere")

    def _about(self) -> Condition | None:
        if not self.cursor.take_verb("about"):
            return None
        self.cursor.take_verb("about")
        objects = Objects(self.cursor, self.names)
        bind = objects.read()
        self.vague += objects.bare
        self.loose += objects.bare
        return None if bind is None else bind(self._scope, "anywhere")

    def _question(self) -> Condition | None:
        self.cursor.take("have", "has", "having", "with")
        if not self.cursor.take(*phrases("question")):
            return None
        if self.cursor.take("as", "for", "in"):
            self.cursor.take(*phrases("own"))
            if not self.cursor.take("title", "titles"):
                return None
        return Text(r"\?", "a question mark", TITLE)


def _over(bind: Bind, place: Place, fields: Fields, every: bool) -> Condition:
    if every:
        return All(tuple(bind((one,), place) for one in fields))
    return bind(fields, place)
