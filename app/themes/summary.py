"""A theme in the words of its own records: few sentences that together cover its papers.

Sentences are picked by greedy facility location (Lin & Bilmes 2011): each adds the sentence that
brings the papers not yet spoken for closest to one that is. Every sentence is verbatim and cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.passages import Citation, Sentence
from app.themes.terms import stems
from ingest.paper import Paper
from ingest.sentences import sentence_spans

# A sentence for every PAPERS_PER_SENTENCE papers, within these bounds.
PAPERS_PER_SENTENCE = 3
FEWEST_SENTENCES, MOST_SENTENCES = 2, 6
# In very large themes the sentences of the most central papers stand for all; every paper is
# still among those that the sentences must cover.
CANDIDATE_PAPERS = 80
SHORTEST, LONGEST = 6, 45
_CUT = re.compile(r"(?:…|\.\.\.)[\"'”’)\]]*$")
_ENDED = re.compile(r"[.!][\"'”’)\]]*$")
# "This", "It" and the like point at a sentence that the reader will not see.
_POINTING = re.compile(
    r"(?:this|these|those|it|they|its|their|he|she|such|that|however|moreover|furthermore|finally|"
    r"additionally|in addition|indeed|thus|therefore|hence|then|second(?:ly)?|third(?:ly)?|also|"
    r"for example|for instance|specifically|in particular|consequently|instead|to this end)\b",
    re.IGNORECASE,
)
_OWN_WORK = re.compile(
    r"\b(?:we|our|this (?:paper|work|study|article|survey|report))\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could stand in a summary; quality from 0 to 1."""

    row: int
    start: int
    end: int
    quality: float


def summarise(
    papers: Sequence[Paper], similarity: NDArray[np.float64], centrality: NDArray[np.float64]
) -> tuple[Sentence, ...]:
    """Verbatim, cited sentences over the papers of one theme.

    papers: all of the theme, the most central first. similarity: (first CANDIDATE_PAPERS, papers)
    between them, 0 to 1. centrality: (papers,) weight of each in the theme.
    """
    candidates = [
        candidate
        for row, paper in enumerate(papers[:CANDIDATE_PAPERS])
        for candidate in candidates_of(row, paper)
    ]
    if not candidates:
        return ()
    wanted = min(max(len(papers) // PAPERS_PER_SENTENCE, FEWEST_SENTENCES), MOST_SENTENCES)
    chosen = _facility_location(candidates, similarity, centrality, min(wanted, len(papers)))
    return tuple(
        _cite(number, papers[candidate.row], candidate, score)
        for number, (candidate, score) in enumerate(chosen, start=1)
    )


def with_marks(sentences: Sequence[Sentence]) -> str:
    """The sentences as one text with their citation marks."""
    return " ".join(
        sentence.text + "".join(f" [{citation.n}]" for citation in sentence.citations)
        for sentence in sentences
    )


def candidates_of(row: int, paper: Paper) -> list[Candidate]:
    """The sentences of a record, its title among them, with how well each would read alone."""
    found = []
    title_stems = set(stems(paper.title))
    for start, end in sentence_spans(paper.text):
        text = paper.text[start:end]
        quality = _quality(text, start < paper.summary_start and bool(paper.summary), title_stems)
        if quality > 0:
            found.append(Candidate(row, start, end, quality))
    return found


def _quality(text: str, is_title: bool, title_stems: set[str]) -> float:
    words = len(text.split())
    if is_title:
        # Below every whole sentence, above a broken one: a title at least says what it is about.
        return 0.5
    if words < SHORTEST or _POINTING.match(text):
        return 0.0
    if _CUT.search(text) or not _ENDED.search(text):
        return 0.3
    own_work = 0.25 if _OWN_WORK.search(text) else 0.0
    on_topic = min(len(title_stems & set(stems(text))), 3) / 3.0
    too_long = 0.2 if words > LONGEST else 0.0
    return 0.5 + own_work + 0.25 * on_topic - too_long


def _facility_location(
    candidates: Sequence[Candidate],
    similarity: NDArray[np.float64],
    centrality: NDArray[np.float64],
    wanted: int,
) -> list[tuple[Candidate, float]]:
    rows = np.array([candidate.row for candidate in candidates])
    quality = np.array([candidate.quality for candidate in candidates])
    reach = similarity[rows] * quality[:, None]
    weights = 0.5 + 0.5 * centrality
    covered = np.zeros(similarity.shape[1])
    chosen: list[tuple[Candidate, float]] = []
    free = np.ones(len(candidates), dtype=bool)
    while len(chosen) < wanted and free.any():
        gains = (np.maximum(reach - covered, 0.0) * weights).sum(axis=1)
        best = int(np.argmax(np.where(free, gains, -1.0)))
        if gains[best] <= 0.0:
            break
        chosen.append((candidates[best], float(quality[best])))
        covered = np.maximum(covered, reach[best])
        free &= rows != rows[best]
    return chosen


def _cite(number: int, paper: Paper, candidate: Candidate, score: float) -> Sentence:
    text = paper.text[candidate.start : candidate.end]
    citation = Citation(
        n=number,
        paper_id=paper.paper_id,
        title=paper.title,
        quote=text,
        start=candidate.start,
        end=candidate.end,
        score=round(score, 3),
    )
    return Sentence(text, "verbatim", (citation,))
