"""Names and keywords of themes: the phrases that a theme uses and the rest of the list does not.

Class-based tf-idf (Grootendorst 2022) over noun phrases: each theme is one document. A name is one
phrase, or two that cover different papers of the theme, and no phrase serves two themes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.themes.phrases import Phrase, collect
from app.themes.words import GENERIC
from ingest.paper import Paper

KEYWORDS = 8
LONGEST_LABEL = 5
# A phrase of more than this share of a list is what the whole list is about, not one theme.
BOILERPLATE = 0.25
# A second phrase joins the name where the first leaves this share of the theme unnamed.
UNNAMED = 0.65
# ... and if it is worth this share of the first.
WORTH = 0.3
_SMALL = frozenset({"and", "of", "in", "for", "to", "on", "with", "the"})


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name and its keywords, best first."""

    name: str
    keywords: tuple[str, ...]


def label_themes(
    papers: Sequence[Paper],
    labels: NDArray[np.intp],
    centrality: NDArray[np.float64],
    speakers: int,
) -> list[Label]:
    """One Label a theme, in theme order; names are unique.

    labels: (n,) theme of each paper. centrality: (n,) weight of a paper in its theme, 0 to 1. speakers: how many of a
    theme's most central papers it is named from: enough of them, whatever its size.
    """
    scored = _score(papers, labels, centrality, _speakers(labels, centrality, speakers))
    taken: set[tuple[str, ...]] = set()
    names: list[str] = []
    for theme, ranked in enumerate(scored):
        members = frozenset(np.flatnonzero(labels == theme).tolist())
        chosen = _choose(ranked, members, taken)
        taken.update(phrase.stems for phrase in chosen)
        names.append(_unique(_join(chosen), names, papers, members))
    return [Label(name, _keywords(ranked)) for name, ranked in zip(names, scored, strict=True)]


Scored = list[tuple[float, Phrase]]


def _speakers(labels: NDArray[np.intp], centrality: NDArray[np.float64], most: int) -> list[int]:
    """Rows of each theme's most central papers."""
    order = np.lexsort((-centrality, labels))
    starts = np.searchsorted(labels[order], labels[order])
    chosen = order[np.arange(len(order)) - starts < most]
    return sorted(chosen.tolist())


def _score(
    papers: Sequence[Paper],
    labels: NDArray[np.intp],
    centrality: NDArray[np.float64],
    speakers: Sequence[int],
) -> list[Scored]:
    count = int(labels.max()) + 1
    sizes = np.bincount(labels[speakers], minlength=count)
    weight = 0.5 + 0.5 * centrality
    scored: list[Scored] = [[] for _ in range(count)]
    for phrase in collect(papers, speakers):
        if len(phrase.rows) > max(BOILERPLATE * len(speakers), 2) and count > 1:
            continue
        inside = np.zeros(count)
        for row in sorted(phrase.rows):
            inside[labels[row]] += weight[row] * (2.0 if row in phrase.titled else 1.0)
        for theme in np.flatnonzero(inside):
            value = _class_tfidf(phrase, inside, int(theme), sizes)
            scored[theme].append((value, phrase))
    for ranked in scored:
        ranked.sort(key=lambda item: (-item[0], item[1].stems))
    return scored


def _class_tfidf(
    phrase: Phrase, inside: NDArray[np.float64], theme: int, sizes: NDArray[np.intp]
) -> float:
    """Share of the theme's papers with the phrase, times its rarity in the average theme.

    Sums of papers, not of words: a paper that repeats itself must not name the theme. Phrases of
    two or three words read best and are worth more than single ones, generic words nothing.
    """
    rates = inside / sizes
    rarity = np.log(1.0 + len(sizes) * rates[theme] / (rates.sum() + 1.0 / sizes.mean()))
    telling = sum(word.lower() not in GENERIC for word in phrase.surface.split())
    length = (0.6, 1.6, 1.7, 1.4)[min(telling, 4) - 1] if telling else 0.0
    if telling == 1 and len(phrase.stems) > 1:
        length = 1.3
    return float(np.sqrt(rates[theme]) * rarity * length * inside[theme] ** 0.5)


def _choose(ranked: Scored, members: frozenset[int], taken: set[tuple[str, ...]]) -> list[Phrase]:
    free = [(value, phrase) for value, phrase in ranked if phrase.stems not in taken]
    if not free:
        return []
    first = free[0][1]
    covered = first.rows & members
    if len(members - covered) < UNNAMED * len(members) and len(first.surface.split()) > 1:
        return [first]
    best: tuple[float, Phrase] | None = None
    # One word says too little beside a phrase; beside another word it makes a name of two.
    plain = len(first.surface.split()) == 1
    room = LONGEST_LABEL - 1 - len(first.surface.split())
    for value, phrase in free[1:60]:
        words = phrase.surface.split()
        if set(phrase.stems) & set(first.stems) or len(words) > room:
            continue
        if (len(words) == 1 and not plain) or _is_acronym(phrase, first):
            continue
        fresh = len((phrase.rows & members) - covered)
        gain = value * fresh
        if fresh and value > WORTH * free[0][0] and (best is None or gain > best[0]):
            best = (gain, phrase)
    return [first] if best is None else [first, best[1]]


def _is_acronym(one: Phrase, other: Phrase) -> bool:
    """Whether one is the other's initials ("RAG"), with or without a plural."""
    short, long = sorted((one.surface.removesuffix("s"), other.surface), key=len)
    initials = "".join(word[0] for word in re.split(r"[\s-]+", long) if word)
    return short.lower() == initials.lower()


def _join(chosen: Sequence[Phrase]) -> str:
    return " and ".join(title_case(phrase.surface) for phrase in chosen)


def _unique(
    name: str, names: Sequence[str], papers: Sequence[Paper], members: frozenset[int]
) -> str:
    """`name`, or where there is none or it is taken, the first words of the theme's first title."""
    if name and name not in names:
        return name
    words = papers[min(members)].title.split()
    fallback = " ".join(words[:LONGEST_LABEL]).strip(" :,;-") or f"Theme {len(names) + 1}"
    return fallback if fallback not in names else f"{fallback} ({len(names) + 1})"


def _keywords(ranked: Scored) -> tuple[str, ...]:
    """The best phrases, those left out that say a better one again."""
    kept: list[Phrase] = []
    for _, phrase in ranked:
        if len(kept) == KEYWORDS:
            break
        if not any(
            set(phrase.stems) <= set(k.stems) or set(k.stems) <= set(phrase.stems) for k in kept
        ):
            kept.append(phrase)
    return tuple(phrase.surface for phrase in kept)


def title_case(phrase: str) -> str:
    """Each word capitalised; words with capitals inside them (acronyms, names) stay as they are."""
    return " ".join(_capital(word) for word in phrase.split())


def _capital(word: str) -> str:
    if word in _SMALL or any(letter.isupper() for letter in word[1:]):
        return word
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
