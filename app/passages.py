"""A sentence and the places that support it: what answers and summaries of themes are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Support = Literal["verbatim", "supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked link from a sentence to a record; quote == paper.text[start:end]."""

    n: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its text without citation marks."""

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()
