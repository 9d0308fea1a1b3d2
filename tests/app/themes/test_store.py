from __future__ import annotations

import json

import pytest

from app.library.pipeline import ingest
from app.settings import Settings
from app.themes.store import themes_of
from ingest.index.snapshot import Index

TOPICS = ("steam engines burn coal", "honey bees dance", "glaciers carve valleys")


def write(path, count):
    rows = [
        {"title": f"Report {i} on {TOPICS[i % 3]}", "abstract": f"We study how {TOPICS[i % 3]}."}
        for i in range(count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home", llm="extractive")


def opened(settings):
    return Index.open(settings.home)


def test_the_kept_map_is_served_byte_for_byte(tmp_path, settings):
    ingest([write(tmp_path / "a.jsonl", 12)], settings)
    first = themes_of(opened(settings), settings.home).to_dict()
    again = themes_of(opened(settings), settings.home).to_dict()
    assert json.dumps(first) == json.dumps(again)


def test_papers_keep_their_theme_when_five_others_come(tmp_path, settings, seeds):
    lines = (seeds / "mechanistic_interpretability.txt").read_text("utf-8").splitlines()
    path = tmp_path / "list.txt"
    path.write_text("\n".join(lines[:-5]), "utf-8")
    ingest([path], settings)
    before = themes_of(opened(settings), settings.home)
    path.write_text("\n".join(lines), "utf-8")
    ingest([path], settings)
    after = themes_of(opened(settings), settings.home)
    assert after.papers == before.papers + 5
    kept = [
        after.theme_of(placed.paper_id).id == theme.id
        for theme in before.themes
        for placed in theme.papers
    ]
    assert sum(kept) >= 0.9 * len(kept)


@pytest.mark.parametrize("kept", ["not json", "[]", "{}", '{"generation": "x", "map": {}}'])
def test_a_damaged_map_is_made_anew(tmp_path, settings, kept):
    ingest([write(tmp_path / "a.jsonl", 9)], settings)
    (settings.home / "themes.json").write_text(kept)
    assert themes_of(opened(settings), settings.home).papers == 9


def test_a_map_of_another_method_is_made_anew(tmp_path, settings):
    ingest([write(tmp_path / "a.jsonl", 12)], settings)
    made = themes_of(opened(settings), settings.home)
    kept = json.loads((settings.home / "themes.json").read_text())
    kept["map"]["themes"][0]["label"], kept["version"] = "Old", 1
    (settings.home / "themes.json").write_text(json.dumps(kept))
    labels = [theme.label for theme in themes_of(opened(settings), settings.home).themes]
    assert labels == [theme.label for theme in made.themes]


def test_another_number_of_themes_is_not_kept(tmp_path, settings):
    ingest([write(tmp_path / "a.jsonl", 12)], settings)
    assert len(themes_of(opened(settings), settings.home, 2).themes) == 2
    assert not (settings.home / "themes.json").exists()
