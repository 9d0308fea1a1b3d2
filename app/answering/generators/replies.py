"""A model's reply read while it streams: each sentence with its kind, its records and its quotes.

Three forms are read: a JSON object (where the endpoint holds the model to a schema, or the model
writes one by itself), tagged lines, and plain text with citation marks, which is cut into sentences
at its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.answering.generators.drafts import is_ended, split_draft
from app.language.repetition import REPLY, repeats_itself
from app.llm.thoughts import CLOSE

KINDS = ("claim", "synthesis", "list", "not said")
_QUOTE = {"record": {"type": "integer"}, "quote": {"type": "string"}}
_SENTENCE = {
    "evidence": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": _QUOTE,
            "required": list(_QUOTE),
            "additionalProperties": False,
        },
    },
    "kind": {"type": "string", "enum": list(KINDS)},
    "sentence": {"type": "string"},
}
# Evidence stands before the sentence, so that it is chosen before anything is said.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _SENTENCE,
                "required": list(_SENTENCE),
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
_EVIDENCE = re.compile(
    r"^[\W_]*(?:record\s*)?(\d{1,4})(?:\]?\s*[:–-]?\s*[\"“«](.+?)[\"”»]?\W*|\]\s*(\w.+))$",
    re.IGNORECASE,
)
_TAGGED = re.compile(rf"^\W*({'|'.join(KINDS)})\W*:\W*?(?=[\w“\"(])(.+)$", re.IGNORECASE)
# Quotes that a service gives apart stand in the text under numbers that no record has.
APART = 9000
# By so many characters a reply has shown its form.
TELLING = 12
# A loop is looked for in so many last words.
LOOP_WORDS = 60


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply.

    numbers: the records that it cites, of those that there are. quotes: (record, words) as the
    model gave them, record 0 where it gave none that there is.
    """

    text: str
    numbers: tuple[int, ...] = ()
    quotes: tuple[tuple[int, str], ...] = ()


@dataclass
class ReplyReader:
    """Reads one reply.

    sources: how many records there are. unknown: numbers cited that are none of them.
    """

    sources: int
    unknown: dict[int, None] = field(default_factory=dict)
    unfinished: bool = False
    _text: str = ""
    _done: int = 0
    _said: int = 0
    _open: list[int] = field(default_factory=list)
    _quoting: bool = False
    _evidence: list[tuple[int, str]] = field(default_factory=list)
    _cited: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def plain(self) -> bool | None:
        """Whether it is plain text; None while that cannot be told."""
        head = self._text.lstrip()
        if self._said or head[:1] in ("{", "[", "`"):
            return False
        if len(head) < TELLING and "\n" not in head:
            return None
        return not (_TAGGED.match(head) or _EVIDENCE.match(head.split("\n")[0]))

    def feed(self, piece: str) -> Iterator[Said]:
        """Sentences that the next piece completes."""
        self._text += piece
        if CLOSE in self._text:  # What some chat templates open unseen was a thought.
            rest = self._text.rpartition(CLOSE)[2]
            self._text, self._done, self._said = "", 0, 0
            self._open, self._evidence, self._quoting = [], [], False
            yield from self.feed(rest)
        elif self._is_json:
            yield from self._objects()
        else:
            while (end := self._text.find("\n", self._done)) >= 0:
                line, self._done = self._text[self._done : end], end + 1
                yield from self._line(line)

    def cite(self, record: int, words: str, at: int) -> None:
        """Note a quote that the service gives apart, for the text up to `at`; -1: for all that has come.

        It counts where the reply is plain text: the other forms carry their evidence themselves.
        """
        self._cited.append((len(self._text) if at < 0 else at, record, words))

    def close(self, *, cut: bool) -> Iterator[Said]:
        """What is left when the reply has ended; cut: before the model was done."""
        if not self._is_json:
            last = self._text[self._done :].strip()
            self.unfinished = cut and (bool(self._evidence) or (bool(last) and not is_ended(last)))
            if self.unfinished and (self._said or _TAGGED.match(last)):
                return
            yield from self._line(last)
        elif cut and self._open:
            self.unfinished = True
        # The crumbs of a broken object are no sentences.
        said = self._text.strip() and not self._is_json
        if said and not self._said and not self.declined:
            yield from self._sentences(self._with_marks(), (), cut)

    @property
    def begun(self) -> bool:
        """Whether anything has come."""
        return bool(self._text.strip())

    @property
    def looping(self) -> bool:
        """Whether the model only repeats itself."""
        return repeats_itself(" ".join(self._text[-1000:].split()[-LOOP_WORDS:]), REPLY)

    @property
    def _is_json(self) -> bool:
        head = self._text.lstrip("` \n")
        return head.startswith(("{", "[{", "[ {", "[\n", "json"))

    @property
    def declined(self) -> bool:
        """Whether it is a whole object that says nothing."""
        return not self._said and self._is_json and '"sentences"' in self._text and not self._open

    def _objects(self) -> Iterator[Said]:
        """Objects that have closed since the last look, the innermost first."""
        for place in range(self._done, len(self._text)):
            char = self._text[place]
            if char == '"' and not self._escaped(place):
                self._quoting = not self._quoting
            elif char == "{" and not self._quoting:
                self._open.append(place)
            elif char == "}" and not self._quoting and self._open:
                yield from self._object(self._text[self._open.pop() : place + 1])
        self._done = len(self._text)

    def _escaped(self, place: int) -> bool:
        before = self._text[:place]
        return (len(before) - len(before.rstrip("\\"))) % 2 == 1

    def _object(self, text: str) -> Iterator[Said]:
        try:
            found = json.loads(text, strict=False)
        except ValueError:
            return
        if isinstance(found, dict) and isinstance(found.get("sentence"), str):
            rows = found.get("evidence")
            rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            quotes = [(_number(row.get("record")), str(row.get("quote") or "")) for row in rows]
            yield from self._sentences(found["sentence"], tuple(quotes))

    def _line(self, line: str) -> Iterator[Said]:
        if found := _TAGGED.match(line):
            yield from self._sentences(found[2], tuple(self._evidence))
        elif found := _EVIDENCE.match(line):
            self._evidence.append((int(found[1]), found[2] or found[3]))
            return
        elif self._evidence and line.strip():  # The tag was forgotten.
            yield from self._sentences(line, tuple(self._evidence))
        if line.strip():
            self._evidence.clear()

    def _with_marks(self) -> str:
        """The text with a mark for each quote that was given apart, at the end of its word."""
        text = self._text
        for n in sorted(range(len(self._cited)), key=lambda n: -self._cited[n][0]):
            at = self._cited[n][0]
            place = next((i for i in range(at, len(text)) if text[i].isspace()), len(text))
            text = f"{text[:place]} [{APART + n + 1}]{text[place:]}"
        return text

    def _sentences(
        self, text: str, quotes: tuple[tuple[int, str], ...], cut: bool = False
    ) -> Iterator[Said]:
        apart = {APART + n: row for n, row in enumerate(self._cited, start=1)}
        draft = split_draft(text, max(apart, default=self.sources), cut_short=cut)
        self.unfinished = self.unfinished or draft.unfinished
        given = dict.fromkeys(n for n, _ in quotes)
        marked = [n for sentence in draft.sentences for n in sentence.numbers if n not in apart]
        wrong = [n for n in (*draft.unknown, *marked, *given) if not 1 <= n <= self.sources]
        self.unknown.update(dict.fromkeys(wrong))
        known = tuple((n if 1 <= n <= self.sources else 0, words) for n, words in quotes)
        for sentence in draft.sentences:
            self._said += 1
            own = (*known, *(apart[n][1:] for n in sentence.numbers if n in apart))
            marks = (n for n in sentence.numbers if n <= self.sources)
            numbers = dict.fromkeys((*marks, *(n for n, _ in own if n)))
            yield Said(sentence.text, tuple(numbers), tuple(q for q in own if q[1].strip()))


def _number(value: object) -> int:
    found = re.search(r"\d{1,4}", str(value))
    return int(found.group()) if found else 0
