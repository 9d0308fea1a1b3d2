"""Noun phrases of the papers: candidates for a theme's name and its keywords.

No part-of-speech tagger is at hand offline, so a phrase is a run of words that no function word,
verb or punctuation mark interrupts (as in RAKE, Rose et al. 2010), and that ends like a noun.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.themes.words import generic_words, light_words, verbs, words
from ingest.paper import Paper
from ingest.sentences import sentence_spans
from ingest.text import stem_words

LONGEST = 4
# A word that mostly stands before another is a modifier ("neural"), and ends no phrase.
HEAD_RATE = 0.4
_TOKEN = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?|[^\w\s]")
_ADJECTIVAL = tuple("ly ful ous able ible ical oral ed ive ary less ish est".split())
# A plural seldom stands before a noun; what looks like one there is a verb ("maps", "predicts").
_NO_PLURAL = ("ss", "us", "is", "cs")
_VERBAL = tuple(
    stem + ending
    for stem, endings in (("is", "e es ed ing"), ("iz", "e es ed ing"), ("if", "y ies ied ying"))
    for ending in endings.split()
)

# A paper, whether in its title, and how it is written there.
_Use = tuple[int, bool, str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase by its stems: how it is mostly written, and which papers use it.

    users: papers that use it; titled: in their title; rows: that have its words in one sentence.
    """

    stems: tuple[str, ...]
    surface: str
    users: frozenset[int]
    titled: frozenset[int]
    rows: frozenset[int]


def collect(papers: Sequence[Paper], rows: Sequence[int]) -> list[Phrase]:
    """All phrases of one to four words in titles and summaries of these rows, by their stems."""
    uses: defaultdict[tuple[str, ...], list[_Use]] = defaultdict(list)
    chosen = [papers[row] for row in rows]
    heads = _head_rates(chosen)
    for row, paper in zip(rows, chosen, strict=True):
        for text, in_title in ((paper.title, True), (paper.summary, False)):
            for phrase in phrases(text):
                key = _stemmed(phrase)
                if heads[key[-1]] >= HEAD_RATE:
                    uses[key].append((row, in_title, " ".join(phrase)))
    near = _sentences_with(chosen)
    return [
        Phrase(
            stems=key,
            surface=_usual(found),
            users=frozenset(row for row, _, _ in found),
            titled=frozenset(row for row, in_title, _ in found if in_title),
            rows=frozenset(rows[place] for place, _ in set.intersection(*(near[s] for s in key))),
        )
        for key, found in sorted(uses.items())
    ]


def distinct(ranked: Iterable[Phrase], most: int) -> list[Phrase]:
    """The first phrases, those left out that say a better one again."""
    kept: list[Phrase] = []
    for phrase in ranked:
        stems = set(phrase.stems)
        if len(kept) == most:
            break
        if not any(stems <= set(k.stems) or set(k.stems) <= stems for k in kept):
            kept.append(phrase)
    return kept


def _sentences_with(papers: Sequence[Paper]) -> dict[str, set[tuple[int, int]]]:
    """Stem -> (paper, start) of the sentences that have it."""
    found: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for place, paper in enumerate(papers):
        for start, end in sentence_spans(paper.text):
            tokens = _TOKEN.findall(paper.text[start:end])
            for stem in _stemmed([token for token in tokens if token[0].isalnum()]):
                found[stem].add((place, start))
    return found


def phrases(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of one to four words inside a chunk of `text` that could name something."""
    for chunk in _chunks(text):
        for start in range(len(chunk)):
            for end in range(start + 1, min(start + LONGEST, len(chunk)) + 1):
                if _names_something(chunk[start:end]):
                    yield chunk[start:end]


def _chunks(text: str) -> Iterator[tuple[str, ...]]:
    # A word that the cut-off mark touches is a piece of one.
    tokens = _TOKEN.findall(re.sub(r"\S*(?:…|\.\.\.)$", "", text.strip()))
    return (tuple(run) for inside, run in groupby(tokens, _stands_in_phrase) if inside)


def _stands_in_phrase(token: str) -> bool:
    low = token.lower()
    breaks = low in light_words() or low in verbs() or {"'", "’"} & set(low)
    return token[0].isalnum() and not breaks and (_is_noun(low) or not low.endswith(_VERBAL))


def _is_plural(word: str) -> bool:
    return len(word) > 1 and word.endswith("s") and not word.endswith(_NO_PLURAL)


def _head_rates(papers: Sequence[Paper]) -> dict[str, float]:
    """How often each stem is the last of its run of words: what the list says of its nouns."""
    last: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for paper in papers:
        for text in (paper.title, paper.summary):
            for chunk in _chunks(text):
                stems = _stemmed(chunk)
                seen.update(stems)
                last[stems[-1]] += 1
    return {stem: last[stem] / count for stem, count in seen.items()}


def _names_something(phrase: tuple[str, ...]) -> bool:
    last = phrase[-1].lower()
    if any(_is_plural(word) or word.lower().endswith("ly") for word in phrase[:-1]):
        return False
    if len(last) < 3 or any(len(word) < 2 or word[0].isdigit() for word in phrase):
        return False
    if last.endswith(_ADJECTIVAL) and not _is_noun(last):
        return False
    return any(word.lower() not in generic_words() for word in phrase)


def _is_noun(word: str) -> bool:
    """Whether a word is known for one, whatever it ends in."""
    last = word.rpartition("-")[2]
    return last.endswith(tuple(words("noun_ends"))) or not {last, last[:-1]}.isdisjoint(
        words("nouns")
    )


def _usual(uses: Sequence[_Use]) -> str:
    """How a phrase is mostly written in running text: titles capitalise everything."""
    counts: Counter[str] = Counter()
    for _, in_title, surface in uses:
        counts[surface] += 1 if in_title else 2
    return max(sorted(counts), key=lambda surface: (counts[surface], surface.islower()))


def _stemmed(phrase: Sequence[str]) -> tuple[str, ...]:
    """Stems; hyphens part words, so that "meta-learning" is "meta learning"."""
    return tuple(stem_words(" ".join(phrase).lower().replace("-", " ").split()))
