"""Vetoes of verification: reasons for which a similar text does not support a claim.

Similarity of vectors cannot tell "raises" from "lowers", 37 % from 73 % or A > B from B > A, so each
guard looks at one of these in the words themselves. A guard only ever takes support away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.answering.polarity import (
    CONTRAST_WORDS,
    HEDGES,
    NEGATIONS,
    RELATIONS,
    UNIVERSALS,
    direction,
    opposite,
)
from app.answering.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A negation reaches this many content words on; a word counts as aligned from this cosine.
NEGATION_REACH = 3
ALIGNED = 0.6
OPPOSED = 0.3
# Words between a number, or a direction word, and the word that it is bound to.
BINDING_REACH = 4
RARE_WEIGHT = 0.95
RARE_MATCH = 0.62
ACRONYM_LETTERS = 2
TO_BE = frozenset("is are was were be been being get gets got".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim beside the evidence it is checked against.

    claim, evidence: their words. sims: (claim words, evidence words) cosines. best, weights: how well
    each of the claim's words is matched, and what it weighs. rows: the claim's content words. context: words of the whole record. sentences: the evidence's
    words sentence by sentence. question: whether the evidence asks.
    """

    claim: Sequence[Word]
    evidence: Sequence[Word]
    sims: NDArray[np.float32]
    best: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: Sequence[int]
    context: Sequence[Word]
    sentences: Sequence[Sequence[Word]]
    question: bool = False

    def matches(self, row: int) -> list[int]:
        """Positions in the evidence with the same stem as claim word `row`."""
        stem = self.claim[row].stem
        return [j for j, word in enumerate(self.evidence) if word.stem == stem]


def vetoes(pair: Pair) -> tuple[str, ...]:
    """Names of the guards that object, in a fixed order."""
    found: list[str] = []
    negated = negation_differs(pair)
    opposed = opposed_words(pair)
    # "not reliable" for "unreliable": the negation of an opposite turns it back.
    if not (negated and len(opposed) == 1 and _is_negated(pair, opposed[0])):
        found += ["negation"] * negated + ["direction"] * bool(opposed)
    checks = (
        ("number", numbers_differ(pair)),
        ("name", names_missing(pair)),
        ("binding", bound_otherwise(pair)),
        ("order", any(swapped(pair.claim, sentence) for sentence in pair.sentences)),
        ("quantifier", overstated(pair)),
        ("question", pair.question),
    )
    return tuple(found + [name for name, objects in checks if objects])


def negations(words: Sequence[Word]) -> Iterator[tuple[int, list[int]]]:
    """(position of a negation, positions of the content words it reaches)."""
    for i, word in enumerate(words):
        if word.lower not in NEGATIONS:
            continue
        following = [w.lower for w in words[i + 1 : i + 2]]
        if following and following[0] in CONTRAST_WORDS:
            continue
        scope = [j for j in range(i + 1, len(words)) if words[j].content][:NEGATION_REACH]
        if word.content:
            scope = [i, *scope]
        yield i, scope


def negation_differs(pair: Pair) -> bool:
    """Whether claim and evidence differ in the parity of the negations on the words they share."""
    stems = {pair.claim[i].stem for i in pair.rows}
    in_claim = sum(1 for _ in negations(pair.claim))
    in_evidence = sum(
        any(
            pair.evidence[j].stem in stems or float(pair.sims[:, j].max()) > ALIGNED for j in scope
        )
        for _, scope in negations(pair.evidence)
    )
    return in_claim % 2 != in_evidence % 2


def opposed_words(pair: Pair) -> list[int]:
    """Claim words with no match in the evidence, whose aligned word there excludes them."""
    directed = [j for j, word in enumerate(pair.evidence) if direction(word.lower)]
    found = []
    for i, word in enumerate(pair.claim):
        if pair.matches(i):
            continue
        if (sign := direction(word.lower)) and directed:
            closest = max(directed, key=lambda j: float(pair.sims[i, j]))
            opposed = direction(pair.evidence[closest].lower) != sign
            if opposed and float(pair.sims[i, closest]) > OPPOSED:
                found.append(i)
                continue
        if any(
            float(pair.sims[i, j]) > OPPOSED and opposite(word.lower, other.lower)
            for j, other in enumerate(pair.evidence)
            if not (sign and direction(other.lower))
        ):
            found.append(i)
    return found


def _is_negated(pair: Pair, row: int) -> bool:
    """Whether a negation reaches a word of the claim, or its opposite in the evidence."""
    word = pair.claim[row].lower
    if any(row in scope for _, scope in negations(pair.claim)):
        return True
    return any(
        opposite(word, pair.evidence[j].lower) for _, scope in negations(pair.evidence) for j in scope
    )


def numbers_differ(pair: Pair) -> bool:
    """Whether a number of the claim is not in the evidence, or stands by another word there."""
    held = [(w.number, w.unit) for w in pair.evidence if w.number]
    for i, word in enumerate(pair.claim):
        if not word.number:
            continue
        if (word.number, word.unit) not in held:
            return True
        anchors = _anchors(pair, i)
        if anchors and not any(_nearest_number(pair, j) & {word.number} for j in anchors):
            return True
    return False


def _anchors(pair: Pair, row: int) -> list[int]:
    """Evidence positions of the closest claim words around `row` that the evidence shares."""
    near = sorted(
        (i for i in pair.rows if 0 < abs(i - row) <= BINDING_REACH),
        key=lambda i: abs(i - row),
    )
    # A word beyond another number belongs to that number: "5 of 11 benchmarks".
    near = [
        i for i in near
        if not any(pair.claim[k].number for k in range(min(i, row), max(i, row) + 1) if k != row)
    ]
    for i in near:
        if found := pair.matches(i):
            return found
    return []


def _nearest_number(pair: Pair, position: int) -> set[str]:
    """Numbers closest to a position of the evidence, on either side."""
    before = [w.number for w in pair.evidence[:position] if w.number][-1:]
    after = [w.number for w in pair.evidence[position + 1 :] if w.number][:1]
    near = {w.number for w in pair.evidence[max(0, position - 3) : position + 4] if w.number}
    if near:
        return near if len(near) == 1 else _closest(pair, position)
    return set(before + after)


def _closest(pair: Pair, position: int) -> set[str]:
    numbered = [(abs(j - position), w.number) for j, w in enumerate(pair.evidence) if w.number]
    best = min(distance for distance, _ in numbered)
    return {number for distance, number in numbered if distance == best}


def names_missing(pair: Pair) -> bool:
    """Whether a name, or a rare word without a near match, is nowhere in the record."""
    stems = {w.stem for w in pair.context}
    initials = "".join(w.lower[0] for w in pair.context)
    for i in pair.rows:
        word = pair.claim[i]
        if word.stem in stems or word.number:
            continue
        acronym = word.lower.rstrip("s")
        if word.name and len(acronym) >= ACRONYM_LETTERS and acronym in initials:
            continue
        similar = float(pair.best[i])
        rare = float(pair.weights[i]) >= RARE_WEIGHT and similar < RARE_MATCH
        if word.name or rare:
            return True
    return False


def bound_otherwise(pair: Pair) -> bool:
    """Whether a direction word of the claim acts on a word that the evidence gives the other one."""
    for i, word in enumerate(pair.claim):
        sign = direction(word.lower)
        if not sign:
            continue
        targets = [k for k in pair.rows if 0 < k - i <= BINDING_REACH and not direction(pair.claim[k].lower)]
        for target in targets[:1]:
            signs = {_governing(pair, j) for j in pair.matches(target)} - {0}
            if signs and sign not in signs:
                return True
    return False


def _governing(pair: Pair, position: int) -> int:
    """Sign of the direction word closest before a position of the evidence, 0 if there is none."""
    for j in range(position - 1, max(-1, position - 1 - BINDING_REACH), -1):
        if sign := direction(pair.evidence[j].lower):
            return sign
    return 0


def swapped(claim: Sequence[Word], evidence: Sequence[Word]) -> bool:
    """Whether words change sides around a shared relation, both ways: "A beats B" for "B beats A".

    A passive in one of the two turns the sides around by itself.
    """
    place: dict[str, list[int]] = {}
    for j, word in enumerate(evidence):
        place.setdefault(word.stem, []).append(j)
    counts = Counter(word.stem for word in claim)
    shared = [
        (i, place[word.stem][0])
        for i, word in enumerate(claim)
        if (word.content or word.lower in CONTRAST_WORDS | RELATIONS)
        and counts[word.stem] == 1
        and len(place.get(word.stem, ())) == 1
    ]
    for pivot, at in shared:
        if not _relates(claim[pivot].lower):
            continue
        crossed = any(i < pivot and j > at for i, j in shared) and any(
            i > pivot and j < at for i, j in shared
        )
        kept = any(i < pivot and j < at for i, j in shared) and any(
            i > pivot and j > at for i, j in shared
        )
        turned = _passive(claim, pivot) != _passive(evidence, at)
        agent = _agent(claim, pivot) != _agent(evidence, at)
        if (crossed and not turned) or (kept and not crossed and agent):
            return True
    return False


def _relates(word: str) -> bool:
    """Whether a word relates what stands before it to what stands behind it, one way only."""
    if word in CONTRAST_WORDS or word in RELATIONS:
        return True
    return direction(word) != 0 and word.endswith(("s", "ed", "ing"))


def _passive(words: Sequence[Word], verb: int) -> bool:
    return any(word.lower in TO_BE for word in words[max(0, verb - 2) : verb])


def _agent(words: Sequence[Word], verb: int) -> bool:
    return _passive(words, verb) and any(word.lower == "by" for word in words[verb + 1 : verb + 4])


def overstated(pair: Pair) -> bool:
    """Whether the claim says "all", "always" or "only" where the evidence does not, or drops a "may"."""
    claim = {w.lower for w in pair.claim}
    evidence = {w.lower for w in pair.evidence}
    return bool(claim & UNIVERSALS and not evidence & UNIVERSALS) or bool(
        evidence & HEDGES and not claim & HEDGES
    )
