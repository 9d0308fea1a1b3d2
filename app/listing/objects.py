"""What stands after "contains": words, phrases, marks, and how they combine with and, or, not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.listing.concept import Names, concept
from app.listing.query import All, AnyOf, Condition, Not, Place, Text, joined
from app.listing.tokens import Cursor
from app.listing.words import Fields, mark_patterns, marks, phrases

# An object becomes a condition once the fields and the place are known.
Bind = Callable[[Fields, Place], Condition]

_CLAUSE_VERBS = ("start", "end", "mention", "contain", "lack", "dated", "question")
# What follows a colon puts it in other words.
_ALTERNATIVES = ("or", "and/or", "nor", "/", ":")
_JOINS = (*_ALTERNATIVES, "and", "but", "as well as")
# A longer phrase is no name of anything.
MOST_WORDS = 5


def pattern_of(phrase: str) -> str:
    """Whole words in any case; a space also matches a hyphen."""
    words = re.findall(r"\w+|[^\w\s]+", phrase)
    if not any(re.match(r"\w", word) for word in words):
        return re.escape(phrase)
    kept = (re.escape(word) for word in words if not re.fullmatch(r"[-‐-―]+", word))
    body = r"[\s\-‐-―]+".join(kept)
    return rf"(?<!\w){body}(?!\w)"


@dataclass
class Objects:
    """Reads objects.

    names: other names of a phrase. bare: the phrases that stood without quotes and without "the word", but
    for those that are set aside.
    """

    cursor: Cursor
    names: Names
    bare: tuple[str, ...] = ()

    def read(self, bare_allowed: bool = True, before_noun: bool = False) -> Bind | None:
        """One or more objects with their connectives, or None (cursor unmoved).

        before_noun: a noun for papers ends them ("SAE papers").
        """
        start, was_bare = self.cursor.position, self.bare
        neither = self.cursor.take("neither") is not None
        self.cursor.take("either", "both")
        first = self._item(bare_allowed, before_noun)
        if first is None:
            self.cursor.position, self.bare = start, was_bare
            return None
        found = self._rest(first, bare_allowed, before_noun)
        return _negation(found) if neither else found

    def _rest(self, first: Bind, bare_allowed: bool, before_noun: bool) -> Bind:
        groups: list[list[Bind]] = [[first]]
        pending: list[Bind] = []
        while (step := self._next(bare_allowed, before_noun)) is not None:
            join, item = step
            if join == "comma":
                pending.append(item)
            elif join == "and":
                groups[-1] += [*pending, item]
                pending = []
            else:
                groups += [[p] for p in [*pending, item]]
                pending = []
        groups[-1] += pending
        kept = _joined(AnyOf, [_joined(All, group) for group in groups])
        without = [] if before_noun else self.excluded()
        return _joined(All, [kept, *map(_negation, without)])

    def excluded(self) -> list[Bind]:
        """What is set aside: "but not B", ", excluding the ones about B", "minus anything on B"."""
        found: list[Bind] = []
        while True:
            start, bare = self.cursor.position, self.bare
            if self.cursor.at_comma:
                self.cursor.next()
            if not self.cursor.take(*phrases("exclusions")):
                self.cursor.position = start
                return found
            self.cursor.skip(phrases("determiners", "papers", "relatives"))
            self.cursor.skip(phrases("auxiliaries"))
            self.cursor.take_verb("mention", "contain", "about")
            self.cursor.take("at", "in", "to", "into")
            item = self._item(bare_allowed=True, before_noun=True)
            if item is None:
                self.cursor.position = start
                return found
            self.bare = bare
            self.cursor.skip(phrases("papers"))
            found.append(item)
            # "but not B or C": neither of them.
            while (step := self._next(bare_allowed=True, before_noun=True)) is not None:
                found.append(step[1])
            self.cursor.skip(phrases("papers"))
            self.bare = bare

    def _next(self, bare_allowed: bool, before_noun: bool) -> tuple[str, Bind] | None:
        cursor, start = self.cursor, self.cursor.position
        cursor.skip(phrases("endings"))
        comma = cursor.at_comma
        if comma:
            cursor.next()
        join = None if cursor.sees(*phrases("exclusions")) else cursor.take(*_JOINS)
        if join or (comma and not cursor.sees(*phrases("exclusions"))):
            cursor.take("also", "of", "even")
            if self._opens_clause():
                bare_allowed = False
            item = self._item(bare_allowed, before_noun)
            if item is not None:
                kind = "or" if join in _ALTERNATIVES else "and" if join else "comma"
                return kind, item
        cursor.position = start
        return None

    def _opens_clause(self) -> bool:
        """Whether a verb comes next that has an object of its own: not the noun in "X or features"."""
        verb = self.cursor.sees(*phrases(*_CLAUSE_VERBS))
        after = self.cursor.peek(len(verb.split())) if verb else None
        return after is not None and after.kind != "comma" and after.norm not in phrases("breaks")

    def _item(self, bare_allowed: bool, before_noun: bool) -> Bind | None:
        cursor, start = self.cursor, self.cursor.position
        cursor.skip(phrases("articles"))
        counted = self._marks()
        if counted is not None:
            return counted
        if cursor.take(*marks(), *phrases("word_nouns")):
            return self._literal(whole=True, start=start)
        if cursor.take(*phrases("string_nouns")):
            return self._literal(whole=False, start=start)
        token = cursor.peek()
        if token is not None and token.kind in ("quote", "mark"):
            cursor.next()
            return _words(token.text)
        if bare_allowed and (phrase := self._phrase(before_noun)):
            self.bare += (phrase,)
            names = self.names(phrase)
            return lambda fields, place: concept(phrase, names, fields, place)
        cursor.position = start
        return None

    def _marks(self) -> Bind | None:
        """Such as "a colon", "more than one hyphen"; not "the acronym 'RL'"."""
        cursor, start = self.cursor, self.cursor.position
        more = cursor.take("more than", "at least") or ""
        number = cursor.take_number() or (1 if more else None)
        times = (number or 1) + (more == "more than")
        if cursor.take("several", "multiple"):
            times = 2
        name = marks().get(cursor.take(*marks()) or "")
        following = cursor.peek()
        quoted = following is not None and following.kind == "quote"
        if name is None or (quoted and name in phrases("word_nouns")):
            cursor.position = start
            return None
        article = "an" if name[0] in "aeiou" else "a"
        label = f"{article} {name}" if times == 1 else f"at least {times} × {name}"
        mark = f"(?:{mark_patterns()[name]})"
        return _text(mark + f"(?:.*{mark})" * (times - 1), label)

    def _literal(self, whole: bool, start: int) -> Bind | None:
        token = self.cursor.next()
        if token is None or token.kind == "comma":
            self.cursor.position = start
            return None
        if whole:
            return _words(token.text)
        return _text(re.escape(token.text), f'"{token.text}"')

    def _phrase(self, before_noun: bool) -> str:
        ends = phrases("papers", "fields") if before_noun else ()
        words: list[str] = []
        while (token := self.cursor.peek()) is not None and token.kind == "word":
            if token.norm in (*phrases("breaks"), *ends) or self._at_end():
                break
            # "Pull the papers": what stands before an article is no topic.
            if before_noun and token.norm in phrases("own"):
                return ""
            words.append(token.text)
            self.cursor.next()
        return " ".join(words) if len(words) <= MOST_WORDS else ""

    def _at_end(self) -> bool:
        """Whether something else begins here: what is set aside, an order, a courtesy."""
        return self.cursor.sees(*phrases("exclusions", "orders", "endings")) is not None


def _words(phrase: str) -> Bind:
    pattern, label = pattern_of(phrase), f'"{phrase}"'

    def bind(fields: Fields, place: Place) -> Condition:
        # A title's last word counts as its end although a question mark follows it.
        tail = r"\W*" if place == "end" and pattern.endswith(r"(?!\w)") else ""
        return Text(pattern + tail, label, fields, place)

    return bind


def _text(pattern: str, label: str) -> Bind:
    return lambda fields, place: Text(pattern, label, fields, place)


def _negation(bind: Bind) -> Bind:
    return lambda fields, place: Not(bind(fields, place))


def _joined(kind: type[All] | type[AnyOf], parts: list[Bind]) -> Bind:
    return lambda fields, place: joined(kind, [part(fields, place) for part in parts])
