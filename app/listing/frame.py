"""The frame of a listing question: what asks for papers ("how many of the papers ...") and the noun."""

from __future__ import annotations

from typing import Literal

from app.language.lexicon import lexicon
from app.listing.tokens import Cursor
from app.listing.words import EITHER, Fields, phrases

Mode = Literal["list", "count", "share", "occurrences"]


class Frame:
    """What a question begins with.

    mode: what is to be computed. asked: whether something asks for papers. plural: whether for several.
    pronoun: whether "these" or "what you have" stands for them.
    """

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.mode: Mode = "list"
        self.asked = False
        self.plural = False
        self.pronoun = False

    def open(self) -> None:
        """Moves to the noun, or to what stands in its place."""
        cursor = self.cursor
        while True:
            if cursor.take(*phrases("share")):
                self.mode, self.asked = "share", True
            elif cursor.take(*phrases("count"), "in how many of", "in how many"):
                self.mode, self.asked = "count", True
            elif cursor.take(*phrases("whatever")):
                self.asked = self.plural = self.pronoun = True
            elif cursor.take(*phrases("listing", "asking")):
                self.asked = True
            elif not (cursor.take(*phrases("polite")) or (cursor.at_comma and cursor.next())):
                break
        if not self.asked:
            self._opener()
        while True:
            taken = cursor.take(*phrases("determiners"))
            if taken is None:
                break
            self.plural = self.plural or taken in ("all", "every", "each", "these", "those")
            self.pronoun = self.pronoun or taken in ("these", "those")
        self._skip_number()

    def _opener(self) -> None:
        """Such as "pull up all the entries": any verb before an article, but for one that sets a task."""
        cursor, start = self.cursor, self.cursor.position
        verb = cursor.next()
        if verb is None or verb.kind != "word" or self._is_task_or_noun(verb.norm):
            cursor.position = start
            return
        cursor.take(*phrases("particles"))
        self.asked = cursor.sees(*phrases("own", "determiners")) is not None
        if not self.asked:
            cursor.position = start

    @staticmethod
    def _is_task_or_noun(word: str) -> bool:
        return word in lexicon().imperatives or word in phrases("papers", "fields", "about")

    def _skip_number(self) -> None:
        """Such as "of the 69 papers": a number that a noun follows."""
        token, after = self.cursor.peek(), self.cursor.peek(1)
        nouns = phrases("papers", "fields")
        if token and token.text.isdigit() and after and after.norm in nouns:
            self.cursor.next()

    def noun(self) -> Fields | None:
        """Takes the noun: the fields of a record that it stands for."""
        cursor = self.cursor
        noun = cursor.sees(*phrases("fields", "papers"))
        if noun is None:
            return None
        self.plural = self.plural or noun.endswith(("s", "thing"))
        fields = cursor.take_fields()
        if fields is None:
            cursor.take(noun)
            return EITHER
        start = cursor.position
        if cursor.take("and", "or"):
            second = cursor.take_fields()
            if second:
                return tuple(dict.fromkeys((*fields, *second)))
            cursor.position = start
        if cursor.take("of", "of all", "of the", "of my", "of all the", "of all my"):
            if cursor.take(*phrases("papers")):
                self.plural = True
            else:
                cursor.position = start
        return fields
