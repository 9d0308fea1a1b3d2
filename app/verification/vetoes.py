"""Strict vetoes: what no record that a sentence cites has, it cannot rest on: a number, a name.

On sentences as a strong model writes them over the list that ships these two cost no true one; of
SciFact's true claims they cost about one in eight, mostly by names of genes. What else speaks
against a sentence (a quantifier, a direction) costs a third of the true ones, so that only the
judge or a marked `unconfirmed` may follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.language.lexicon import lexicon
from app.language.words import Word, words
from app.verification.frames import count_of_papers
from ingest.paper import Paper
from ingest.text import FUNCTION_WORDS

MIN_ACRONYM_LETTERS = 2
# So much of a record's text, spaces left out, is no chance.
MIN_JOINED = 4
# Words on each side of a number by which it is told what it counts.
REACH = 3
# A language that capitalises its nouns is told by so many capitals and a smaller share of English
# words.
MIN_CAPITALS, MIN_FUNCTION_SHARE = 2, 0.15


class Veto(NamedTuple):
    """Why records cannot say a sentence, for the reader; contradicts: they say something else instead."""

    reason: str
    contradicts: bool = False


def veto(sentence: str, records: Sequence[Paper]) -> Veto | None:
    """What makes it impossible that these records say a sentence, if anything does."""
    said = words(sentence)
    held = [_words(record.text) for record in records]
    count, english = count_of_papers(sentence), _english(said)
    for place, word in enumerate(said):
        # "Two of them" counts records; what the records count themselves is looked up there.
        if count and count.start <= word.start < count.end:
            if not count.fits(len(records)) and (not word.number or _number(said, place, held)):
                told = sentence[count.start : count.end].lower()
                return Veto(f"speaks of {told} but cites {len(records)}")
        elif not _stands(word, records) and (
            found := _number(said, place, held) or _name(word, said, held, english)
        ):
            return found
    return None


def _number(said: Sequence[Word], place: int, held: Sequence[Sequence[Word]]) -> Veto | None:
    word = said[place]
    if not word.number or word.lower in lexicon().factors:
        return None
    rivals: dict[str, int] = {}
    near = _around(said, place)
    for row in held:
        for i, other in enumerate(row):
            if (other.number, other.unit) == (word.number, word.unit):
                return None
            if other.number:
                rivals[other.text] = len(near & _around(row, i))
    closest = max(rivals, key=lambda text: rivals[text], default="")
    if closest and rivals[closest]:
        return Veto(f"number differs: {word.text}, record says {closest}", contradicts=True)
    return Veto(f"no cited record has the number {word.text}")


def _around(row: Sequence[Word], place: int) -> set[str]:
    return {w.stem for w in row[max(0, place - REACH) : place + REACH + 1] if w.content}


def _stands(word: Word, records: Sequence[Paper]) -> bool:
    """Whether a name or a number with its unit is there, written together or apart ("40mg", "PD-1")."""
    key = _joined(word.text).removesuffix("s")
    mixed = not word.number or not (key.isdigit() or key.isalpha())
    return mixed and len(key) >= MIN_JOINED and any(key in _joined(r.text) for r in records)


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[Word, ...]:
    return tuple(words(text))


@lru_cache(maxsize=512)
def _joined(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _name(
    word: Word, said: Sequence[Word], held: Sequence[Sequence[Word]], english: bool
) -> Veto | None:
    if not word.name or word.number or len(word.text) < MIN_ACRONYM_LETTERS:
        return None
    code = any(c.isdigit() for c in word.text) or sum(c.isupper() for c in word.text) > 1
    if not (code or english):
        return None
    acronym = word.lower.removesuffix("'s").rstrip("s")
    if any(word.stem == w.stem or acronym == w.lower.rstrip("s") for row in held for w in row):
        return None
    # It may be spelt out there, or beside it.
    if code and any(acronym in "".join(w.lower[0] for w in row) for row in (*held, said)):
        return None
    return Veto(f"no cited record names {word.text}")


def _english(said: Sequence[Word]) -> bool:
    capitals = sum(word.name for word in said)
    function = sum(word.lower in FUNCTION_WORDS for word in said)
    return capitals < MIN_CAPITALS or function >= MIN_FUNCTION_SHARE * len(said)
