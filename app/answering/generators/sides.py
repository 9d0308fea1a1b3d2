"""Whether papers disagree, as far as their titles and claims show it: what each doubts, asks or claims."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.generators.sentences import best_passages
from app.passages import Draft, Passage, Statement
from app.themes.blocks import entries, note
from app.themes.rhetoric import (
    asks,
    claim_of_title,
    cue,
    first_playing,
    is_cut,
    sentences_that,
    title_and_body,
)
from ingest.paper import Paper

NOT_BY_NAME = (
    "No record says whether they agree; by their titles and sentences, this is where each stands."
)
HEADS = ("Doubts or disputes:", "Claims:", "Close to it, no side shown:")
# English has few words for being of one mind or not.
_SIDES = re.compile(
    r"\b(?:(?:dis)?agree|contradict|conflict|disput|quarrel|controvers|consensus|contested|at odds"
    r"|(?:both|either|other|two) sides?\b|opposing|debated?\b|for and against|pros and cons)",
    re.IGNORECASE,
)


def asks_for_sides(question: str) -> bool:
    """Whether a question asks how papers stand to each other."""
    return _SIDES.search(question) is not None


def sides(question: str, papers: Sequence[Paper]) -> list[Draft]:
    """Those that doubt something, those that claim something, and the rest, a line each."""
    groups: list[list[Statement]] = [[], [], []]
    for paper in papers:
        if doubt := _doubt(paper):
            groups[0].append(_quoted(doubt))
        elif claim := _claim(paper):
            groups[1].append(_quoted(claim))
        else:
            groups[2] += map(_quoted, best_passages(question, paper, alone=False)[-1:])
    drafts = [note(NOT_BY_NAME)]
    for head, said in zip(HEADS, groups, strict=True):
        drafts += entries(head, said) if said else []
    return drafts


def _doubt(paper: Paper) -> Passage | None:
    """The title where it asks or takes a side, else the sentence that disputes something."""
    if cue("stance_title").search(paper.title) or cue("asking_title").search(paper.title):
        return Passage.of_title(paper)
    body = [p for p in sentences_that(cue("dissent").search, paper) if p.start]
    return next((p for p in body if not is_cut(p.quote) and not asks(p.quote)), None)


def _claim(paper: Paper) -> Passage | None:
    """What the title asserts, else a finding."""
    if claim_of_title(paper):
        return Passage.of_title(paper)
    span = first_playing(paper.text, title_and_body(paper)[1], "finding")
    return Passage(paper, *span) if span else None


def _quoted(passage: Passage) -> Statement:
    return Statement.quoting(passage, f"“{passage.paper.title}”:" if passage.start else "")
