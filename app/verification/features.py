"""What the checker measures between a claim and a text: coverage and polarity."""

from __future__ import annotations

import numpy as np

from app.language.polarity import NEGATIONS, opposite
from app.verification.alignment import Alignment, Encoded

COVERAGE_FEATURES = (
    "soft",
    "lexical",
    "weakest",
    "weakest_two",
    "cosine",
    "reverse",
    "bigrams",
    "names",
    "unmatched",
)


def coverage_features(alignment: Alignment) -> list[float]:
    """How much of the claim stands in the evidence, in the order of COVERAGE_FEATURES."""
    claim = alignment.claim
    soft, lexical = alignment.coverage()
    names = [i for i in claim.rows if claim.words[i].name]
    loose = [i for i in claim.rows if not alignment.exact[i]]
    return [
        soft,
        lexical,
        *alignment.weakest(),
        float(claim.vector @ alignment.evidence.vector),
        alignment.reverse(),
        _bigrams(claim, alignment.evidence),
        float(alignment.exact[names].mean()) if names else 1.0,
        float(sum(claim.weights[i] * (1.0 - alignment.best[i]) for i in loose)),
    ]


# What the decision on support looks at. Similarity as a whole hardly moves when one word of many is
# exchanged, so it goes by the claim's worst matched words.
SUPPORT_FEATURES = ("weakest", "weakest_two", "names", "unmatched")
_SUPPORT_COLUMNS = [COVERAGE_FEATURES.index(name) for name in SUPPORT_FEATURES]


def support_features(alignment: Alignment) -> list[float]:
    """The coverage features named in SUPPORT_FEATURES."""
    features = coverage_features(alignment)
    return [features[column] for column in _SUPPORT_COLUMNS]


POLARITY_FEATURES = (
    "agree",
    "conflict",
    "negated_claim",
    "negated_near",
    "negation_differs",
    "opposites",
    "signs",
)


def polarity_features(alignment: Alignment) -> list[float]:
    """Whether claim and evidence point the same way, in the order of POLARITY_FEATURES."""
    claim, evidence, sims = alignment.claim, alignment.evidence, alignment.sims
    agree = conflict = 0.0
    for i, sign in claim.directed:
        for j, other in evidence.directed:
            value = float(sims[i, j])
            agree = max(agree, value) if sign == other else agree
            conflict = max(conflict, value) if sign != other else conflict
    negations = sum(word.lower in NEGATIONS for word in claim.words)
    used = {int(sims[i].argmax()) for i in claim.rows if alignment.best[i] > 0.45}
    near = any(
        word.lower in NEGATIONS and any(j in used for j in range(k + 1, k + 6))
        for k, word in enumerate(evidence.words)
    )
    sign_claim = (-1) ** negations * (np.sign(sum(s for _, s in claim.directed)) or 1)
    sign_evidence = (-1) ** near * (np.sign(sum(s for _, s in evidence.directed)) or 1)
    return [
        agree,
        conflict,
        float(negations > 0),
        float(near),
        float((negations > 0) != near),
        _opposites(alignment),
        float(sign_claim * sign_evidence),
    ]


def _opposites(alignment: Alignment) -> float:
    """Cosine of the closest aligned pair of words that exclude each other, 0 if there is none."""
    claim, evidence, sims = alignment.claim, alignment.evidence, alignment.sims
    return max(
        (
            float(sims[i, j])
            for i in claim.rows
            if not alignment.exact[i]
            for j in evidence.rows
            if sims[i, j] > 0.3 and opposite(claim.words[i].lower, evidence.words[j].lower)
        ),
        default=0.0,
    )


def _bigrams(claim: Encoded, evidence: Encoded) -> float:
    """Share of the claim's neighbouring stems that are neighbours in the evidence."""
    ours, theirs = (
        {(a.stem, b.stem) for a, b in zip(side.words, side.words[1:], strict=False)}
        for side in (claim, evidence)
    )
    return len(ours & theirs) / max(len(ours), 1)
