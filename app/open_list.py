"""What one generation of the index is made into: its retriever, reader, engine, themes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ingest.index.snapshot import Index

if TYPE_CHECKING:
    from app.answering.engine import Engine
    from app.answering.generators.factory import Models
    from app.passages import Draft
    from app.query.reader import QueryReader
    from app.query.vocabulary import Vocabulary
    from app.retrieval import Filters, Hit, PaperRetriever
    from app.settings import Settings
    from app.themes.model import ThemeMap
    from app.verification.verifier import Verifier
    from ingest.index.embedding import Embedder
    from ingest.paper import Paper

# Papers that an earlier question is taken to have shown are looked for among so many.
RESOLVED_ON = 10
# A part of a list of so many papers has themes of its own: those of the whole list are too coarse for it.
LEAST_PART, MOST_PART = 6, 500


class LookedUp(NamedTuple):
    """asked: what was looked for. weak_from: rank of the first hit that does not fit, None where all do."""

    asked: str
    hits: list[Hit]
    weak_from: int | None


class OpenList:
    """The parts that belong to one generation of the index, each built on first use."""

    def __init__(self, settings: Settings, models: Models | None = None) -> None:
        from app.answering.generators.factory import Models

        self.settings = settings
        self.index = Index.open(settings.home, settings.fingerprint())
        self.models = models or Models(settings)
        self._themes: dict[int | None, ThemeMap] = {}
        self._themes_lock = threading.Lock()

    @cached_property
    def embedder(self) -> Embedder:
        """What turns texts into vectors."""
        from ingest.index.embedding import make_embedder

        return make_embedder(self.settings.embedder, self.settings.embedder_base_url)

    @cached_property
    def retriever(self) -> PaperRetriever:
        """Finds papers, as the settings say."""
        from app.retrieval import make_retriever

        return make_retriever(
            self.index,
            self.embedder.encode,
            name=self.settings.retriever,
            reranker=self.settings.reranker,
            complete=self.models.complete if self.settings.reranker == "llm" else None,
        )

    @cached_property
    def verifier(self) -> Verifier:
        """Holds sentences against records."""
        from app.verification.verifier import Verifier

        return Verifier()

    @cached_property
    def reader(self) -> QueryReader:
        """Understands questions."""
        from app.answering.answerability.decision import decide
        from app.query.reader import QueryReader

        def search(text: str, beside: str = "") -> list[Hit]:
            return self.retriever.search(text, RESOLVED_ON, beside=beside)

        return QueryReader(
            papers=lambda: list(self.index.papers()),
            search=search,
            answers_alone=lambda text: decide(text, search(text), self.retriever).answers,
            vocabulary=self.vocabulary,
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the list."""
        from app.query.vocabulary import Vocabulary

        def search(text: str) -> list[Paper]:
            return [hit.paper for hit in self.retriever.search(text, RESOLVED_ON)]

        return Vocabulary(lambda: list(self.index.papers()), self.index.lexical, search)

    def find(
        self,
        query: str,
        k: int,
        filters: Filters | None,
        like: Sequence[str],
        unlike: Sequence[str],
    ) -> list[Hit]:
        """Papers for a query, abbreviations spelt out, or papers like others but not like some."""
        if like:
            return self.retriever.like(like, unlike, k, filters)
        return self.retriever.search(self.vocabulary.spelt_out(query), k, filters)

    def look_up(
        self,
        query: str,
        k: int,
        filters: Filters | None,
        like: Sequence[str],
        unlike: Sequence[str],
    ) -> LookedUp:
        """As `find`, misspelt words put right, and from where on what was found does not fit."""
        from app.answering.answerability.fit import weak_from

        asked = self.vocabulary.corrected(query)
        hits = self.find(asked, k, filters, like, unlike)
        return LookedUp(asked, hits, None if like else weak_from(asked, hits, self.retriever))

    @cached_property
    def engine(self) -> Engine:
        """Answers questions."""
        from app.answering.engine import Engine, Parts
        from app.themes.compare import compare

        return Engine(
            Parts(
                reader=self.reader,
                retriever=self.retriever,
                checker=self.verifier,
                new_generator=self.models.new_generator,
                overview=self.overview,
                compare=compare,
                corpus_size=self.index.papers_count,
                mark_unsupported=self.settings.unsupported == "mark",
                judge=self.models.judge,
            )
        )

    def overview(self, facet: str, filters: Filters | None) -> Sequence[Draft]:
        """The papers that pass the filters as a whole."""
        from app.themes.service import build_themes
        from app.themes.statements import overview

        if not filters:
            return overview(self.themes(None), facet)
        ids = {paper.paper_id for paper in self.retriever.within(filters)}
        if not LEAST_PART <= len(ids) <= MOST_PART:
            return overview(self.themes(None).within(ids), facet)
        rows = [row for row, paper in enumerate(self.index.papers()) if paper.paper_id in ids]
        part = [self.index.paper(row) for row in rows]
        return overview(build_themes(part, self.index.paper_vectors[rows]), facet)

    def themes(self, n: int | None) -> ThemeMap:
        """Themes of the whole list; n: how many, None for as many as it has."""
        from app.themes.store import themes_of

        # A lock of its own: a map takes seconds, and nobody else shall wait for it.
        with self._themes_lock:
            if n not in self._themes:
                self._themes[n] = themes_of(self.index, self.settings.home, n)
            return self._themes[n]
