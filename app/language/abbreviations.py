"""Abbreviations and what they stand for, mined from the records themselves.

Definitions in brackets, "sparse autoencoders (SAEs)", by Schwartz & Hearst 2003 ("A simple algorithm for
identifying abbreviation definitions in biomedical text"), held to forms whose every word lends its first
letter; and, in a record that uses a short form without defining it, words that spell it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from app.language.words import LETTERS
from ingest.text import FUNCTION_WORDS

# A short form is one word of so many characters with at least two capitals.
SHORTEST, LONGEST = 2, 8
_IN_BRACKETS = re.compile(r"\(([^\s()]{2,9})\)")


def mine(texts: Iterable[str]) -> dict[str, str]:
    """Defined short forms, singular and in lower case -> the commonest long form, in lower case."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        for match in _IN_BRACKETS.finditer(text) if "(" in text else ():
            short = singular(match[1])
            words = LETTERS.findall(text[: match.start()])
            runs = (words[-count:] for count in range(min(len(short) + 2, len(words)), 0, -1))
            long = next((run for run in runs if spells(short.lower(), run)), None)
            if long and is_short(short):
                found.setdefault(short.lower(), Counter())[" ".join(long).lower()] += 1
    return {short: longs.most_common(1)[0][0] for short, longs in found.items()}


def undefined(short: str, texts: Iterable[str]) -> str:
    """The words that spell a short form in most of the texts, in lower case; "" where there are none."""
    found: Counter[str] = Counter()
    for text in texts:
        words = LETTERS.findall(text)
        runs = {
            " ".join(words[i : i + count]).lower()
            for count in range(2, len(short) + 1)
            for i in range(len(words) - count + 1)
            if spells(short.lower(), words[i : i + count])
        }
        found.update(runs)
    return max(found, key=lambda run: (found[run], len(run)), default="")


def is_short(word: str) -> bool:
    """Whether a word is written as short forms are: SAE, CoT, RLVR."""
    return SHORTEST <= len(word) <= LONGEST and sum(map(str.isupper, word)) > 1


def singular(word: str) -> str:
    """A short form without the plural's s ("SAEs")."""
    return word[:-1] if word.endswith("s") and word[-2:-1].isupper() else word


def spells(short: str, words: Sequence[str], *, inside: bool = False) -> bool:
    """Whether words spell a short form: each lends its first letter, and more of its letters in order.

    A function word may lend none, but neither the first nor the last. inside: words went before.
    """
    if not words or not short:
        return not words and not short
    word = words[0].lower()
    skips = inside and word in FUNCTION_WORDS and len(words) > 1
    if skips and spells(short, words[1:], inside=True):
        return True
    if word[0] != short[0]:
        return False
    taken, at = 1, 1
    while True:
        if spells(short[taken:], words[1:], inside=True):
            return True
        at = word.find(short[taken], at) + 1 if taken < len(short) else 0
        if not at:
            return False
        taken += 1
