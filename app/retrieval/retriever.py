"""Retrievers by name: `hybrid`, `dense`, `bm25`; two stages over one corpus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from app.retrieval.filters import FilterColumns, Filters
from app.retrieval.hybrid import FirstStage, PaperScorer, best_first, fuse
from app.retrieval.rerank import Candidates, LateInteraction, Reranker
from app.retrieval.spans import lexical_sentence
from app.retrieval.types import Hit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.retrieval.late import QueryTokens, TokenMatcher
    from ingest.index.snapshot import Index
    from ingest.paper import Paper

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
# Order of the first stage: signals -> (n,) scores.
Ranking = Callable[[FirstStage], "NDArray[np.float64]"]

# Rocchio's weight of the papers that results should be unlike (Manning et al. 2008, section 9.1).
UNLIKE_WEIGHT = 0.5
# Weight of what was spoken of before a question that has words of its own.
BESIDE_WEIGHT = 0.5


class PaperRetriever:
    """Scores all papers exactly, then looks again at the best ones. Safe to share by threads."""

    def __init__(
        self,
        corpus: Index,
        embed: Embed,
        *,
        ranking: Ranking = fuse,
        reranker: Reranker | None = None,
        matcher: TokenMatcher | None = None,
    ) -> None:
        self._corpus = corpus
        self._embed = embed
        self._ranking = ranking
        self._reranker = reranker
        self._matcher = matcher
        self._scorer = PaperScorer(corpus)

    def search(
        self, query: str, k: int, filters: Filters | None = None, beside: str = ""
    ) -> list[Hit]:
        """The k best papers for a question, best first, each once.

        beside: what it follows upon, which counts less than its own words.
        """
        mask = self._mask(filters)
        if not query.strip() or k < 1 or self._nothing_left(mask):
            return []
        texts, vector = {query: 1.0}, self._embed([query])[0]
        tokens = self._matcher.query(query) if self._matcher else None
        if beside:
            texts[beside] = BESIDE_WEIGHT
            vector = vector + BESIDE_WEIGHT * self._embed([beside])[0]
            vector = vector / max(float(np.linalg.norm(vector)), 1e-12)
            if self._matcher and tokens and (others := self._matcher.query(beside)):
                tokens = tokens.plus(others, BESIDE_WEIGHT)
        # The baselines take a query as it is written.
        tolerant = self._ranking is fuse
        stage = self._scorer.score(vector, texts, mask=mask, tolerant=tolerant)
        stage, scores = self._ranked(query, tokens, stage, k, self._reranker, self._ranking)
        return self._hits(query, tokens, stage, scores)

    def within(self, filters: Filters | None) -> list[Paper]:
        """All papers that pass the filters, in list order."""
        mask = self._mask(filters)
        rows = range(self._corpus.papers_count) if mask is None else np.flatnonzero(mask)
        return [self._corpus.paper(int(row)) for row in rows]

    def token_matches(
        self, query: str, hits: Sequence[Hit]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(q,) weights of the query's tokens, sum 1, and (hits, q) their best similarities in each hit.

        Without token vectors, or without a token, one token stands for the query: its cosine.
        """
        tokens = self._matcher.query(query) if self._matcher else None
        if self._matcher is None or tokens is None:
            cosines = np.array([[hit.signals.get("cosine", 0.0)] for hit in hits], np.float32)
            return np.ones(1, np.float32), cosines
        return tokens.weights, self._matcher.match(tokens, [hit.row for hit in hits]).tokens

    def strangeness(self, word: str) -> float:
        """0 for a word that some record holds, .5 where a near spelling or its parts are, else 1."""
        return self._corpus.lexical.strangeness(word)

    def like(
        self,
        paper_ids: Sequence[str],
        unlike_ids: Sequence[str] = (),
        k: int = 10,
        filters: Filters | None = None,
    ) -> list[Hit]:
        """The k papers most like the first ones and least like the others, without either.

        The query vector is Rocchio's: the mean of the liked minus half the mean of the others; the best
        are looked at again token by token. Ids that the corpus does not hold are left out.
        """
        liked, unliked = self._rows(paper_ids), self._rows(unlike_ids)
        mask = self._mask(filters)
        mask = np.ones(self._corpus.papers_count, dtype=bool) if mask is None else mask
        mask[[*liked, *unliked]] = False
        if not liked or k < 1 or self._nothing_left(mask):
            return []
        vectors = self._corpus.paper_vectors
        vector = vectors[liked].mean(axis=0)
        if unliked:
            vector = vector - UNLIKE_WEIGHT * vectors[unliked].mean(axis=0)
        vector = vector / max(float(np.linalg.norm(vector)), 1e-12)
        titles = " ".join(self._corpus.paper(row).title for row in liked)
        stage = self._scorer.score(vector, {titles: 1.0}, mask=mask)
        tokens = self._matcher.records(liked) if self._matcher else None
        if self._matcher and tokens and (others := self._matcher.records(unliked)):
            tokens = tokens.plus(others, -UNLIKE_WEIGHT)
        again = LateInteraction(self._matcher) if self._matcher else None
        stage, scores = self._ranked(titles, tokens, stage, k, again, fuse)
        return self._hits(titles, tokens, stage, scores)

    def _ranked(
        self,
        query: str,
        tokens: QueryTokens | None,
        stage: FirstStage,
        k: int,
        reranker: Reranker | None,
        ranking: Ranking,
    ) -> tuple[FirstStage, NDArray[np.float64]]:
        """The k best; those that were looked at again come before those that were not."""
        first = ranking(stage)
        pool = reranker.pool if reranker else 0
        kept = best_first(first, max(k, pool))
        stage, scores = stage.take(kept), first[kept]
        if reranker is not None:
            rows, head = stage.rows[:pool], scores[:pool]
            again = reranker.scores(Candidates(query, tokens, rows, head, self._corpus.paper))
            # The rest follows the worst of them, at its old distances.
            rest = scores[pool:] - scores[pool:].max(initial=head[-1]) + again.min() - 1
            scores = np.concatenate([again, rest])
        order = best_first(scores, k)
        return stage.take(order), scores[order]

    def _hits(
        self,
        query: str,
        tokens: QueryTokens | None,
        stage: FirstStage,
        scores: NDArray[np.float64],
    ) -> list[Hit]:
        out = []
        for i, row in enumerate(stage.rows.tolist()):
            paper, span, maxsim = self._corpus.paper(row), None, 0.0
            if self._matcher and tokens:
                maxsim, span = self._matcher.best_sentence(tokens, row, paper.text)
            signals = {
                "cosine": float(stage.cosine[i]),
                "maxsim": maxsim,
                "bm25": float(stage.bm25[i]),
            }
            span = span or lexical_sentence(paper.text, query)
            out.append(Hit(paper, float(scores[i]), signals, span, row))
        return out

    @cached_property
    def _filter_columns(self) -> FilterColumns:
        return FilterColumns(self._corpus.columns)

    def _mask(self, filters: Filters | None) -> NDArray[np.bool_] | None:
        if not filters:
            return None
        mask = self._filter_columns.mask(filters)
        if filters.paper_ids:
            scope = np.zeros(len(mask), dtype=bool)
            scope[self._rows(filters.paper_ids)] = True
            mask &= scope
        return mask

    def _nothing_left(self, mask: NDArray[np.bool_] | None) -> bool:
        return self._corpus.papers_count == 0 or (mask is not None and not mask.any())

    def _rows(self, paper_ids: Sequence[str]) -> list[int]:
        rows = (self._corpus.row_of(paper_id) for paper_id in paper_ids)
        return [row for row in rows if row is not None]
