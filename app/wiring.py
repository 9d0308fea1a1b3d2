"""The one place that picks implementations: settings in, a Room out. Every surface works on a Room."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.answering.events import Answer, Done, Event
from app.settings import Settings
from ingest.index import Index
from ingest.paper import Paper

if TYPE_CHECKING:
    from app.answering.answerer import Answerer
    from app.answering.engine import Engine
    from app.answering.history import Turn
    from app.retrieval import Filters, Hit, Retriever
    from app.themes import ThemeMap
    from ingest.pipeline import IngestReport, Progress


def seeds_folder() -> Path:
    """The reading list that ships with the project."""
    return Path(__file__).resolve().parent.parent / "seeds"


def run_ingest(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    replace: bool = False,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Ingest `paths`, or the list that ships."""
    from ingest.pipeline import ingest

    return ingest(
        list(paths) or [seeds_folder()],
        settings,
        replace=replace,
        rebuild=rebuild,
        progress=progress,
    )


def is_ingested(settings: Settings) -> bool:
    """Whether there is an index at all."""
    return (settings.home / "index" / "CURRENT").exists()


class Room:
    """One open reading list: ask, find, themes. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.index = Index.open(settings.home, settings.fingerprint())
        self._lock = threading.Lock()

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
    ) -> Iterator[Event]:
        """Events of one answer; the last one is Done."""
        return self.engine.ask(question, history, filters)

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The finished answer, for those who do not stream."""
        *_, last = self.ask(question, history)
        assert isinstance(last, Done)
        return last.answer

    def find(
        self,
        query: str,
        k: int = 10,
        filters: Filters | None = None,
        like: Sequence[str] = (),
        unlike: Sequence[str] = (),
    ) -> list[Hit]:
        """Papers for a query, or papers like others."""
        if like:
            return self.retriever.like(like, unlike, k, filters)
        return self.retriever.search(query, k, filters)

    def papers(self) -> list[Paper]:
        """All papers in list order."""
        return list(self.index.papers())

    def paper(self, paper_id: str) -> Paper | None:
        """A paper by id."""
        row = self.index.row_of(paper_id)
        return None if row is None else self.index.paper(row)

    def close(self) -> None:
        """Stop what was started, such as a local model."""
        for part in self.__dict__.get("answerer", None), self.__dict__.get("_chat_model", None):
            stop = getattr(part, "close", None)
            if callable(stop):
                stop()
