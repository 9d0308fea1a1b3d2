"""What stands after "contains": words, phrases, marks, and how they combine with and, or, not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.listing.marks import MARK_NAMES, MARKS
from app.listing.query import All, AnyOf, Condition, Not, Place, Text, TextField
from app.listing.tokens import Cursor, Token
from app.listing.words import CLAUSE_VERBS, phrases

Fields = tuple[TextField, ...]
# An object becomes a condition once the fields and the place are known.
Bind = Callable[[Fields, Place], Condition]

_ARTICLES = phrases("a | an | the | any | some | one | at least one | either | both")
_WORD_NOUNS = phrases(
    "word | words | term | terms | phrase | phrases | expression | name | words and phrases | "
    "exact word | exact phrase | keyword | keywords | acronym | abbreviation | acronyms"
)
_STRING_NOUNS = phrases(
    "string | substring | letter | letters | character | characters | letter sequence"
)
_JOINS = ("and/or", "or", "and", "nor", "but", "as well as")
_BREAKS = frozenset(
    phrases(
        "or | and | nor | but | in | within | that | which | whose | who | where | anywhere | "
        "from | since | before | after | between | by | published | written | not | no | neither | "
        "without | with | is | are | was | were | has | have | do | does | did | appear | "
        "appears | occur | occurs | occurring | appearing | how | what | why | when | if | than | as | "
        "somewhere"
    )
)


def pattern_of(phrase: str, variants: bool) -> str:
    """Whole words in any case; a space also matches a hyphen; `variants` adds the plural."""
    words = re.findall(r"\w+|[^\w\s]+", phrase)
    if not any(re.match(r"\w", word) for word in words):
        return re.escape(phrase)
    if variants:
        words[-1] = _number_free(words[-1])
        parts = [w if w == words[-1] else re.escape(w) for w in words]
    else:
        parts = [re.escape(word) for word in words]
    gap = r"[\s\-‐-―]*" if variants else r"[\s\-‐-―]+"
    body = gap.join(p for p, w in zip(parts, words, strict=True) if not re.fullmatch(r"[-‐-―]+", w))
    return rf"(?<!\w){body}(?!\w)"


def _number_free(word: str) -> str:
    """Singular and plural of a regular English noun."""
    if re.search(r"(ss|us|is)$", word, re.IGNORECASE) or len(word) < 3:
        return rf"{re.escape(word)}(?:es)?"
    if re.search(r"[^aeiou](y|ies)$", word, re.IGNORECASE):
        stem = re.sub(r"(y|ies)$", "", word, flags=re.IGNORECASE)
        return rf"{re.escape(stem)}(?:y|ies)"
    stem = re.sub(r"s$", "", word, flags=re.IGNORECASE)
    return rf"{re.escape(stem)}(?:s|es)?"


@dataclass
class Objects:
    """Reads objects; `bare`: whether a phrase stood without quotes and without "the word"."""

    cursor: Cursor
    bare: bool = False

    def read(self, bare_allowed: bool, variants: bool) -> Bind | None:
        """One or more objects with their connectives, or None (cursor unmoved)."""
        start, was_bare = self.cursor.position, self.bare
        neither = self.cursor.take("neither") is not None
        self.cursor.take("either", "both")
        first = self._item(bare_allowed, variants)
        if first is None:
            self.cursor.position, self.bare = start, was_bare
            return None
        groups: list[list[Bind]] = [[first]]
        pending: list[Bind] = []
        while (step := self._next(bare_allowed, variants)) is not None:
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
        joined = _disjunction([_conjunction(group) for group in groups])
        return _negation(joined) if neither else joined

    def _next(self, bare_allowed: bool, variants: bool) -> tuple[str, Bind] | None:
        cursor, start = self.cursor, self.cursor.position
        comma = cursor.at_comma
        if comma:
            cursor.next()
        join = cursor.take(*_JOINS)
        negated = cursor.take("not", "no", "without", "not the", "never") is not None
        if (comma or join) and not (join == "but" and not negated):
            self.cursor.take("also", "of", "even")
            if self.cursor.sees(*CLAUSE_VERBS):
                bare_allowed = False
            item = self._item(bare_allowed, variants)
            if item is not None:
                kind = "or" if join in ("or", "nor", "and/or") else "and" if join else "comma"
                return ("and", _negation(item)) if negated else (kind, item)
        cursor.position = start
        return None

    def _item(self, bare_allowed: bool, variants: bool) -> Bind | None:
        cursor, start = self.cursor, self.cursor.position
        cursor.skip(_ARTICLES)
        marks = self._marks()
        if marks is not None:
            return marks
        named = cursor.take(*MARK_NAMES)
        if named or cursor.take(*_WORD_NOUNS):
            return self._literal(whole=True, start=start)
        if cursor.take(*_STRING_NOUNS):
            return self._literal(whole=False, start=start)
        token = cursor.peek()
        if token is not None and token.kind in ("quote", "mark"):
            cursor.next()
            return _words(token.text, variants=False)
        if bare_allowed and (phrase := self._phrase()):
            self.bare = True
            return _words(phrase, variants)
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
        name = MARK_NAMES.get(cursor.take(*MARK_NAMES) or "")
        following = cursor.peek()
        if name is None or (name in _WORD_NOUNS and following and following.kind == "quote"):
            cursor.position = start
            return None
        article = "an" if name[0] in "aeiou" else "a"
        label = f"{article} {name}" if times == 1 else f"at least {times} × {name}"
        mark = f"(?:{MARKS[name]})"
        return _text(mark + f"(?:.*{mark})" * (times - 1), label)

    def _literal(self, whole: bool, start: int) -> Bind | None:
        token = self.cursor.next()
        if token is None or token.kind == "comma":
            self.cursor.position = start
            return None
        if whole:
            return _words(token.text, variants=False)
        return _text(re.escape(token.text), f'"{token.text}"')

    def _phrase(self) -> str:
        words: list[str] = []
        while (token := self.cursor.peek()) is not None and self._continues(token):
            words.append(token.text)
            self.cursor.next()
        return " ".join(words) if len(words) <= 5 else ""

    @staticmethod
    def _continues(token: Token) -> bool:
        return token.kind == "word" and token.norm not in _BREAKS


def _words(phrase: str, variants: bool) -> Bind:
    pattern, label = pattern_of(phrase, variants), f'"{phrase}"'

    def bind(fields: Fields, place: Place) -> Condition:
        # A title's last word counts as its end although a question mark follows it.
        tail = r"\W*" if place == "end" and pattern.endswith(r"(?!\w)") else ""
        return Text(pattern + tail, label, fields, place)

    return bind


def _text(pattern: str, label: str) -> Bind:
    return lambda fields, place: Text(pattern, label, fields, place)


def _negation(bind: Bind) -> Bind:
    return lambda fields, place: Not(bind(fields, place))


def _conjunction(parts: list[Bind]) -> Bind:
    if len(parts) == 1:
        return parts[0]
    return lambda fields, place: All(tuple(part(fields, place) for part in parts))


def _disjunction(parts: list[Bind]) -> Bind:
    if len(parts) == 1:
        return parts[0]
    return lambda fields, place: AnyOf(tuple(part(fields, place) for part in parts))
