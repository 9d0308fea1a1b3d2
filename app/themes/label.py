"""Names and keywords of themes: the phrases that most of a theme's papers share and others do not.

Class-based tf-idf (Grootendorst 2022) over noun phrases: each theme is one document. A paper
whose sentence has the words of a phrase in another order ("reasoning in LLMs") has it by half. A
name is one phrase, or two that cover different papers of the theme; no phrase serves two themes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.language.abbreviations import singular, spells
from app.themes.phrases import Phrase, collect, distinct
from app.themes.words import generic_words
from ingest.paper import Paper

KEYWORDS = 8
LONGEST_LABEL = 5
# A phrase of more than this share of the other papers is what the list is about, not one theme.
BOILERPLATE = 0.25
# A phrase that this share of the theme's papers have is name enough; else a second one joins it,
# if it is worth this share of the first.
NAMED, WORTH = 0.6, 0.3
# A name is one that at least so many papers share; what a title shouts is not the theme's.
SHARED = 2
# What a phrase in a title counts, and its words apart, beside one in the summary.
TITLED, NEARLY = 2.0, 0.5
# How many of a phrase's words tell something -> how well it reads.
READS = (0.0, 0.45, 1.6, 1.7, 1.4)
_SMALL = frozenset({"and", "of", "in", "for", "to", "on", "with", "the"})


@dataclass(frozen=True, slots=True)
class Label:
    """A theme's name and its keywords, best first."""

    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """A phrase as one theme's name: its worth and the theme's papers that have it."""

    worth: float
    phrase: Phrase
    having: frozenset[int]


def label_themes(
    papers: Sequence[Paper],
    labels: NDArray[np.intp],
    centrality: NDArray[np.float64],
    speakers: int,
) -> list[Label]:
    """One Label a theme, in theme order; names are unique.

    labels: (n,) theme of each paper. centrality: (n,) weight of a paper in its theme, 0 to 1.
    speakers: how many of a theme's most central papers it is named from, whatever its size.
    """
    scored = _score(papers, labels, centrality, _speakers(labels, centrality, speakers))
    taken: set[tuple[str, ...]] = set()
    names: list[str] = []
    for theme, ranked in enumerate(scored):
        members = frozenset(np.flatnonzero(labels == theme).tolist())
        chosen = _choose(ranked, taken)
        taken.update(phrase.stems for phrase in chosen)
        name = " and ".join(_title_case(phrase.surface) for phrase in chosen)
        names.append(_unique(name, names, papers, members))
    keywords = [distinct((one.phrase for one in ranked), KEYWORDS) for ranked in scored]
    return [
        Label(name, tuple(phrase.surface for phrase in phrases))
        for name, phrases in zip(names, keywords, strict=True)
    ]


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
) -> list[list[_Scored]]:
    """The phrases of each theme, the best first."""
    count = int(labels.max()) + 1
    sizes = np.bincount(labels[speakers], minlength=count)
    weight = 0.5 + 0.5 * centrality
    scored: list[list[_Scored]] = [[] for _ in range(count)]
    for phrase in collect(papers, speakers):
        inside = np.zeros(count)
        for row in sorted(phrase.rows):
            use = TITLED if row in phrase.titled else 1.0 if row in phrase.users else NEARLY
            inside[labels[row]] += weight[row] * use
        for theme in np.flatnonzero(inside).tolist():
            having = frozenset(row for row in phrase.rows if labels[row] == theme)
            if len(phrase.rows) - len(having) > BOILERPLATE * (len(speakers) - sizes[theme]):
                continue
            worth = _class_tfidf(phrase, inside, theme, sizes)
            scored[theme].append(_Scored(worth, phrase, having))
    for theme, ranked in enumerate(scored):
        shared = min(SHARED, int(sizes[theme]))
        ranked.sort(key=lambda s: (len(s.having) < shared, -s.worth, s.phrase.stems))
    return scored


def _class_tfidf(
    phrase: Phrase, inside: NDArray[np.float64], theme: int, sizes: NDArray[np.intp]
) -> float:
    """Share of the theme's papers with the phrase, times its rarity in the average theme.

    Sums of papers, not of words: a paper that repeats itself must not name the theme. Phrases of
    two or three words read best and are worth more than single ones, generic words nothing.
    """
    rates = inside / np.maximum(sizes, 1)
    rarity = np.log(1.0 + len(sizes) * rates[theme] / (rates.sum() + 1.0 / sizes.mean()))
    telling = sum(word.lower() not in generic_words() for word in phrase.surface.split())
    hyphenated = telling == 1 and " " not in phrase.surface and len(phrase.stems) > 1
    reads = 1.3 if hyphenated else READS[min(telling, 4)]
    return float(rates[theme] * rarity * reads)


def _choose(ranked: Sequence[_Scored], taken: set[tuple[str, ...]]) -> list[Phrase]:
    """One phrase that most papers of the theme share, or two that complement each other."""
    free = [scored for scored in ranked if scored.phrase.stems not in taken]
    if not free:
        return []
    first = free[0]
    members = frozenset().union(*(scored.having for scored in ranked))
    if len(first.having) >= NAMED * len(members) and " " in first.phrase.surface:
        return [first.phrase]
    room = LONGEST_LABEL - 1 - len(first.phrase.surface.split())
    partners = [
        (scored.worth * len(scored.having - first.having), scored.phrase)
        for scored in free[1:60]
        if scored.worth > WORTH * first.worth
        and len(scored.having) >= min(SHARED, len(first.having))
        and len(scored.phrase.surface.split()) <= room
        and not set(scored.phrase.stems) & set(first.phrase.stems)
        and not _spelt_out(scored.phrase, first.phrase)
    ]
    gain, second = max(partners, key=lambda p: p[0], default=(0.0, first.phrase))
    return [first.phrase, second] if gain > 0 else [first.phrase]


def _spelt_out(one: Phrase, other: Phrase) -> bool:
    """Whether one is short for the other ("RAGs")."""
    short, long = sorted((one.surface, other.surface), key=len)
    return spells(singular(short).lower(), re.split(r"[\s-]+", long))


def _unique(
    name: str, names: Sequence[str], papers: Sequence[Paper], members: frozenset[int]
) -> str:
    """`name`, or where there is none or it is taken, the first words of the theme's first title."""
    if name and name not in names:
        return name
    words = papers[min(members)].title.split()
    fallback = " ".join(words[:LONGEST_LABEL]).strip(" :,;-") or f"Theme {len(names) + 1}"
    return fallback if fallback not in names else f"{fallback} ({len(names) + 1})"


def _title_case(phrase: str) -> str:
    """Each word capitalised; words with capitals inside them (acronyms, names) stay as they are."""
    words = phrase.split()
    for place, word in enumerate(words):
        if word not in _SMALL and not any(letter.isupper() for letter in word[1:]):
            words[place] = "-".join(part[:1].upper() + part[1:] for part in word.split("-"))
    return " ".join(words)
