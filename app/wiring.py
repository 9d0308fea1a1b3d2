"""The one place that picks implementations: settings in, a Room out, on which surfaces work."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.answering.events import Answer, Done, Event
from app.errors import LLMUnavailable
from app.open_list import LookedUp, OpenList
from app.settings import Settings
from ingest.index.generations import current_generation
from ingest.paper import Paper

if TYPE_CHECKING:
    from app.answering.paragraphs import TextCheck
    from app.enrichment.enrich import EnrichReport
    from app.enrichment.enrich import Progress as Asked
    from app.enrichment.services import ServiceName
    from app.library.pipeline import IngestReport
    from app.query import Query
    from app.retrieval import Filters, Hit, PaperRetriever
    from app.themes.model import ThemeMap
    from ingest.index.writer import Progress


def seeds_folder() -> Path:
    """The reading list that ships with the project."""
    return Path(__file__).resolve().parent.parent / "seeds"


def run_ingest(
    settings: Settings,
    paths: Sequence[Path | str] = (),
    *,
    replace: bool = False,
    rebuild: bool = False,
    dry_run: bool = False,
    confirmed: bool = False,
    merge: bool | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Ingest `paths`, of which one may be `zotero:`, or the list that ships."""
    from app.library.pipeline import ingest

    return ingest(
        list(paths) or [seeds_folder()],
        settings,
        replace=replace,
        rebuild=rebuild,
        dry_run=dry_run,
        confirmed=confirmed,
        merge=merge,
        progress=progress,
    )


def run_enrich(
    settings: Settings,
    catalogues: Sequence[Path] = (),
    services: Sequence[ServiceName] = (),
    *,
    dry_run: bool = False,
    progress: Asked | None = None,
) -> EnrichReport:
    """Fill in the papers from catalogues, then from services over the network, in that order."""
    from app.enrichment.client import open_clients
    from app.enrichment.enrich import enrich

    with open_clients(services, settings) as clients:
        return enrich(settings, catalogues, clients, dry_run=dry_run, progress=progress)


def index_papers(papers: Sequence[Paper], settings: Settings) -> None:
    """Make the home hold just these papers."""
    from app.library.pipeline import index_papers as write

    write(papers, settings)


def open_retriever(settings: Settings) -> PaperRetriever:
    """Retrieval alone, over what is in the home."""
    return OpenList(settings).retriever


def is_ingested(settings: Settings) -> bool:
    """Whether there is an index at all."""
    return bool(current_generation(settings.home))


@contextmanager
def open_room(settings: Settings) -> Iterator[Room]:
    """The list that was ingested, closed at the end."""
    room = Room(settings)
    try:
        yield room
    finally:
        room.close()


class Room:
    """One open reading list: ask, find, themes. Safe to use from several threads.

    A list that was ingested anew while it is open is picked up at the next call.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.RLock()
        self._list = OpenList(settings)

    def warm_up(self) -> None:
        """Load what the first question needs, so that it does not wait; no hosted model is asked."""
        current = self._current()
        for _ in current.engine.ask("What do these papers find about features?"):
            pass
        with suppress(LLMUnavailable):
            current.models.warm_up()

    def read(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Query:
        """What a question is understood as."""
        return self._current().reader.read(question, history)

    def ask(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Filters | None = None,
    ) -> Iterator[Event]:
        """Events of one answer; the last one is Done."""
        return self._current().engine.ask(question, history, filters)

    def answer(
        self,
        question: str,
        history: Sequence[Mapping[str, str]] = (),
        filters: Filters | None = None,
    ) -> Answer:
        """The finished answer, for those who do not stream."""
        *_, last = self.ask(question, history, filters)
        assert isinstance(last, Done)
        return last.answer

    def check(self, text: str) -> TextCheck:
        """Any text held against the list, sentence by sentence; a model that judges is asked too."""
        from app.answering.paragraphs import SEARCHED, check_text

        current = self._current()
        with suppress(LLMUnavailable):
            current.models.writer()

        def search(sentence: str) -> list[Paper]:
            return [hit.paper for hit in current.retriever.search(sentence, SEARCHED)]

        judge = current.models.judge()
        return check_text(text, self.papers(), search, current.verifier, judge)

    def find(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        like: Sequence[str] = (),
        unlike: Sequence[str] = (),
    ) -> list[Hit]:
        """Papers for a query, abbreviations spelt out, or papers like others but not like some."""
        return self._current().find(query, k, filters, like, unlike)

    def look_up(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        like: Sequence[str] = (),
        unlike: Sequence[str] = (),
    ) -> LookedUp:
        """As `find`, misspelt words put right, and from where on what was found does not fit."""
        return self._current().look_up(query, k, filters, like, unlike)

    def themes(self, n: int | None = None) -> ThemeMap:
        """Themes of the whole list; kept until the list changes."""
        return self._current().themes(n)

    def retold_themes(self, n: int | None = None) -> ThemeMap:
        """Themes named and summarised by a model, each sentence checked; as they are without one.

        Raises:
            LLMUnavailable: the model does not answer.
        """
        current = self._current()
        themes = self.themes(n)
        model = current.models.writer()
        if model is None:
            return themes
        from app.llm.tokens import count_tokens
        from app.themes.retell import Teller

        teller = Teller(
            complete=lambda messages: model.complete(
                messages, max_tokens=self.settings.llm_max_tokens
            ),
            check=current.verifier.check,
            count_tokens=count_tokens,
            budget=model.context_window // 2,
        )
        return teller.retell(themes)

    def papers(self, filters: Filters | None = None) -> list[Paper]:
        """All papers that pass the filters, in list order."""
        if filters:
            return self._current().retriever.within(filters)
        return list(self._current().index.papers())

    def paper(self, paper_id: str) -> Paper | None:
        """A paper by id."""
        index = self._current().index
        row = index.row_of(paper_id)
        return None if row is None else index.paper(row)

    @property
    def retriever(self) -> PaperRetriever:
        """Retrieval alone."""
        return self._current().retriever

    @property
    def model_line(self) -> str:
        """What answers, in words for the reader."""
        return self._current().models.line

    def close(self) -> None:
        """Stop what was started, such as a local model."""
        self._list.models.close()

    def _current(self) -> OpenList:
        with self._lock:
            if self._list.index.generation != current_generation(self.settings.home):
                self._list = OpenList(self.settings, self._list.models)
            return self._list
