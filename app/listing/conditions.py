"""The clauses of a listing question: "whose title starts with ...", "without the word ..."."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.listing import metadata
from app.listing.objects import Bind, Objects
from app.listing.query import All, AnyOf, Condition, Not, Place, Text
from app.listing.tokens import Cursor
from app.listing.words import TITLE, Fields, phrases

_T = TypeVar("_T")


@dataclass
class Conditions:
    """Reads conditions from a cursor.

    base: the fields that the noun stands for. semantic: whether "about X" may be read as the words
    of X (in counts and negations, which no ranking answers); vague: whether it was. loose: whether
    a phrase stood without quotes, "the word" or a field that it must be in.
    """

    cursor: Cursor
    base: Fields
    semantic: bool
    vague: bool = False
    loose: bool = False
    _scope: Fields = field(init=False)
    _bare: bool = field(init=False, default=False)

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
        groups = [group[0] if len(group) == 1 else All(tuple(group)) for group in alternatives]
        return groups[0] if len(groups) == 1 else AnyOf(tuple(groups))

    def _join(self) -> str | None:
        cursor = self.cursor
        cursor.skip(phrases("fillers"))
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
        semantic = self.semantic or negated
        readers: tuple[Callable[[], Condition | None], ...] = (
            lambda: metadata.year(self.cursor),
            lambda: metadata.named(self.cursor),
            lambda: metadata.size(self.cursor, self._scope),
            self._question,
            lambda: metadata.has(self.cursor),
            self._text,
            self._stands,
            self._elided,
            lambda: self._about() if semantic else None,
        )
        for reader in readers:
            clause = self._attempt(reader)
            if clause is not None:
                return Not(clause) if negated else clause
        return None

    def _attempt(self, read: Callable[[], _T | None]) -> _T | None:
        start, bare = self.cursor.position, self._bare
        found = read()
        if found is None:
            self.cursor.position, self._bare = start, bare
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

    def _objects(self, bare_allowed: bool, variants: bool) -> Bind | None:
        reader = Objects(self.cursor)
        found = reader.read(bare_allowed, variants)
        self._bare = reader.bare
        return found

    def _text(self) -> Condition | None:
        cursor = self.cursor
        place: Place = "anywhere"
        denied = variants = False
        if cursor.take(*phrases("start")):
            place = "start"
        elif cursor.take(*phrases("end")):
            place = "end"
        elif cursor.take(*phrases("lack")):
            denied = True
        elif cursor.take(*phrases("mention")):
            variants = True
        elif not cursor.take(*phrases("contain")):
            return None
        denied = denied or cursor.take("no", "not") is not None
        bind = self._objects(bare_allowed=True, variants=variants)
        if bind is None:
            return None
        # Papers do not start; their titles do.
        scope = TITLE if place != "anywhere" and len(self._scope) > 1 else self._scope
        sure = place != "anywhere" or variants or len(scope) == 1 or not self._bare
        condition = self._located(bind, place, scope if sure else None)
        return Not(condition) if condition is not None and denied else condition

    def _located(self, bind: Bind, place: Place, default: Fields | None) -> Condition | None:
        """The condition in the fields named after it, else in `default`."""
        found = self._attempt(self._in_field)
        if found is None:
            if default is None:
                return None
            self.loose = self.loose or (self._bare and len(default) > 1)
            return bind(default, place)
        condition = _over(bind, place, *found)
        start = self.cursor.position
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
        bind = self._objects(bare_allowed=False, variants=False)
        if bind is None:
            return None
        negated = self._negation()
        if not self.cursor.take(*phrases("stands")):
            return None
        found = self._located(bind, "anywhere", self._scope)
        return Not(found) if negated and found is not None else found

    def _elided(self) -> Condition | None:
        """Such as "... in the title and X in the summary": the verb stood before."""
        bind = self._objects(bare_allowed=False, variants=False)
        return None if bind is None else self._located(bind, "anywhere", None)

    def _about(self) -> Condition | None:
        if not self.cursor.take(*phrases("about")):
            return None
        bind = self._objects(bare_allowed=True, variants=True)
        self.vague = self.vague or bind is not None
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
