"""Rows of the store carry checksums: damage in Chroma's files never gets into a snapshot."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import pytest

from app.library.changes import repair, survey
from app.library.pipeline import ingest
from ingest.errors import StoreError
from ingest.index.chroma import database, let_go
from ingest.index.snapshot import Index
from ingest.index.store import Store
from ingest.settings import IndexSettings

# Where Chroma keeps what, and what a damaged byte makes of it: nothing there tells it from truth.
DAMAGES = {
    "text": "string_value = replace(string_value, 'finds 3', 'finds 8') WHERE key = 'chroma:document'",
    "record": "string_value = replace(string_value, 'It finds 3', 'It binds 3') WHERE key = 'paper_json'",
    "raw": "string_value = replace(string_value, 'raw\": \"{', 'raw\": \"[') WHERE key = 'paper_json'",
    "paper": "string_value = replace(string_value, 'p', 'q') WHERE key = 'paper_id'",
    "place": "int_value = 1 WHERE key = 'ordinal'",
    "count": "int_value = 5 WHERE key = 'chunk_count'",
    "hash": "string_value = 'x' || substr(string_value, 2) WHERE key = 'content_hash'",
}


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


@pytest.fixture
def path(tmp_path, settings):
    rows = [{"title": f"Paper {n} of many", "abstract": f"It finds {n}."} for n in range(5)]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    ingest([path], settings)
    return path


def stored(settings):
    let_go()
    rows = sorted(Store.existing(settings).rows(), key=lambda row: row.chunk.text)
    return [(r.ordinal, r.chunk.text, r.chunk.vector.tolist(), r.paper) for r in rows]


def shown(settings):
    index = Index.open(settings.home)
    return list(index.papers()), index.vectors.tolist()


def damage(settings, name):
    let_go()
    with sqlite3.connect(database(settings)) as db:
        if name != "vector":
            assert db.execute(f"UPDATE embedding_metadata SET {DAMAGES[name]}").rowcount
            return
        ((number, vector),) = db.execute("SELECT seq_id, vector FROM embeddings_queue LIMIT 1")
        changed = np.frombuffer(vector, np.float32).copy()
        changed[changed.argmax()] += np.float32(2**-10)
        db.execute(
            "UPDATE embeddings_queue SET vector = ? WHERE seq_id = ?", (changed.tobytes(), number)
        )


@pytest.mark.parametrize("name", ["vector", *DAMAGES])
def test_what_is_not_as_it_was_written_is_seen_and_mended(name, settings, path):
    clean = stored(settings)
    damage(settings, name)
    assert stored(settings) != clean or name in ("paper", "count", "hash")
    with pytest.raises(StoreError, match="damaged"):
        survey(settings)
    assert repair(settings) == (5, True)
    assert stored(settings) == clean
    assert survey(settings) == (5, 5)


@pytest.mark.parametrize("name", ["vector", *DAMAGES])
def test_no_damage_gets_into_the_next_snapshot(name, settings, path):
    papers, vectors = shown(settings)
    damage(settings, name)
    other = path.with_name("b.jsonl")
    other.write_text(json.dumps({"title": "Another paper of the list"}), "utf-8")
    ingest([other], settings)
    assert shown(settings)[0][:5] == papers
    assert shown(settings)[1][:5] == vectors


def test_a_store_without_checksums_is_taken_as_it_is(settings, path):
    clean = stored(settings)
    let_go()
    with sqlite3.connect(database(settings)) as db:
        db.execute("DELETE FROM embedding_metadata WHERE key IN ('vector_sum', 'paper_hash')")
    assert survey(settings) == (5, 5)
    assert repair(settings) == (5, False)
    assert stored(settings) == clean
