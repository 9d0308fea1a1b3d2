"""One open list, used from several threads."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.retrieval import PaperRetriever
from app.settings import Settings
from app.themes import ThemeMap, store
from app.wiring import open_room, run_ingest


@pytest.fixture
def room(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def test_themes_are_built_once_and_nobody_else_waits_for_them(room, monkeypatch):
    begun, go_on, built = threading.Event(), threading.Event(), []

    def slow(*_):
        built.append(1)
        begun.set()
        assert go_on.wait(20)
        return ThemeMap((), 0)

    monkeypatch.setattr(store, "themes_of", slow)
    with ThreadPoolExecutor() as pool:
        maps = [pool.submit(room.themes), pool.submit(room.answer, "What is this list about?")]
        try:
            assert begun.wait(20)
            assert len(pool.submit(room.papers).result(timeout=10)) == 69
        finally:
            go_on.set()
        assert all(made.result(timeout=20) for made in maps[1:])
    assert len(built) == 1


def test_what_was_found_is_weighed_in_the_list_where_it_was_found(tmp_path, monkeypatch):
    settings = Settings(home=tmp_path / "home", llm="extractive", embedder="hash")
    file = tmp_path / "list.json"
    search, shrunk = PaperRetriever.search, []

    def write(count: int) -> None:
        titles = (f"Reading rooms of town number {n}" for n in range(count))
        file.write_text(json.dumps([{"title": title} for title in titles]), "utf-8")
        run_ingest(settings, [file], confirmed=True)

    def search_and_shrink(*args, **kwargs):
        found = search(*args, **kwargs)
        if not shrunk:
            shrunk.append(write(2))
        return found

    write(12)
    with open_room(settings) as room:
        monkeypatch.setattr(PaperRetriever, "search", search_and_shrink)
        assert len(room.look_up("reading rooms", 12).hits) == 12
        assert len(room.look_up("reading rooms", 12).hits) == 2
