"""A theme in the words of its own records: few sentences that together cover its papers.

Sentences are picked by greedy facility location (Lin & Bilmes 2011): each adds the sentence that
brings the papers not yet spoken for closest to one that is, and claims are worth more than
background. Every sentence is verbatim and cited.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.passages import Citation, Passage, Sentence
from app.themes.rhetoric import (
    Span,
    claim_of_title,
    cue,
    ends_in,
    first_playing,
    is_cut,
    points_back,
    title_and_body,
)
from app.themes.terms import stems
from ingest.paper import Paper

# A sentence for every PAPERS_PER_SENTENCE papers, within these bounds.
PAPERS_PER_SENTENCE = 3
FEWEST_SENTENCES, MOST_SENTENCES = 2, 6
# In very large themes the sentences of the most central papers stand for all; every paper is
# still among those that the sentences must cover.
CANDIDATE_PAPERS = 80
SHORTEST, LONGEST = 6, 45
# How well a sentence speaks for its theme, by the part that it plays in its record.
CLAIM, TITLE_CLAIM, METHOD, DEFINITION = 1.0, 0.95, 0.85, 0.85
OWN_WORK, TITLE, BACKGROUND = 0.75, 0.5, 0.45
# ... what a sentence that breaks off keeps of it, and what words of the theme's name add.
BROKEN, ON_TOPIC = 0.45, 0.2

T = TypeVar("T")


def summarise(
    papers: Sequence[Paper],
    similarity: NDArray[np.float64],
    centrality: NDArray[np.float64],
    name: str,
) -> tuple[Sentence, ...]:
    """Verbatim, cited sentences over the papers of one theme.

    name: of the theme; what speaks of it is preferred.
    papers: all of the theme, the most central first. similarity: (first CANDIDATE_PAPERS, papers)
    between them, 0 to 1. centrality: (papers,) weight of each in the theme.
    """
    topic = set(stems(name))
    found = [
        (row, passage)
        for row, paper in enumerate(papers[:CANDIDATE_PAPERS])
        for passage in candidates_of(paper, topic)
    ]
    if not found:
        return ()
    rows = np.array([row for row, _ in found])
    reach = similarity[rows] * np.array([passage.score for _, passage in found])[:, None]
    wanted = min(max(len(papers) // PAPERS_PER_SENTENCE, FEWEST_SENTENCES), MOST_SENTENCES)
    chosen = _facility_location(reach, rows, 0.5 + 0.5 * centrality, min(wanted, len(papers)))
    told = [found[place][1] for place in chosen]
    scored = [replace(passage, score=round(min(passage.score, 1.0), 3)) for passage in told]
    return tuple(
        Sentence(passage.quote, "verbatim", (cite(passage, number),))
        for number, passage in enumerate(scored, start=1)
    )


def cite(passage: Passage, number: int = 0) -> Citation:
    """The passage as a numbered citation."""
    return Citation.of(number, passage)


def in_turn(groups: Sequence[Sequence[T]]) -> list[T]:
    """The first of each group, then the second of each, so that every group is heard."""
    longest = max(map(len, groups), default=0)
    return [group[place] for place in range(longest) for group in groups if place < len(group)]


def candidates_of(paper: Paper, topic: Set[str] = frozenset()) -> list[Passage]:
    """The sentences of a record, its title among them; score: how well each speaks for it, to 1.2.

    Findings come first, then titles that assert something, methods, definitions and the paper's own
    work; background and bare titles last, and what the record breaks off below all whole sentences.
    topic: stems that are asked for.
    """
    title, body = title_and_body(paper)
    claim = claim_of_title(paper)
    worth = {span: _quality(paper.text, span) for span in body}
    if claim:
        worth[claim.start, claim.end] = TITLE_CLAIM
    for span, quality in worth.items():
        if quality >= BACKGROUND:
            said = set(stems(paper.text[slice(*span)]))
            worth[span] += ON_TOPIC * (len(topic & said) / max(len(topic), 1))
    if title and not claim:
        worth[0, len(paper.title)] = TITLE
    return [Passage(paper, *span, quality) for span, quality in worth.items() if quality > 0]


def best_sentence(paper: Paper) -> tuple[float, Passage]:
    """What speaks best for a record by itself, and how well, 0 to 1."""
    nothing = replace(Passage.of_title(paper), score=0.0)
    best = max(candidates_of(paper), key=lambda passage: passage.score, default=nothing)
    return best.score, replace(best, score=1.0)


def _quality(whole: str, span: Span) -> float:
    text = whole[slice(*span)]
    words = len(text.split())
    if words < SHORTEST or points_back(text):
        return 0.0
    if first_playing(whole, [span], "finding"):
        quality = CLAIM
    elif first_playing(whole, [span], "method"):
        quality = METHOD
    elif cue("defines").search(text):
        quality = DEFINITION
    elif cue("own_work").search(text) and not cue("open").search(text):
        quality = OWN_WORK
    else:
        quality = BACKGROUND
    if is_cut(text) or not ends_in(text, ".", "!"):
        return quality * BROKEN
    return quality - (0.2 if words > LONGEST else 0.0)


def _facility_location(
    reach: NDArray[np.float64], rows: NDArray[np.intp], weights: NDArray[np.float64], wanted: int
) -> list[int]:
    """Places of the sentences chosen, at most one a paper.

    reach: (sentences, papers) how well each speaks for each. rows: (sentences,) its own paper.
    weights: (papers,). Uses `reach` up.
    """
    covered = np.zeros(reach.shape[1])
    chosen: list[int] = []
    while len(chosen) < wanted:
        gains = (np.maximum(reach - covered, 0.0) * weights).sum(axis=1)
        best = int(gains.argmax())
        if gains[best] <= 0.0:
            break
        chosen.append(best)
        covered = np.maximum(covered, reach[best])
        reach[rows == rows[best]] = 0.0
    return chosen
