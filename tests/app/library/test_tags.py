"""Tags: given and taken by people, kept when the files are read again, undone like any change."""

from __future__ import annotations

import json

import pytest

from app.library.changes import undo
from app.library.pipeline import ingest
from app.library.tags import tag, untag
from ingest.errors import InputError
from ingest.index.snapshot import Index
from ingest.settings import IndexSettings

ROWS = [
    {"title": "On the Care of Rooms", "authors": ["Ann Lee"], "keywords": "rooms; care"},
    {"title": "On the Care of Doors", "authors": ["Ann Lee"], "keywords": "doors"},
]


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


@pytest.fixture
def path(tmp_path, settings):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(ROWS), "utf-8")
    ingest([path], settings)
    return path


def tags(settings):
    return [set(p.tags) for p in Index.open(settings.home).papers()]


def ids(settings):
    return [p.paper_id for p in Index.open(settings.home).papers()]


def test_tags_survive_the_files_and_go_back_with_undo(path, settings):
    one, two = ids(settings)
    assert [p.tags for p in tag("to read", [one, two], settings)] == [
        ("rooms", "care", "to read"),
        ("doors", "to read"),
    ]
    assert untag("CARE", [one], settings)[0].tags == ("rooms", "to read")
    after = [{"rooms", "to read"}, {"doors", "to read"}]
    report = ingest([path], settings)
    assert (report.unchanged, tags(settings)) == (2, after)
    # What else the file says is taken over, under another id too.
    path.write_text(
        json.dumps([{**ROWS[0], "doi": "10.1000/1", "keywords": "care; new"}, ROWS[1]]), "utf-8"
    )
    ingest([path], settings)
    assert tags(settings) == [{"new", "to read"}, {"doors", "to read"}]
    for _ in range(3):
        undo(settings)
    assert tags(settings) == [{"rooms", "care"}, {"doors"}]


def test_what_was_taken_can_be_given_again(path, settings):
    one = ids(settings)[0]
    untag("care", [one], settings)
    assert tag("Care", [one], settings)[0].tags == ("rooms", "Care")
    ingest([path], settings)
    assert tags(settings)[0] == {"rooms", "care"}
    untag("care", [one], settings)
    ingest([path], settings)
    assert tags(settings)[0] == {"rooms"}


def test_a_tag_goes_with_its_paper_into_a_merge(path, settings, tmp_path):
    tag("mine", [ids(settings)[0]], settings)
    other = tmp_path / "b.json"
    other.write_text(json.dumps([{**ROWS[0], "keywords": "theirs"}]), "utf-8")
    assert ingest([other], settings).merged == 1
    assert {"rooms", "care", "mine", "theirs"} in tags(settings)


def test_nothing_is_changed_by_what_cannot_be_done(path, settings):
    one, two = ids(settings)
    for wrong in ("", " ", "a;b", "a|b"):
        with pytest.raises(InputError, match="cannot be a tag"):
            tag(wrong, [one], settings)
    with pytest.raises(InputError, match="no paper nowhere"):
        tag("x", [one, "nowhere"], settings)
    with pytest.raises(InputError, match="has no tag rooms"):
        untag("rooms", [one, two], settings)
    with pytest.raises(InputError, match="nothing to undo"):
        _ = [undo(settings) for _ in range(2)]
