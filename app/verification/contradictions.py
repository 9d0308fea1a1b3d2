"""Contradiction checks: reasons for which a text of similar words does not support a claim.

Similarity of vectors cannot tell "raises" from "lowers", 37 % from 73 % or A > B from B > A, so each check
looks at one of these in the words themselves. A check only ever takes support away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.language.lexicon import lexicon, opposite
from app.language.words import Word
from app.verification.alignment import Alignment
from app.verification.encoded import Encoded
from app.verification.facts import displaced, names_missing, numbers_differ, swapped

# Content words that a negation reaches.
NEGATION_REACH = 3
# Words are aligned from this cosine on; words that exclude each other are often less alike.
MIN_ALIGNED = 0.6
MIN_OPPOSED = 0.3
# Words between a direction word and the word that it acts on.
BINDING_REACH = 4
# Words between "previous" and "work".
OTHERS_REACH = 2
# A headline has so many capitalised words after its first, and no smaller share of them.
MIN_HEADLINE_WORDS = 3
MIN_HEADLINE_SHARE = 0.7
# Fewer words without a closing mark are no sentence.
MIN_SENTENCE_WORDS = 5
_CLOSING = (".", "!", "?", "…")
# Checks by which a text says the opposite, rather than too little.
DENIALS = frozenset(("negation", "direction", "binding", "order", "clause"))


def contradictions(alignment: Alignment, record_words: Sequence[Word]) -> tuple[str, ...]:
    """Names of the checks that speak against the claim, in a fixed order.

    record_words: of the whole record that the evidence is from.
    """
    claim, sentences = alignment.claim, alignment.sentences
    checks = (
        *_polarity_differs(alignment),
        ("number", numbers_differ(alignment)),
        ("name", names_missing(alignment, record_words)),
        ("binding", _bound_otherwise(alignment)),
        ("order", any(swapped(claim.words, sentence.words) for sentence in sentences)),
        ("clause", any(displaced(claim.words, sentence.words) for sentence in sentences)),
        ("quantifier", _overstated(alignment)),
        ("attribution", _attributed_otherwise(alignment, record_words)),
        ("question", any(s.text.endswith("?") for s in sentences) and not _asks(claim)),
        ("fragment", _is_fragment(claim)),
    )
    return tuple(name for name, differs in checks if differs)


def _polarity_differs(alignment: Alignment) -> tuple[tuple[str, bool], ...]:
    """Negation and direction; the negation of an opposite ("not reliable") turns it back."""
    negated = _negation_differs(alignment)
    opposed = _opposed_words(alignment)
    if negated and len(opposed) == 1 and _is_negated(alignment, opposed[0]):
        return ()
    return (("negation", negated), ("direction", bool(opposed)))


def _negations(words: Sequence[Word]) -> Iterator[list[int]]:
    """For each negation the positions of the content words that it reaches, itself if it is one."""
    for i, word in enumerate(words):
        if word.lower not in lexicon().negations:
            continue
        if i + 1 < len(words) and words[i + 1].lower in lexicon().contrast_words:
            continue
        scope = [j for j in range(i + 1, len(words)) if words[j].content][:NEGATION_REACH]
        yield [i, *scope] if word.content else scope


def _negation_differs(alignment: Alignment) -> bool:
    """Whether the sides differ in the parity of the negations on the words that they share."""
    claim, evidence = alignment.claim, alignment.words
    stems = {word.stem for word in claim.words if word.content}
    loose = [i for i in claim.rows if not alignment.places(i)]

    def shared(j: int) -> bool:
        return evidence[j].stem in stems or any(alignment.cosines[loose, j] > MIN_ALIGNED)

    in_claim = sum(1 for _ in _negations(claim.words))
    in_evidence = sum(any(map(shared, scope)) for scope in _negations(evidence))
    return in_claim % 2 != in_evidence % 2


def _opposed_words(alignment: Alignment) -> list[int]:
    """Claim words with no match in the evidence, whose aligned word there excludes them."""
    claim, evidence, cosines = alignment.claim, alignment.words, alignment.cosines
    signs = [sign for sentence in alignment.sentences for sign in sentence.directions]
    directed = [j for j, sign in enumerate(signs) if sign]

    def opposed(i: int) -> bool:
        sign = claim.directions[i]
        if sign and directed:
            closest = max(directed, key=lambda j: float(cosines[i, j]))
            if signs[closest] != sign and float(cosines[i, closest]) > MIN_OPPOSED:
                return True
        return any(
            float(cosines[i, j]) > MIN_OPPOSED and opposite(claim.words[i].lower, other.lower)
            for j, other in enumerate(evidence)
            if not (sign and signs[j])
        )

    return [i for i in range(len(claim.words)) if not alignment.places(i) and opposed(i)]


def _is_negated(alignment: Alignment, row: int) -> bool:
    """Whether a negation reaches a word of the claim, or its opposite in the evidence."""
    claim, evidence = alignment.claim.words, alignment.words
    return any(row in scope for scope in _negations(claim)) or any(
        opposite(claim[row].lower, evidence[j].lower)
        for scope in _negations(evidence)
        for j in scope
    )


def _bound_otherwise(alignment: Alignment) -> bool:
    """Whether a direction word acts on a word to which the evidence gives the opposite one."""
    claim = alignment.claim
    theirs = [sign for sentence in alignment.sentences for sign in sentence.directions]
    for target in claim.rows:
        sign = _governing(claim.directions, target)
        if not sign or claim.directions[target]:
            continue
        signs = {_governing(theirs, j) for j in alignment.places(target)} - {0}
        if signs and sign not in signs:
            return True
    return False


def _governing(directions: Sequence[int], position: int) -> int:
    """Sign of the direction word closest before a position, 0 if there is none in reach."""
    before = directions[max(0, position - BINDING_REACH) : position]
    return next((sign for sign in reversed(before) if sign), 0)


def _overstated(alignment: Alignment) -> bool:
    """Whether the claim says "all" or "only" where the evidence does not, or drops a "may"."""
    claim, evidence = _folded(alignment.claim.words), _folded(alignment.words)
    universals, hedges = lexicon().universals, lexicon().hedges
    return bool(claim & universals and not evidence & universals) or bool(
        evidence & hedges and not claim & hedges
    )


def _attributed_otherwise(alignment: Alignment, record_words: Sequence[Word]) -> bool:
    """Whether the claim gives to the record what it says of others, only tries, or does not bring."""
    lists = lexicon()
    claim, evidence = _folded(alignment.claim.words), _folded(alignment.words)
    tried = evidence & lists.tentative and not evidence & lists.establishing
    shown = claim & lists.establishing and not claim & lists.tentative
    proposed = claim & lists.propose and not _folded(record_words) & lists.proposing
    of_others = _tells_of_others(alignment.words) and not _tells_of_others(alignment.claim.words)
    return of_others or bool(tried and shown) or bool(proposed)


def _tells_of_others(words: Sequence[Word]) -> bool:
    """Whether it speaks of "previous studies" or "many other approaches"."""
    return any(
        word.lower in lexicon().others
        and _folded(words[i + 1 : i + 1 + OTHERS_REACH]) & lexicon().others_work
        for i, word in enumerate(words)
    )


def _folded(words: Sequence[Word]) -> set[str]:
    return {word.lower for word in words}


def _asks(claim: Encoded) -> bool:
    """Whether the claim says of the text that it asks or looks into something."""
    return bool(_folded(claim.words) & (lexicon().tentative | lexicon().hedges))


def _is_fragment(claim: Encoded) -> bool:
    """Whether the claim breaks off, or is a headline that says nothing."""
    last = claim.words[-1]
    closed = claim.text.rstrip("\"'”’) ").endswith(_CLOSING)
    if not closed and len(claim.words) < MIN_SENTENCE_WORDS:
        return True
    if not last.content and last.lower not in ("it", "them", "so", "not", "too", "one", "ones"):
        return True
    # Acronyms and names of models do not make a headline.
    plain = [w for w in claim.words[1:] if w.content and not w.number and not _is_code(w.text)]
    capitals = sum(word.text[0].isupper() for word in plain)
    return capitals >= MIN_HEADLINE_WORDS and capitals >= MIN_HEADLINE_SHARE * len(plain)


def _is_code(text: str) -> bool:
    return any(c.isdigit() or c.isupper() for c in text[1:])
