"""Reads without a model whether a record says a sentence: its words, in the record's order.

What is told apart: a sentence of which all words stand in one place of the record in the same order
(what is left out between them denies and restricts nothing) is said there. One that differs by a
single flip (a negation, an opposite, a hedge or an "all") says something else. All the rest cannot
be told from words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.language.lexicon import direction, lexicon, opposite
from app.language.words import Word, words
from app.verification.order import common_words
from ingest.sentences import sentence_spans

# From so much on (of 1) a record says a sentence.
SAYS = 0.9
# Fewer telling words in common prove nothing; a place where most words were skipped says something
# else.
MIN_SHARED, MIN_DENSITY = 3, 0.4
# A difference is named where this share of the sentence's telling words stands in the record.
MIN_ALIKE = 0.6
# Of a place that is two sentences each gives so many words.
MIN_EACH = 2
# Places of a long record that are read closely: those that share most words.
MAX_PLACES = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record says on a sentence.

    score: 0 to 1, from SAYS on the record says it. start, end: the place that is nearest by its
    words. flip: how it differs where it says something else with nearly the same words, for the
    reader; else "". denies: whether that is the opposite, and not only more than the record says.
    """

    score: float
    start: int
    end: int
    flip: str = ""
    denies: bool = False


def shared_words(record: str, sentence: str) -> float:
    """Share of a sentence's telling words that a record has anywhere, in any order."""
    telling = _telling(sentence)
    return len(telling & _stems(record)) / max(1, len(telling))


@lru_cache(maxsize=64)
def _telling(sentence: str) -> frozenset[str]:
    reporting = lexicon().reporting
    return frozenset(w.stem for w in words(sentence) if w.content and w.lower not in reporting)


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))


def read(record: str, sentence: str) -> Reading:
    """The best reading of a record, given as its text."""
    claim = _weighing(sentence)
    if not claim or not _places(record):
        return Reading(0.0, 0, 0)
    return max((_align(claim, place) for place in _near(claim, record)), key=_order)


@lru_cache(maxsize=64)
def _weighing(sentence: str) -> tuple[Word, ...]:
    return tuple(word for word in words(sentence) if _weighs(word))


def _order(reading: Reading) -> tuple[float, bool, int]:
    return reading.score, bool(reading.flip), -(reading.end - reading.start)


@dataclass(frozen=True, slots=True)
class _Place:
    """text[start:end] of a record, one sentence or two: its words that weigh, `first` of them of the first."""

    text: str
    start: int
    end: int
    words: tuple[Word, ...]
    first: int


@lru_cache(maxsize=4096)
def _places(record: str) -> tuple[_Place, ...]:
    """Each sentence of a record, and each with its neighbour."""
    spans = sentence_spans(record)
    rows = [(a, b, b) for a, b in spans] + [(a, b, d) for (a, b), (_, d) in pairwise(spans)]
    found = []
    for start, middle, end in rows:
        weighing = tuple(w for w in words(record[start:end]) if _weighs(w))
        first = sum(word.end <= middle - start for word in weighing)
        found.append(_Place(record[start:end], start, end, weighing, first))
    return tuple(found)


def _near(claim: Sequence[Word], record: str) -> list[_Place]:
    stems = {word.stem for word in claim}
    shared = [(len(stems & {w.stem for w in p.words}), p) for p in _places(record)]
    ranked = sorted(shared, key=lambda row: -row[0])[:MAX_PLACES]
    # With fewer words in common a place can say nothing of the sentence.
    return [place for number, place in ranked if number >= MIN_SHARED - 1] or [ranked[0][1]]


def _weighs(word: Word) -> bool:
    return word.content or bool(word.number or direction(word.lower)) or word.lower in _marks()


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    """Small words that turn or narrow what is said."""
    lists = lexicon()
    return lists.negations | lists.universals | lists.hedges | _stops()


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    """What opens another clause, or a condition: left out, the rest says something else."""
    return lexicon().contrasts | lexicon().contrast_words | {"if", "unless", "except"}


def _align(claim: Sequence[Word], spot: _Place) -> Reading:
    place = spot.words
    pairs = common_words(claim, place)
    telling = [i for i, word in enumerate(claim) if word.lower not in lexicon().reporting]
    mine, theirs = {i for i, _ in pairs}, {j for _, j in pairs}
    near = 0.5 * len(mine & set(telling)) / max(1, len(telling))
    inside = range(_clause_start(spot, min(theirs, default=0)), max(theirs, default=-1) + 1)
    if len(pairs) < MIN_SHARED or len(pairs) < MIN_DENSITY * len(inside):
        return Reading(near, spot.start, spot.end)
    dropped = [j for j in inside if j not in theirs]
    added = [i for i in range(len(claim)) if i not in mine]
    exchanged = {
        i for i, _ in _facing(added, range(len(place)), [*pairs, (len(claim), len(place))])
    }
    # "The authors show" may be put before what a record says, but not in the place of its words.
    added = [i for i in added if i in telling or (i in exchanged and i > pairs[0][0])]
    if len(pairs) >= MIN_ALIKE * len(telling):
        flip, denies = _flip(claim, place, added, dropped, pairs)
        if flip:
            return Reading(near, spot.start, spot.end, flip, denies)
    narrowed = any(place[j].lower in _marks() | lexicon().tentative for j in dropped)
    counts = any(word.number for word in claim) and any(place[j].number for j in dropped)
    # Over a sentence's end a single word is chance.
    ahead = sum(j < spot.first for j in theirs)
    thin = spot.first < len(place) and min(ahead, len(pairs) - ahead) < MIN_EACH
    says = not (added or narrowed or counts or thin or spot.text.endswith("?"))
    return Reading(1.0 if says else near, spot.start, spot.end)


def _clause_start(spot: _Place, first: int) -> int:
    """Where the clause of the first shared word begins: a negation before it reaches it."""
    while first > 0:
        between = spot.text[spot.words[first - 1].end : spot.words[first].start]
        if any(mark in between for mark in ",;:.?!—("):
            break
        first -= 1
    return first


def _flip(
    claim: Sequence[Word],
    place: Sequence[Word],
    added: Sequence[int],
    dropped: Sequence[int],
    pairs: Sequence[tuple[int, int]],
) -> tuple[str, bool]:
    """How a sentence of otherwise the same words turns round what the record says, and whether it denies it."""
    ends = [*pairs, (len(claim), len(place))]
    for i, j in _facing(added, dropped, ends):
        a, b = claim[i], place[j]
        if a.number and b.number:
            return f"number differs: {a.text}, record says {b.text}", True
        if opposite(a.lower, b.lower):
            return f"says “{a.text}” where the record says “{b.text}”", True
    lists = lexicon()
    used = {j for _, j in pairs} | set(dropped)

    def gone(group: frozenset[str]) -> list[str]:
        return [place[j].text for j in dropped if place[j].lower in group]

    def new(group: frozenset[str]) -> list[str]:
        return [claim[i].text for i in added if claim[i].lower in group]

    less, more = gone(lists.negations), new(lists.negations)
    elsewhere = any(w.lower in lists.negations for j, w in enumerate(place) if j not in used)
    if len(less) % 2 != len(more) % 2 and not elsewhere:
        return (
            f"negation differs: {f'leaves out “{less[0]}”' if less else f'adds “{more[0]}”'}",
            True,
        )
    if hedges := gone(lists.hedges - {"whether"}):
        return f"leaves out “{hedges[0]}”", False
    if universals := new(lists.universals - lists.negations):
        return f"adds “{universals[0]}”", False
    if len(added) == 1:
        mine = claim[added[0]]
        facing = [place[j] for _, j in _facing(added, range(len(place)), ends) if place[j].content]
        if any(mine.stem == word.stem for word in place):
            return "has the record's words in another order", False
        if facing and mine.content:
            return f"says “{mine.text}” where the record says “{facing[0].text}”", False
    return "", False


def _facing(
    added: Sequence[int], dropped: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Words of the sentence and of the record that stand between the same shared words."""
    i, j = -1, -1
    for k, m in pairs:
        for mine in (n for n in added if i < n < k):
            yield from ((mine, other) for other in dropped if j < other < m)
        i, j = k, m
