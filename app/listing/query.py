"""Exact conditions on records: what a counting or listing question asks for, once understood.

A condition is true, false or unknown for a paper (Kleene's strong three-valued logic): a record
without a year is neither from 2025 nor not from 2025, and a count must say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from ingest.paper import Paper, normalise_title

Span = tuple[int, int]
TextField = Literal["title", "summary"]
Place = Literal["anywhere", "start", "end"]
Named = Literal["authors", "tags", "venue"]
Unit = Literal["characters", "words", "authors", "year"]


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a paper meets a condition (None: not known), and where in `paper.text` it shows."""

    truth: bool | None
    spans: tuple[Span, ...] = ()


class Condition(Protocol):
    """True, false or unknown of a paper; `describe` continues "papers that ..."."""

    def check(self, paper: Paper) -> Match:
        """The match of one paper."""

    def describe(self) -> str:
        """A verb phrase for the explanation."""


@dataclass(frozen=True, slots=True)
class Text:
    """`pattern` (a regular expression, any case) stands in one of the fields, at a place in it.

    accepts: whether what the pattern finds is what is meant, where the pattern alone does not tell.
    """

    pattern: str
    label: str
    fields: tuple[TextField, ...] = ("title", "summary")
    place: Place = "anywhere"
    accepts: Callable[[str], bool] = bool

    def check(self, paper: Paper) -> Match:
        """True where the pattern is found; the spans are the matches."""
        regex = _compiled(self.pattern, self.place)
        spans: list[Span] = []
        for field in self.fields:
            text: str = getattr(paper, field)
            offset = 0 if field == "title" else paper.summary_start
            spans += [
                (found.start(1) + offset, found.end(1) + offset)
                for found in regex.finditer(text)
                if self.accepts(found[1])
            ]
        return Match(bool(spans), tuple(spans))

    def describe(self) -> str:
        """Such as: have "reasoning" in the title."""
        return _placed(self.label, self.fields, self.place)


@dataclass(frozen=True, slots=True)
class Name:
    """A name stands in the authors, tags or venue: all its words in one entry, whatever order."""

    field: Named
    name: str

    def check(self, paper: Paper) -> Match:
        """Unknown where the record has no such field."""
        value: str | tuple[str, ...] = getattr(paper, self.field)
        entries = (value,) if isinstance(value, str) else value
        if not any(entries):
            return Match(None)
        wanted = set(normalise_title(self.name).split())
        return Match(any(wanted <= set(normalise_title(entry).split()) for entry in entries))

    def describe(self) -> str:
        """Such as: have "Ada Lovelace" among the authors."""
        preposition = "as" if self.field == "venue" else "among"
        return f'have "{self.name}" {preposition} the {self.field}'


@dataclass(frozen=True, slots=True)
class Size:
    """A size or a year in low..high, both included; None leaves that side open."""

    unit: Unit
    low: int | None
    high: int | None
    field: TextField = "title"

    def check(self, paper: Paper) -> Match:
        """Unknown where a record names no authors, or no year."""
        size = measure(paper, self.unit, self.field)
        if size is None:
            return Match(None)
        return Match((self.low or 0) <= size and (self.high is None or size <= self.high))

    def describe(self) -> str:
        """Such as: have a title of at least 12 words, are from 2020 to 2022."""
        if self.unit == "year":
            end = "or later" if self.high is None else f"to {self.high}"
            span = f"{self.high} or earlier" if self.low is None else f"{self.low} {end}"
            return f"are from {self.low if self.low == self.high else span}"
        bounds = [f"at least {self.low}"] * (self.low is not None)
        bounds += [f"at most {self.high}"] * (self.high is not None)
        amount = f"exactly {self.low}" if self.low == self.high else " and ".join(bounds)
        what = "" if self.unit == "authors" else f"a {self.field} of "
        return f"have {what}{amount} {self.unit}"


@dataclass(frozen=True, slots=True)
class Has:
    """The record gives a field at all."""

    field: str

    def check(self, paper: Paper) -> Match:
        """Never unknown: this asks about the record, not about the paper."""
        return Match(bool(getattr(paper, self.field)))

    def describe(self) -> str:
        """Such as: give a year."""
        return f"give a value for {self.field.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    condition: Condition

    def check(self, paper: Paper) -> Match:
        """No spans: what is not there cannot be shown."""
        truth = self.condition.check(paper).truth
        return Match(None if truth is None else not truth)

    def describe(self) -> str:
        """Such as: do not have "survey" in the title; what is joined is turned round part by part."""
        inner = self.condition
        if isinstance(inner, Not):
            return inner.condition.describe()
        if isinstance(inner, All) or (isinstance(inner, AnyOf) and not together(inner.parts)):
            join, other = (" or ", AnyOf) if isinstance(inner, All) else (" and ", All)
            return join.join(_grouped(Not(part), other) for part in inner.parts)
        phrase = inner.describe()
        return f"are not {phrase[4:]}" if phrase.startswith("are ") else f"do not {phrase}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, every paper."""

    parts: tuple[Condition, ...] = ()

    def check(self, paper: Paper) -> Match:
        """False beats unknown beats true."""
        found = [part.check(paper) for part in self.parts]
        if any(f.truth is False for f in found):
            return Match(False)
        truth = None if any(f.truth is None for f in found) else True
        return Match(truth, _merged(found))

    def describe(self) -> str:
        """The parts joined by "and"."""
        return " and ".join(_grouped(part, AnyOf) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def check(self, paper: Paper) -> Match:
        """True beats unknown beats false."""
        found = [part.check(paper) for part in self.parts]
        if any(f.truth for f in found):
            return Match(True, _merged([f for f in found if f.truth]))
        return Match(None if any(f.truth is None for f in found) else False)

    def describe(self) -> str:
        """The parts joined by "or"; alternatives for one place are named together."""
        return together(self.parts) or " or ".join(_grouped(part, All) for part in self.parts)


def measure(paper: Paper, unit: Unit, field: TextField = "title") -> int | None:
    """Length of a field in characters or words, number of authors, or year; None if not known."""
    if unit == "authors":
        return len(paper.authors) or None
    if unit == "year":
        return paper.year
    text: str = getattr(paper, field)
    return len(text) if unit == "characters" else len(text.split())


def joined(kind: type[All] | type[AnyOf], parts: Iterable[Condition]) -> Condition:
    """All or any of the parts; what is joined in the same way is taken apart, and one part stands alone."""
    flat: list[Condition] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def together(parts: Sequence[Condition]) -> str:
    """Alternatives for one place, named together; "" where they are not for one."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, AnyOf) else (part,))]
    texts = [part for part in flat if isinstance(part, Text)]
    if len(texts) < len(flat) or len({(text.fields, text.place) for text in texts}) != 1:
        return ""
    labels = " or ".join(dict.fromkeys(text.label for text in texts))
    return _placed(labels, texts[0].fields, texts[0].place)


def _placed(label: str, fields: tuple[TextField, ...], place: Place) -> str:
    if place == "anywhere":
        return f"have {label} in {' or '.join(f'the {field}' for field in fields)}"
    return f"have a {' or '.join(fields)} that {place}s with {label}"


def _merged(found: Sequence[Match]) -> tuple[Span, ...]:
    return tuple(sorted({span for match in found for span in match.spans}))


def _grouped(part: Condition, other: type[All] | type[AnyOf]) -> str:
    if isinstance(part, other) and len(part.parts) > 1 and not together(part.parts):
        return f"({part.describe()})"
    return part.describe()


@lru_cache(maxsize=256)
def _compiled(pattern: str, place: Place) -> re.Pattern[str]:
    # A title may open or close with quotes or brackets; its first word still counts as its start.
    before = r"\A[\"'“‘(\[]*" if place == "start" else ""
    after = r"[\"'”’)\]]*\Z" if place == "end" else ""
    return re.compile(f"{before}({pattern}){after}", re.IGNORECASE)
