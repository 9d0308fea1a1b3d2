"""Misspelt words of a question, put right by the words of the list.

Only a word that is neither in the list nor a word of the encoder's vocabulary is taken for a slip, so that
"induction" never becomes "introduction". Distance: optimal string alignment (Damerau 1964).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from app.language.words import LETTERS

# Shorter words have too many neighbours; a second slip is forgiven from this length on.
SHORTEST, LONG = 5, 8
_QUOTED = re.compile(r"[\"“„«][^\"”“»]*[\"”»]")


class Speller:
    """Knows the words of a list."""

    def __init__(
        self, texts: Iterable[str], is_word: Callable[[str], bool], others: Iterable[str] = ()
    ) -> None:
        """is_word: whether a word in lower case is one, whatever list it is asked of.

        others: words that a slip may be meant for beside those of the texts.
        """
        self._counts = Counter(word for text in texts for word in LETTERS.findall(text.lower()))
        self._counts.update(others)
        self._is_word = is_word
        self._by_start: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._counts:
            self._by_start[word[0], len(word)].append(word)

    def corrected(self, text: str) -> str:
        """The text with its slips put right; what stands in quotation marks stays."""
        quoted = [match.span() for match in _QUOTED.finditer(text)]

        def better(match: re.Match[str]) -> str:
            inside = any(start <= match.start() < end for start, end in quoted)
            return match[0] if inside else self._nearest(match[0]) or match[0]

        return LETTERS.sub(better, text)

    def _nearest(self, word: str) -> str:
        """The list's word that a slip is meant for, "" if there is none or it is no slip."""
        lower = word.lower()
        if len(word) < SHORTEST or lower in self._counts or self._is_word(lower):
            return ""
        allowed = 2 if len(word) >= LONG else 1
        near = [
            (distance, -self._counts[other], other)
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for other in self._by_start.get((lower[0], length), ())
            if (distance := edits(lower, other, allowed)) <= allowed
            # "solver" is another word than "solve", and no slip.
            and not lower.startswith(other)
        ]
        return min(near)[2] if near else ""


def edits(a: str, b: str, most: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours from a to b; most + 1 if more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        above, row = row, [i]
        for j, other in enumerate(b, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = above
    return min(row[-1], most + 1)
