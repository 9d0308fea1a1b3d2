"""Retrievers and rerankers by name: the one place that knows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.retrieval.late import TokenMatcher
from app.retrieval.rerank import (
    Complete,
    CrossEncoder,
    LateInteraction,
    LLMReranker,
    Reranker,
)
from app.retrieval.retriever import Embed, PaperRetriever, Ranking
from ingest.errors import SettingsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.retrieval.hybrid import FirstStage
    from ingest.index.snapshot import Index

# Constant of reciprocal rank fusion; the value of its authors.
RRF_K = 60


def _rrf(stage: FirstStage) -> NDArray[np.float64]:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009)."""
    ranks = [(-scores).argsort(kind="stable").argsort() for scores in (stage.cosine, stage.bm25)]
    fused: NDArray[np.float64] = 1.0 / (RRF_K + 1 + ranks[0]) + 1.0 / (RRF_K + 1 + ranks[1])
    return fused


# Plain baselines, never reranked.
_BASELINES: dict[str, Ranking] = {
    "dense": lambda stage: stage.cosine.astype("float64"),
    "bm25": lambda stage: stage.bm25.astype("float64"),
    "rrf": _rrf,
}
RETRIEVERS = ("hybrid", *_BASELINES)
RERANKERS = ("late-interaction", "none", "fastembed:MODEL", "llm")


def make_retriever(
    corpus: Index,
    embed: Embed,
    *,
    name: str = "hybrid",
    reranker: str = "late-interaction",
    complete: Complete | None = None,
) -> PaperRetriever:
    """A retriever over a corpus.

    embed: texts -> (n, d) unit rows, by the embedder that the corpus was built with. name: one of
    RETRIEVERS. complete: prompt -> reply of the configured LLM, needed by `llm` only.

    Raises:
        SettingsError: an unknown name, or `llm` without a model.
    """
    tokens = corpus.tokens
    matcher = TokenMatcher(tokens) if tokens else None
    if name in _BASELINES:
        return PaperRetriever(corpus, embed, ranking=_BASELINES[name], matcher=matcher)
    if name != "hybrid":
        raise SettingsError(f"unknown retriever `{name}`", hint=f"one of: {', '.join(RETRIEVERS)}")
    chosen = make_reranker(reranker, matcher, complete)
    return PaperRetriever(corpus, embed, reranker=chosen, matcher=matcher)


def make_reranker(
    name: str, matcher: TokenMatcher | None = None, complete: Complete | None = None
) -> Reranker | None:
    """A reranker by name; None for `none`, and for late interaction without token vectors.

    Raises:
        SettingsError: an unknown name, or `llm` without a model.
    """
    kind, _, model = name.partition(":")
    if kind == "none":
        return None
    if kind == "late-interaction":
        return LateInteraction(matcher) if matcher else None
    if kind == "fastembed" and model:
        return CrossEncoder(model)
    if kind == "llm":
        if complete is None:
            raise SettingsError(
                "reranker `llm` needs a language model",
                hint="set READING_ROOM_LLM, or READING_ROOM_RERANKER=late-interaction",
            )
        return LLMReranker(complete)
    raise SettingsError(f"unknown reranker `{name}`", hint=f"one of: {', '.join(RERANKERS)}")
