"""Tokens of a listing question and a cursor over them: what the grammar reads from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.listing.words import NUMBERS

Kind = Literal["word", "quote", "mark", "comma"]

_QUOTED = (
    r"\"([^\"]+)\"|“([^”]+)”|„([^“”]+)[“”]|‘([^’]+)’|`([^`]+)`|(?<!\w)'([^']+)'(?!\w)|«([^»]+)»"
)
_TOKEN = re.compile(rf"(?:{_QUOTED})|([^\W_](?:[\w’'\-–/.&+]*\w)?)|(,)|([?!:;&()\[\]/.\-–—])")
_CAN_NOT = re.compile(r"\bcan['’]t\b", re.IGNORECASE)
_NOT = re.compile(r"(?<=[a-z])n['’]t\b", re.IGNORECASE)
_IS = re.compile(r"\b(what|which|that|there|who|where)['’]s\b", re.IGNORECASE)
# "circuit(s)" asks for both forms.
_OPTIONAL_PLURAL = re.compile(r"([\"“'‘]?)(\w+)\((e?s)\)([\"”'’]?)")
_COURTESY = frozenset(("please", "thanks", ","))
_BRACKETS = frozenset("()[]")
_CLOSING = ".?!"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `norm` is its lower-case form, `text` what stood in the question."""

    kind: Kind
    text: str

    @property
    def norm(self) -> str:
        """Lower case, straight apostrophes."""
        return self.text.lower().replace("’", "'")


def tokenize(question: str) -> list[Token]:
    """Words, quoted strings, commas and lone marks; the sentence's own closing mark is dropped."""
    text = question.strip()
    if text and text[-1] in _CLOSING and not text[-2:-1].isspace():
        text = text[:-1].rstrip()
    text = _OPTIONAL_PLURAL.sub(r"\1\2\4 or \1\2\3\4", text)
    text = _NOT.sub(" not", _CAN_NOT.sub("can not", text))
    text = _IS.sub(r"\1 is", text)
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        groups = match.groups()
        quoted = next((g for g in groups[:7] if g is not None), None)
        if quoted is not None:
            tokens.append(Token("quote", quoted.strip()))
        elif groups[7] is not None:
            tokens.append(Token("word", groups[7]))
        elif groups[8] is not None:
            tokens.append(Token("comma", ","))
        elif groups[9] not in _BRACKETS:
            tokens.append(Token("mark", groups[9]))
    while tokens and tokens[-1].kind != "quote" and tokens[-1].norm in _COURTESY:
        tokens.pop()
    return tokens


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
        for phrase in sorted(phrases, key=len, reverse=True):
            words = phrase.split()
            ahead = [self.peek(i) for i in range(len(words))]
            if all(
                t is not None and t.kind != "quote" and t.norm == w
                for t, w in zip(ahead, words, strict=True)
            ):
                return phrase
        return None

    def take(self, *phrases: str) -> str | None:
        """Like `sees`, moving past the phrase."""
        phrase = self.sees(*phrases)
        if phrase is not None:
            self.position += len(phrase.split())
        return phrase

    def take_number(self) -> int | None:
        """A number in digits or words, moving past it; None if none is there."""
        token = self.peek()
        if token is None or token.kind != "word":
            return None
        value = int(token.text) if token.text.isdecimal() else NUMBERS.get(token.norm)
        self.position += value is not None
        return value

    def skip(self, phrases: Iterable[str]) -> bool:
        """Takes any of the phrases, again and again; whether any was there."""
        some = False
        while self.take(*phrases):
            some = True
        return some
