"""What retrieval gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.paper import Paper


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper found.

    score: what the list is ordered by; comparable within one list only.
    signals: raw "cosine" (best chunk), "maxsim" (idf-weighted mean over query tokens, so -1 to 1
    whatever the question's length; 0.0 where no token vectors are kept) and "bm25" (best chunk).
    span: (start, end) in `paper.text` of the sentence that matches best. row: its place in the list.
    """

    paper: Paper
    score: float
    signals: dict[str, float] = field(default_factory=dict)
    span: tuple[int, int] = (0, 0)
    row: int = -1
