"""What speaks for and against a boundary: the features of the title model.

Each is a number near [-4, 4]. Word evidence comes as log ratios, log P(word | boundary) /
P(word | other candidate), counted on training lists (naive Bayes inside a conditional logit).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from ingest.readers.title_candidates import (
    END,
    GLUE_ACRONYM,
    GLUE_DIGIT,
    GLUE_LOWER,
    GLUE_UPPER,
    KINDS,
    MAX_TITLE,
    MAX_WORD,
    Candidate,
    is_known,
)

WINDOW = 10
LOOK_AHEAD = 160
LOOK_BEHIND = 60
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_PLAIN = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[a-z)]{2}[.]\s+[A-Z]")
_CUT = re.compile(r"(?:…|\.\.\.)\W*$")
# Pronouns, auxiliaries and other marks of a clause: frequent in summaries, rare in titles.
_CLAUSE = frozenset((
    "we", "our", "is", "are", "was", "were", "has", "have", "had", "be", "been", "can", "could",
    "may", "might", "it", "its", "they", "their", "this", "these", "that", "which", "however",
    "while", "such", "show", "propose", "present", "introduce", "study", "often",
))  # fmt: skip
_SMALL = frozenset((
    "a", "an", "the", "of", "in", "on", "for", "and", "or", "to", "with", "from", "by", "at", "as",
    "via", "is", "are", "vs", "not", "but", "be", "do", "into", "over",
))  # fmt: skip
WORD_TABLES = ("open", "open2", "close", "close2", "glue_left", "glue_right")
FEATURES = (
    *(f"kind:{kind}" for kind in KINDS),
    *WORD_TABLES,
    "title_length", "title_length2", "title_short", "title_one_word", "title_sentences",
    "title_clause", "title_unbalanced", "title_asks",
    "title_capitals", "capital_drop", "last_capital_fits", "summary_capital", "summary_clause",
    "summary_short", "summary_lower_run",
    "token_known", "token_again", "right_again", "left_known", "right_known",
    "lower_left_known", "lower_left_length", "lower_right_length", "lower_takes_capital",
    "end_cut", "end_length", "artefact",
)  # fmt: skip
_CASED = frozenset((GLUE_UPPER, GLUE_ACRONYM, GLUE_DIGIT))
_ARTEFACT = re.compile(
    r"Abstract|ABSTRACT|abstract\b|Summary\s*:|!?\[|.{0,60}Description automatically generated\]"
)
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))
_TYPICAL_LENGTH = 72.0
_SHORT_TITLE = 15
_SHORT_SUMMARY = 25

Tables = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class WordKeys:
    """The words around a boundary, as looked up in the tables; empty where there is none."""

    open: str
    open2: str
    close: str
    close2: str
    glue_left: str
    glue_right: str


class EntryView:
    """An entry's words, found once for all its candidates."""

    def __init__(self, entry: str) -> None:
        """entry: text without white space at its ends."""
        self.entry = entry
        head = entry[: MAX_TITLE + LOOK_AHEAD]
        spans = [match.span() for match in _WORD.finditer(head)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        words = [head[start:end] for start, end in spans]
        lower = [word.lower() for word in words]
        self.is_lower = [word[0].islower() for word in words]
        self.counts = [word not in _SMALL for word in lower]
        self.clause = [word in _CLAUSE for word in lower]
        capital = [c and not low for c, low in zip(self.counts, self.is_lower, strict=True)]
        self.sum_counts = [0, *accumulate(self.counts)]
        self.sum_capitals = [0, *accumulate(capital)]
        self.sum_clause = [0, *accumulate(self.clause)]
        self.sentence_ends = [match.end() for match in _SENTENCE_END.finditer(head)]
        self.is_cut = bool(_CUT.search(entry[-6:]))

    def capitals(self, first: int, last: int) -> float:
        """Share of words first..last-1 in upper case, but for small words; .5 where none counts."""
        counted = self.sum_counts[last] - self.sum_counts[first] if last > first else 0
        if not counted:
            return 0.5
        return (self.sum_capitals[last] - self.sum_capitals[first]) / counted

    def features(self, candidate: Candidate, tables: Tables) -> list[float]:
        """The values of FEATURES for one boundary."""
        keys = word_keys(self.entry, candidate)
        values = [float(candidate.kind == kind) for kind in KINDS]
        values += [tables[name].get(getattr(keys, name), 0.0) for name in WORD_TABLES]
        values += self._title(candidate)
        values += self._boundary(candidate)
        values += self._token(candidate)
        return values

    def _title(self, candidate: Candidate) -> list[float]:
        title = self.entry[: candidate.end]
        words = bisect_left(self.starts, candidate.end)
        length = math.log(max(len(title), 1) / _TYPICAL_LENGTH)
        unbalanced = any(title.count(a) != title.count(b) for a, b in _PAIRS)
        return [
            length,
            length * length,
            float(len(title) < _SHORT_TITLE),
            float(words <= 1),
            float(bisect_left(self.sentence_ends, candidate.end)),
            math.log1p(self.sum_clause[words]),
            float(unbalanced or title.count('"') % 2 == 1),
            float(title.endswith(("?", "!"))),
        ]

    def _boundary(self, candidate: Candidate) -> list[float]:
        words = bisect_left(self.starts, candidate.end)
        title_share = self.capitals(1, words)
        if candidate.kind == END:
            return [title_share, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        # The first word that starts at or behind the boundary; a glued one starts before it.
        nxt = bisect_left(self.starts, candidate.start)
        inside = nxt > 0 and self.ends[nxt - 1] > candidate.start
        after_first = nxt if inside else nxt + 1
        last = min(after_first + WINDOW - 1, len(self.starts))
        share = self.capitals(after_first, last) if last > after_first else 0.5
        ends_lower = words > 0 and self.is_lower[words - 1]
        run = 0
        while after_first + run < last and self.is_lower[after_first + run]:
            run += 1
        first_at = candidate.start if inside or nxt >= len(self.starts) else self.starts[nxt]
        clause = self.sum_clause[last] - self.sum_clause[min(nxt, last)]
        return [
            title_share,
            title_share - share,
            1.0 - title_share if ends_lower else title_share,
            float(not self.entry[first_at : first_at + 1].islower()),
            math.log1p(clause),
            float(len(self.entry) - candidate.start < _SHORT_SUMMARY),
            run / WINDOW,
        ]

    def _token(self, candidate: Candidate) -> list[float]:
        cased, lower = [0.0] * 5, [0.0] * 4
        if candidate.kind in _CASED or candidate.kind == GLUE_LOWER:
            left, right = _pieces(self.entry, candidate.start)
            left_known = float(is_known(left))
            if candidate.kind == GLUE_LOWER:
                # "SAM|Meta", not "SAMM|eta"; "Avatars|This", not "AvatarsT|his".
                takes = left[-1].isupper() and is_known(left[-1] + right)
                lower = [left_known, math.log(len(left)), math.log(len(right)), float(takes)]
            else:
                again = _occurrences(self.entry, left + right) > 1
                right_again = len(right) > 1 and f" {right}" in self.entry
                cased = [
                    float(is_known(left + right)),
                    float(again),
                    float(right_again),
                    left_known,
                    float(is_known(right)),
                ]
        is_end = candidate.kind == END
        return [
            *cased,
            *lower,
            float(is_end and self.is_cut),
            math.log(max(len(self.entry), 1) / _TYPICAL_LENGTH) if is_end else 0.0,
            float(bool(_ARTEFACT.match(self.entry, candidate.start))),
        ]


def word_keys(entry: str, candidate: Candidate) -> WordKeys:
    """The lower-case words on both sides of a boundary; inside a word, its two halves."""
    if candidate.kind == END:
        return WordKeys("", "", "", "", "", "")
    ahead = _PLAIN.findall(entry[candidate.start : candidate.start + LOOK_BEHIND])[:2]
    behind = _PLAIN.findall(entry[max(0, candidate.end - LOOK_BEHIND) : candidate.end])[-2:]
    first = ahead[0].lower() if ahead else ""
    last = behind[-1].lower() if behind else ""
    inside = candidate.kind == GLUE_LOWER
    return WordKeys(
        open="" if inside else first,
        open2=ahead[1].lower() if len(ahead) > 1 else "",
        close="" if inside else last,
        close2=behind[0].lower() if len(behind) > 1 else "",
        glue_left=last[-4:] if inside else "",
        glue_right=first if inside else "",
    )


def _pieces(entry: str, at: int) -> tuple[str, str]:
    """The letters and digits directly before and behind a position, as far as a word can reach."""
    start, end = at, at
    while start > max(0, at - MAX_WORD) and entry[start - 1].isalnum():
        start -= 1
    while end < min(len(entry), at + MAX_WORD) and entry[end].isalnum():
        end += 1
    return entry[start:at], entry[at:end]


def _occurrences(entry: str, token: str) -> int:
    """How often the token stands alone: a name is used again, two glued words are not."""
    if entry.count(token) <= 1:
        return 1
    return len(re.findall(rf"(?<!\w){re.escape(token)}(?:s|es)?(?!\w)", entry))
