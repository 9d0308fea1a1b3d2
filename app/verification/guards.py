"""Vetoes of verification: reasons for which a similar text does not support a claim.

Similarity of vectors cannot tell "raises" from "lowers", 37 % from 73 % or A > B from B > A, so
each guard looks at one of these in the words themselves. A guard only ever takes support away.
"""

from __future__ import annotations

from app.language.lexicon import ESTABLISHING, OTHERS, OTHERS_WORK, PROPOSE, PROPOSING, TENTATIVE
from app.language.polarity import HEDGES, UNIVERSALS
from app.language.words import Word
from app.verification.guards_facts import displaced, names_missing, numbers_differ, swapped
from app.verification.guards_pair import Pair
from app.verification.guards_polarity import (
    bound_otherwise,
    is_negated,
    negation_differs,
    opposed_words,
)

# A headline has this many capitalised words after its first, and no fewer than this share.
HEADLINE_WORDS = 3
HEADLINE_SHARE = 0.7
# Fewer words without a closing mark are no sentence.
SENTENCE_WORDS = 5
# Objections by which a text says the opposite, rather than too little.
DENIALS = frozenset(("negation", "direction", "binding", "order", "clause"))


def vetoes(pair: Pair) -> tuple[str, ...]:
    """Names of the guards that object, in a fixed order."""
    checks = (
        *polarity_differs(pair),
        ("number", numbers_differ(pair)),
        ("name", names_missing(pair)),
        ("binding", bound_otherwise(pair)),
        ("order", any(swapped(pair.claim, sentence) for sentence in pair.sentences)),
        ("clause", any(displaced(pair.claim, sentence) for sentence in pair.sentences)),
        ("quantifier", overstated(pair)),
        ("attribution", of_others(pair) or only_tried(pair) or not_proposed(pair)),
        ("question", pair.question and not asks(pair)),
        ("fragment", is_fragment(pair)),
    )
    return tuple(name for name, objects in checks if objects)


def polarity_differs(pair: Pair) -> tuple[tuple[str, bool], ...]:
    """Negation and direction; the negation of an opposite ("not reliable") turns it back."""
    negated = negation_differs(pair)
    opposed = opposed_words(pair)
    if negated and len(opposed) == 1 and is_negated(pair, opposed[0]):
        return ()
    return (("negation", negated), ("direction", bool(opposed)))


def overstated(pair: Pair) -> bool:
    """Whether the claim says "all" or "only" where the evidence does not, or drops a "may"."""
    claim = {w.lower for w in pair.claim}
    evidence = {w.lower for w in pair.evidence}
    return bool(claim & UNIVERSALS and not evidence & UNIVERSALS) or bool(
        evidence & HEDGES and not claim & HEDGES
    )


def of_others(pair: Pair) -> bool:
    """Whether the evidence reports what other work says, and the claim does not."""

    def tells_of_others(text: list[str]) -> bool:
        return any(
            a in OTHERS and b in OTHERS_WORK
            for i, a in enumerate(text)
            for b in text[i + 1 : i + 3]
        )

    claim, evidence = ([w.lower for w in side] for side in (pair.claim, pair.evidence))
    return tells_of_others(evidence) and not tells_of_others(claim)


def only_tried(pair: Pair) -> bool:
    """Whether the claim says "shows" of what the evidence only investigates."""
    claim, evidence = ({w.lower for w in side} for side in (pair.claim, pair.evidence))
    return bool(claim & ESTABLISHING and evidence & TENTATIVE) and not (
        evidence & ESTABLISHING or claim & TENTATIVE
    )


def asks(pair: Pair) -> bool:
    """Whether the claim says of the text that it asks or looks into something."""
    return any(word.lower in TENTATIVE or word.lower in HEDGES for word in pair.claim)


def not_proposed(pair: Pair) -> bool:
    """Whether the claim says "proposes" and the record brings nothing of its own."""
    claim, record = ({w.lower for w in side} for side in (pair.claim, pair.context))
    return bool(claim & PROPOSE) and not record & PROPOSING


def is_fragment(pair: Pair) -> bool:
    """Whether the claim breaks off, or is a headline that says nothing."""
    last = pair.claim[-1]
    if not pair.ends and len(pair.claim) < SENTENCE_WORDS:
        return True
    if not last.content and last.lower not in ("it", "them", "so", "not", "too", "one", "ones"):
        return True
    plain = [w for w in pair.claim[1:] if w.content and not w.number and not _coded(w)]
    capitals = sum(word.text[0].isupper() for word in plain)
    return capitals >= HEADLINE_WORDS and capitals >= HEADLINE_SHARE * len(plain)


def _coded(word: Word) -> bool:
    """Whether it is written as acronyms and names of models are."""
    return any(c.isdigit() or c.isupper() for c in word.text[1:])
