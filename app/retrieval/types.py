"""What retrieval takes and gives: a corpus to search, queries, hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from app.retrieval.filters import Filters
from ingest.paper import Paper

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.index.lexical import BM25Index
    from ingest.index.token_store import TokenStore


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


class Corpus(Protocol):
    """What retrieval needs of the index; P papers, C chunks grouped by paper in row order."""

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(C, d) unit rows."""

    @property
    def chunk_paper(self) -> NDArray[np.int32]:
        """(C,) row of each chunk's paper, ascending."""

    @property
    def paper_vectors(self) -> NDArray[np.float32]:
        """(P, d) unit rows."""

    @property
    def lexical(self) -> BM25Index:
        """BM25 over the chunks, or over the papers."""

    @property
    def tokens(self) -> TokenStore | None:
        """Token vectors of the papers, None if the index keeps none."""

    @property
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Per paper: "year" (0 = unknown), "authors", "tags", "source"."""

    @property
    def papers_count(self) -> int:
        """P."""

    def paper(self, row: int) -> Paper:
        """The paper in a row."""

    def row_of(self, paper_id: str) -> int | None:
        """The row of a paper, None if unknown."""


class Retriever(Protocol):
    """Finds papers."""

    def search(self, query: str, k: int, filters: Filters | None = None) -> list[Hit]:
        """The k best papers for a question, best first, each once."""

    def within(self, filters: Filters | None) -> list[Paper]:
        """All papers that pass the filters, in list order."""

    def token_matches(
        self, query: str, hits: Sequence[Hit]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(q,) weights of the query's tokens, sum 1, and (hits, q) their best similarities in each hit."""

    def strangeness(self, word: str) -> float:
        """0 for a word that some record holds, .5 where a near spelling or its parts are, else 1."""

    def like(
        self,
        paper_ids: Sequence[str],
        unlike_ids: Sequence[str] = (),
        k: int = 10,
        filters: Filters | None = None,
    ) -> list[Hit]:
        """The k papers most like the first ones and least like the others, without either."""
