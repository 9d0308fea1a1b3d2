"""One open list, used from several threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.settings import Settings
from app.themes import ThemeMap, store
from app.wiring import open_room


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
