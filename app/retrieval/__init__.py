"""Finding papers: exact hybrid search, late interaction, filters, and papers like others."""

from app.retrieval.factory import RERANKERS, RETRIEVERS, make_reranker, make_retriever
from app.retrieval.filters import Filters
from app.retrieval.retriever import PaperRetriever
from app.retrieval.spans import snippet, word_spans
from app.retrieval.types import Corpus, Hit, Retriever

__all__ = [
    "RERANKERS",
    "RETRIEVERS",
    "Corpus",
    "Filters",
    "Hit",
    "PaperRetriever",
    "Retriever",
    "make_reranker",
    "make_retriever",
    "snippet",
    "word_spans",
]
