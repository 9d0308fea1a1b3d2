"""Retrievers and rerankers by name: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.retrieval.late import EncodeTokens, TokenMatcher
from app.retrieval.rerank import (
    Complete,
    CrossEncoder,
    LateInteraction,
    LLMReranker,
    Reranker,
)
from app.retrieval.retriever import Embed, PaperRetriever
from ingest.errors import SettingsError
from ingest.index.encoder import TokenEncoding, shared_encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.retrieval.hybrid import FirstStage
    from app.retrieval.types import Corpus

RETRIEVERS = ("hybrid", "dense", "bm25", "rrf")
# Constant of reciprocal rank fusion; the value of its authors.
RRF_K = 60
RERANKERS = ("late-interaction", "none", "fastembed:MODEL", "llm")


def make_retriever(
    corpus: Corpus,
    embed: Embed,
    *,
    name: str = "hybrid",
    reranker: str = "late-interaction",
    complete: Complete | None = None,
    encode_tokens: EncodeTokens | None = None,
) -> PaperRetriever:
    """A retriever over a corpus.

    embed: texts -> (n, d) unit rows, by the embedder that the corpus was built with. name: one of
    RETRIEVERS; `dense`, `bm25` and `rrf` (rank fusion of the two) are plain baselines, never
    reranked. complete: prompt -> reply of
    the configured LLM, needed by `llm` only. encode_tokens: the packaged encoder by default.

    Raises:
        SettingsError: an unknown name, or `llm` without a model.
    """
    tokens = corpus.tokens
    matcher = TokenMatcher(tokens, encode_tokens or _encode_tokens) if tokens else None
    if name == "dense":
        return PaperRetriever(corpus, embed, ranking=_dense, tolerant=False, matcher=matcher)
    if name == "bm25":
        return PaperRetriever(corpus, embed, ranking=_bm25, tolerant=False, matcher=matcher)
    if name == "rrf":
        return PaperRetriever(corpus, embed, ranking=_rrf, tolerant=False, matcher=matcher)
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


def _dense(stage: FirstStage) -> NDArray[np.float64]:
    return stage.cosine.astype("float64")


def _bm25(stage: FirstStage) -> NDArray[np.float64]:
    return stage.bm25.astype("float64")


def _rrf(stage: FirstStage) -> NDArray[np.float64]:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009)."""
    ranks = [(-scores).argsort(kind="stable").argsort() for scores in (stage.cosine, stage.bm25)]
    fused: NDArray[np.float64] = 1.0 / (RRF_K + 1 + ranks[0]) + 1.0 / (RRF_K + 1 + ranks[1])
    return fused


def _encode_tokens(texts: Sequence[str]) -> list[TokenEncoding]:
    # Through a function: the encoder is loaded at the first question, not when a retriever is made.
    return shared_encoder().encode_tokens(texts)
