"""Finding papers: exact hybrid search, late interaction, filters, and papers like others."""

from app.retrieval.factory import make_reranker, make_retriever
from app.retrieval.filters import Filters
from app.retrieval.retriever import PaperRetriever
from app.retrieval.spans import snippet, word_spans
from app.retrieval.types import Hit

__all__ = [
    "Filters",
    "Hit",
    "PaperRetriever",
    "make_reranker",
    "make_retriever",
    "snippet",
    "word_spans",
]
