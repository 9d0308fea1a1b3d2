"""Strict vetoes: what no record that a sentence cites has, it cannot rest on: a number, a name.

Measured on sentences as a strong model writes them, these two cost no true one; what else speaks against
a sentence (a quantifier, a direction) costs a third of them, so that only the judge or a marked
`unconfirmed` may follow from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

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
# In English a sentence of so many words has this share of function words; elsewhere nouns are capitalised.
MIN_WORDS, MIN_FUNCTION_SHARE = 6, 0.15


def veto(sentence: str, records: Sequence[Paper]) -> str:
    """Why these records cannot say a sentence, for the reader; "" where nothing speaks against it."""
    said = words(sentence)
    held = [words(record.text) for record in records]
    count, english = count_of_papers(sentence), _english(said)
    for place, word in enumerate(said):
        # "Two of them" counts records; what the records count themselves is looked up there.
        if count and count.start <= word.start < count.end:
            if not count.fits(len(records)) and (not word.number or _number(said, place, held)):
                told = sentence[count.start : count.end].lower()
                return f"speaks of {told} but cites {len(records)}"
        elif not _stands(word, records) and (
            reason := _number(said, place, held) or _name(word, said, held, english)
        ):
            return reason
    return ""


def _number(said: Sequence[Word], place: int, held: Sequence[Sequence[Word]]) -> str:
    word = said[place]
    if not word.number or word.lower in lexicon().factors:
        return ""
    rivals: dict[str, int] = {}
    near = _around(said, place)
    for row in held:
        for i, other in enumerate(row):
            if (other.number, other.unit) == (word.number, word.unit):
                return ""
            if other.number:
                rivals[other.text] = len(near & _around(row, i))
    closest = max(rivals, key=lambda text: rivals[text], default="")
    if closest and rivals[closest]:
        return f"number differs: {word.text}, record says {closest}"
    return f"no cited record has the number {word.text}"


def _around(row: Sequence[Word], place: int) -> set[str]:
    return {w.stem for w in row[max(0, place - REACH) : place + REACH + 1] if w.content}


def _stands(word: Word, records: Sequence[Paper]) -> bool:
    """Whether a name or a number with its unit is there, written together or apart ("40mg", "PD-1")."""
    key = _joined(word.text).removesuffix("s")
    mixed = not word.number or not (key.isdigit() or key.isalpha())
    return mixed and len(key) >= MIN_JOINED and any(key in _joined(r.text) for r in records)


@lru_cache(maxsize=512)
def _joined(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _name(word: Word, said: Sequence[Word], held: Sequence[Sequence[Word]], english: bool) -> str:
    if not word.name or word.number or len(word.text) < MIN_ACRONYM_LETTERS:
        return ""
    code = any(c.isdigit() for c in word.text) or sum(c.isupper() for c in word.text) > 1
    if not (code or english):
        return ""
    acronym = word.lower.removesuffix("'s").rstrip("s")
    for row in (*held, [w for w in said if w is not word]):  # It may be spelt out beside it.
        if any(word.stem == w.stem or acronym == w.lower.rstrip("s") for w in row):
            return ""
        if code and acronym in "".join(w.lower[0] for w in row):
            return ""
    return f"no cited record names {word.text}"


def _english(said: Sequence[Word]) -> bool:
    function = sum(word.lower in FUNCTION_WORDS for word in said)
    return len(said) < MIN_WORDS or function >= MIN_FUNCTION_SHARE * len(said)
