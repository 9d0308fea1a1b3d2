"""Checks on facts: numbers and what they count, names, and who does what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.language.lexicon import direction, lexicon
from app.language.words import Word
from app.verification.alignment import Alignment

# Words between a number and the word that it is bound to.
NUMBER_REACH = 4
# A word as rare as this must have a match at least as close as this.
MIN_RARE_WEIGHT = 0.95
MIN_RARE_MATCH = 0.62
MIN_ACRONYM_LETTERS = 2
# Content words on each side of a relation that take part in it.
MAX_SIDE_WORDS = 5


def numbers_differ(alignment: Alignment) -> bool:
    """Whether a number of the claim is not in the evidence, or another one stands in its place."""
    numbers = [(j, word) for j, word in enumerate(alignment.words) if word.number]
    held = {(word.number, word.unit) for _, word in numbers}
    for i, word in enumerate(alignment.claim.words):
        if not word.number:
            continue
        if (word.number, word.unit) not in held:
            return True
        if word.lower in lexicon().factors:
            continue
        rivals = [(j, other.number) for j, other in numbers if _kind(other) == _kind(word)]
        anchor, places = _anchor(alignment, i)
        if places and not any(
            word.number in _closest(rivals, place, after=anchor < i) for place in places
        ):
            return True
    return False


def _kind(number: Word) -> tuple[str, bool]:
    """Numbers of different kinds (14 and 0.6 %) do not take each other's place."""
    return number.unit, "." in number.number


def _anchor(alignment: Alignment, row: int) -> tuple[int, list[int]]:
    """The closest claim word around a number that the evidence shares, and its places there."""
    claim = alignment.claim.words
    near = [i for i in alignment.claim.rows if abs(i - row) <= NUMBER_REACH and not claim[i].number]
    for i in sorted(near, key=lambda i: abs(i - row)):
        # A word beyond another number belongs to that number: "5 of 11 benchmarks".
        between = claim[min(i, row) + 1 : max(i, row)]
        if not any(word.number for word in between) and (found := alignment.places(i)):
            return i, found
    return row, []


def _closest(numbers: Sequence[tuple[int, str]], position: int, *, after: bool) -> set[str]:
    """The numbers closest to a position, on the given side of it if there are any.

    numbers: with their places. "14 tasks" binds to the left, "rank 8" to the right.
    """
    side = [(place, number) for place, number in numbers if (place > position) == after]
    found = side or numbers
    least = min(abs(place - position) for place, _ in found)
    return {number for place, number in found if abs(place - position) == least}


def names_missing(alignment: Alignment, record_words: Sequence[Word]) -> bool:
    """Whether a name, or a rare word without a near match, is nowhere in the record."""
    claim = alignment.claim
    stems = {w.stem for w in record_words}
    initials = "".join(w.lower[0] for w in record_words)
    for i in claim.rows:
        word = claim.words[i]
        if word.stem in stems or word.number:
            continue
        acronym = word.lower.rstrip("s")
        if word.name and len(acronym) >= MIN_ACRONYM_LETTERS and acronym in initials:
            continue
        unlike = float(alignment.best[i]) < MIN_RARE_MATCH
        if word.name or (unlike and float(claim.weights[i]) >= MIN_RARE_WEIGHT):
            return True
    return False


def swapped(claim: Sequence[Word], evidence: Sequence[Word]) -> bool:
    """Whether words change sides around a shared relation, both ways: "A beats B" for "B beats A".

    A passive in one of the two turns the sides around by itself.
    """
    for pivot, word in enumerate(claim):
        if not _relates(word.lower):
            continue
        places = [j for j, other in enumerate(evidence) if other.stem == word.stem]
        if len(places) != 1:
            continue
        before, behind = _sides(claim, pivot)
        left, right = _sides(evidence, places[0])
        crossed = bool(before & right - left) and bool(behind & left - right)
        kept = bool(before & left) and bool(behind & right)
        turned = _passive(claim, pivot) != _passive(evidence, places[0])
        agent = _agent(claim, pivot) != _agent(evidence, places[0])
        if (crossed and not turned) or (kept and not crossed and agent):
            return True
    return False


def _sides(words: Sequence[Word], pivot: int) -> tuple[set[str], set[str]]:
    """Stems of the content words next to a relation, before it and behind it."""
    before = [word.stem for word in words[:pivot] if word.content]
    behind = [word.stem for word in words[pivot + 1 :] if word.content]
    return set(before[-MAX_SIDE_WORDS:]), set(behind[:MAX_SIDE_WORDS])


def _relates(word: str) -> bool:
    """Whether a word relates what stands before it to what stands behind it, one way only."""
    if word in lexicon().contrast_words or word in lexicon().relations:
        return True
    if not direction(word) or word.endswith("er"):
        return False
    return word.endswith(("s", "ed", "ing")) or direction(word + "s") != 0


def _passive(words: Sequence[Word], verb: int) -> bool:
    return any(word.lower in lexicon().to_be for word in words[max(0, verb - 2) : verb])


def _agent(words: Sequence[Word], verb: int) -> bool:
    return _passive(words, verb) and any(word.lower == "by" for word in words[verb + 1 : verb + 4])


def displaced(claim: Sequence[Word], evidence: Sequence[Word]) -> bool:
    """Whether a word that the claim ends on, or gives as an object, is of another clause.

    "Layers encode melody" for "layers encode meter, while melody comes late".
    """
    stems = {word.stem for word in claim}
    content = [word for word in claim if word.content]
    for position, (verb, thing) in enumerate(pairwise(content), start=2):
        if position < len(content) and not _relates(verb.lower):
            continue
        here = [j for j, word in enumerate(evidence) if word.stem == verb.stem]
        there = [j for j, word in enumerate(evidence) if word.stem == thing.stem]
        if len(here) != 1 or len(there) != 1 or here[0] >= there[0]:
            continue
        between = evidence[here[0] + 1 : there[0]]
        rival = next((word for word in between if word.content), None)
        crosses = any(word.lower in lexicon().contrasts for word in between)
        if rival is not None and rival.stem not in stems and crosses:
            return True
    return False
