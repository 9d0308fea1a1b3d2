"""What stands after "contains": words, phrases, marks, and how they combine with and, or, not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.listing.query import All, AnyOf, Condition, Not, Place, Text
from app.listing.tokens import Cursor
from app.listing.words import Fields, mark_patterns, marks, phrases

# An object becomes a condition once the fields and the place are known.
Bind = Callable[[Fields, Place], Condition]

_CLAUSE_VERBS = ("start", "end", "mention", "contain", "lack", "dated", "question")
_JOINS = ("and/or", "or", "and", "nor", "but", "as well as")


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
        joined = _joined(AnyOf, [_joined(All, group) for group in groups])
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
            if self.cursor.sees(*phrases(*_CLAUSE_VERBS)):
                bare_allowed = False
            item = self._item(bare_allowed, variants)
            if item is not None:
                kind = "or" if join in ("or", "nor", "and/or") else "and" if join else "comma"
                return ("and", _negation(item)) if negated else (kind, item)
        cursor.position = start
        return None

    def _item(self, bare_allowed: bool, variants: bool) -> Bind | None:
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
            return _words(token.text, variants=False)
        return _text(re.escape(token.text), f'"{token.text}"')

    def _phrase(self) -> str:
        words: list[str] = []
        while (token := self.cursor.peek()) is not None and token.kind == "word":
            if token.norm in phrases("breaks"):
                break
            words.append(token.text)
            self.cursor.next()
        return " ".join(words) if len(words) <= 5 else ""


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


def _joined(kind: type[All] | type[AnyOf], parts: list[Bind]) -> Bind:
    if len(parts) == 1:
        return parts[0]
    return lambda fields, place: kind(tuple(part(fields, place) for part in parts))
