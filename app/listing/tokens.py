"""Tokens of a listing question and a cursor over them: what the grammar reads from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, cast

from app.listing.words import FIELDS, Fields, phrases, table
from ingest.text import stem_words

Kind = Literal["word", "quote", "mark", "comma"]

_TOKEN = re.compile(
    r"(?P<quote>\"[^\"]+\"|“[^”]+”|„[^“”]+[“”]|‘[^’]+’|`[^`]+`|(?<!\w)'[^']+'(?!\w)|«[^»]+»)"
    r"|(?P<word>[^\W_](?:[\w’'\-–/.&+]*\w)?)|(?P<comma>,)|(?P<mark>[?!:;&/.\-–—])"
)
# "sparse autoencoders (SAEs)" gives two names of one thing.
_ALIAS = re.compile(r"(?<=\w) \((\w[\w-]*)\)")
# "circuit(s)" asks for both forms.
_OPTIONAL_PLURAL = re.compile(r"([\"“'‘]?)(\w+)\((e?s)\)([\"”'’]?)")
_BEFORE_IS = frozenset(("what", "which", "that", "there", "who", "where"))
_COURTESY = frozenset(("please", "thanks", ","))
_CLOSING = ".?!"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; text: as it stood in the question. norm: in lower case, straight apostrophes."""

    kind: Kind
    text: str
    norm: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "norm", self.text.lower().replace("’", "'"))


def tokenize(question: str) -> list[Token]:
    """Words, quoted strings, commas and lone marks; the sentence's own closing mark is dropped."""
    text = question.strip()
    if text and text[-1] in _CLOSING and not text[-2:-1].isspace():
        text = text[:-1].rstrip()
    tokens: list[Token] = []
    for match in _TOKEN.finditer(_plain(text)):
        kind, found = cast(Kind, match.lastgroup), match.group()
        if kind == "quote":
            tokens.append(Token(kind, found[1:-1].strip()))
        else:
            parts = _long_forms(found) if kind == "word" else [found]
            tokens += [Token(kind, part) for part in parts]
    while tokens and tokens[-1].kind != "quote" and tokens[-1].norm in _COURTESY:
        tokens.pop()
    return tokens


def _plain(text: str) -> str:
    return _ALIAS.sub(r" or \1", _OPTIONAL_PLURAL.sub(r"\1\2\4 or \1\2\3\4", text))


def _long_forms(word: str) -> list[str]:
    """Such as "don't" -> "do", "not"; "who's" -> "who", "is"."""
    norm = word.lower().replace("’", "'")
    if norm == "can't":
        return ["can", "not"]
    if norm.endswith("n't") and len(norm) > len("n't"):
        return [word[: -len("n't")], "not"]
    if norm.endswith("'s") and norm[:-2] in _BEFORE_IS:
        return [word[:-2], "is"]
    return [word]


class Cursor:
    """A position in the tokens; every `take` moves on only when it matches."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self.position = 0

    @property
    def done(self) -> bool:
        """Nothing left."""
        return self.position >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token | None:
        """The token `ahead` of the cursor, or None past the end."""
        at = self.position + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def next(self) -> Token | None:
        """The current token, moving past it."""
        token = self.peek()
        self.position += token is not None
        return token

    @property
    def at_comma(self) -> bool:
        """Whether a comma comes next."""
        token = self.peek()
        return token is not None and token.kind == "comma"

    def sees(self, *phrases: str) -> str | None:
        """The longest of the phrases that stands here, in lower case, without moving."""
        first = self.peek()
        if first is None or first.kind == "quote":
            return None
        for phrase, words in _by_first_word(phrases).get(first.norm, ()):
            ahead = self._tokens[self.position : self.position + len(words)]
            if words == [token.norm for token in ahead if token.kind != "quote"]:
                return phrase
        return None

    def take(self, *phrases: str) -> str | None:
        """Like `sees`, moving past the phrase."""
        phrase = self.sees(*phrases)
        if phrase is not None:
            self.position += len(phrase.split())
        return phrase

    def take_verb(self, *names: str) -> str | None:
        """Takes a phrase of some lists whose first word may stand in any form ("deals with")."""
        first = self.peek()
        if first is None or first.kind != "word":
            return None
        for phrase, rest in _verbs(names).get(stem_words([first.norm])[0], ()):
            ahead = self._tokens[self.position + 1 : self.position + 1 + len(rest)]
            if rest == [token.norm for token in ahead]:
                self.position += 1 + len(rest)
                return phrase
        return None

    def take_from(self, name: str) -> str | None:
        """Takes a phrase of a table of the vocabulary: what it stands for."""
        phrase = self.take(*phrases(name))
        return None if phrase is None else table(name)[phrase]

    def take_fields(self) -> Fields | None:
        """Takes a noun such as "abstract": the fields that it stands for."""
        noun = self.take_from("fields")
        return None if noun is None else FIELDS[noun]

    def take_number(self) -> int | None:
        """A number in digits or words, moving past it; None if none is there."""
        token = self.peek()
        if token is not None and token.kind == "word" and token.text.isdecimal():
            self.position += 1
            return int(token.text)
        word = self.take_from("numbers")
        return None if word is None else int(word)

    def skip(self, phrases: Iterable[str]) -> bool:
        """Takes any of the phrases, again and again; whether any was there."""
        some = False
        while self.take(*phrases):
            some = True
        return some


@cache
def _by_first_word(phrases: tuple[str, ...]) -> dict[str, list[tuple[str, list[str]]]]:
    """The phrases and their words by the first of these, the longest phrase first."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        words = phrase.split()
        found.setdefault(words[0], []).append((phrase, words))
    return found


@cache
def _verbs(names: tuple[str, ...]) -> dict[str, list[tuple[str, list[str]]]]:
    """Phrases of some lists by the stem of the first word, the longest first, with the other words."""
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for phrase in sorted(phrases(*names), key=len, reverse=True):
        first, *rest = phrase.split()
        found.setdefault(stem_words([first])[0], []).append((phrase, rest))
    return found
