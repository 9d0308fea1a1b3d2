"""Guards on polarity: negations, opposites, and what a word of direction acts on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.language.polarity import CONTRAST_WORDS, NEGATIONS, direction, opposite
from app.language.words import Word
from app.verification.guards_pair import Pair

# A negation reaches this many content words on.
NEGATION_REACH = 3
# Words are aligned from this cosine on; words that exclude each other are often less alike.
ALIGNED = 0.6
OPPOSED = 0.3
# Words between a direction word and the word that it acts on.
BINDING_REACH = 4


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
    stems = {word.stem for word in pair.claim if word.content}
    loose = [i for i in pair.rows if not pair.matches(i)]

    def shared(j: int) -> bool:
        same = pair.evidence[j].stem in stems
        return same or any(float(pair.sims[i, j]) > ALIGNED for i in loose)

    in_claim = sum(1 for _ in negations(pair.claim))
    in_evidence = sum(any(map(shared, scope)) for _, scope in negations(pair.evidence))
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


def is_negated(pair: Pair, row: int) -> bool:
    """Whether a negation reaches a word of the claim, or its opposite in the evidence."""
    word = pair.claim[row].lower
    if any(row in scope for _, scope in negations(pair.claim)):
        return True
    return any(
        opposite(word, pair.evidence[j].lower)
        for _, scope in negations(pair.evidence)
        for j in scope
    )


def bound_otherwise(pair: Pair) -> bool:
    """Whether a direction word acts on a word to which the evidence gives the opposite one."""
    for target in pair.rows:
        sign = _governing(pair.claim, target)
        if not sign or direction(pair.claim[target].lower):
            continue
        signs = {_governing(pair.evidence, j) for j in pair.matches(target)} - {0}
        if signs and sign not in signs:
            return True
    return False


def _governing(words: Sequence[Word], position: int) -> int:
    """Sign of the direction word closest before a position, 0 if there is none in reach."""
    for word in reversed(words[max(0, position - BINDING_REACH) : position]):
        if sign := direction(word.lower):
            return sign
    return 0
