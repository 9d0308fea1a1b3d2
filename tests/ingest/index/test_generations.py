"""The snapshot is a checked copy: damage is seen, mended, never handed on; readers keep theirs."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import threading
from pathlib import Path

import chromadb.errors
import pytest

from app.library.changes import repair, survey
from app.library.pipeline import ingest
from ingest.errors import IndexDamaged, IndexMissing, IndexOutdated, StoreError
from ingest.index import generations
from ingest.index.chroma import is_damaged, let_go
from ingest.index.generations import current_generation, verify
from ingest.index.snapshot import Index
from ingest.index.store import Store
from ingest.settings import IndexSettings

FILES = (
    "vectors.npy", "chunks.npz", "papers.jsonl", "columns.json", "meta.json", "MANIFEST.json",
    "bm25/data.npy", "bm25/rows.npy", "bm25/starts.npy", "bm25/terms.json",
    "tokens/vectors.i8", "tokens/tokens.npz", "tokens/keys.json",
)  # fmt: skip


def write(path, numbers):
    rows = [{"title": f"Paper number {n} of many", "abstract": f"It finds {n}."} for n in numbers]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


@pytest.fixture
def path(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", range(5))
    ingest([path], settings)
    return path


def folder(settings):
    return settings.home / "index" / current_generation(settings.home)


def content(settings):
    root = folder(settings)
    return {
        path.relative_to(root): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != "VERIFIED.json"
    }


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


DAMAGES = {
    "deleted": lambda path: path.unlink(),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "flipped": flip,
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_every_damage_is_seen_and_repaired(name, damage, settings, path):
    clean = content(settings)
    DAMAGES[damage](folder(settings) / name)
    with pytest.raises(StoreError, match=r"damaged|cannot be read|older version") as caught:
        Index.open(settings.home)
    assert "doctor --repair" in caught.value.hint
    ingest([path], settings)
    assert content(settings) == clean
    assert Index.open(settings.home).papers_count == 5


def test_a_large_index_is_read_in_full_only_when_it_was_touched(settings, path, monkeypatch):
    monkeypatch.setattr(generations, "_SMALL", 0)
    Index.open(settings.home)
    read = []
    digest = generations._digest
    monkeypatch.setattr(generations, "_digest", lambda file: read.append(file) or digest(file))
    Index.open(settings.home)
    assert read == []
    vectors = folder(settings) / "vectors.npy"
    os.utime(vectors)
    Index.open(settings.home)
    assert vectors in read
    read.clear()
    Index.open(settings.home)
    assert read == []
    flip(vectors)
    with pytest.raises(IndexDamaged, match=r"vectors\.npy is damaged"):
        Index.open(settings.home)


@pytest.mark.parametrize("garbage", [b"", b"\xff\xfe\x00", b"../../etc", os.urandom(40), b"0" * 16])
def test_a_pointer_of_garbage_is_written_anew(garbage, settings, path):
    clean = content(settings)
    (settings.home / "index" / "CURRENT").write_bytes(garbage)
    with pytest.raises((IndexMissing, IndexDamaged)):
        Index.open(settings.home)
    ingest([path], settings)
    assert content(settings) == clean


def test_a_newer_home_is_refused_and_left_alone(settings, path):
    manifest = folder(settings) / "MANIFEST.json"
    newer = {**json.loads(manifest.read_text()), "format": 99}
    manifest.write_text(json.dumps(newer))
    for use in (lambda: Index.open(settings.home), lambda: ingest([path], settings)):
        with pytest.raises(StoreError, match="newer version") as caught:
            use()
        assert "update" in caught.value.hint
    assert json.loads(manifest.read_text()) == newer


@pytest.mark.parametrize("manifest", [None, {"format": 2, "files": {}}])
@pytest.mark.parametrize(
    "update", [lambda path, at: repair(at), lambda path, at: ingest([path], at)]
)
def test_an_older_home_is_brought_up_to_date(update, manifest, settings, path):
    clean = content(settings)
    (folder(settings) / "MANIFEST.json").unlink()
    if manifest:
        (folder(settings) / "MANIFEST.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexOutdated, match="older version") as caught:
        Index.open(settings.home)
    assert "doctor --repair" in caught.value.hint
    update(path, settings)
    assert content(settings) == clean


def test_a_generation_stays_while_it_is_read(settings, path):
    reader = Index.open(settings.home)
    held = folder(settings)
    for n in range(6, 9):
        ingest([write(path, range(n))], settings)
    assert held.is_dir()
    assert reader.lexical.scores("finds").shape == (5,)  # opened only now
    assert len(reader.tokens.offsets) > 0
    del reader
    ingest([write(path, range(10))], settings)
    assert [p.name for p in (settings.home / "index").iterdir() if p.is_dir()] == [
        current_generation(settings.home)
    ]


def test_readers_never_fail_while_the_list_changes(settings, path):
    failures, opened = [], []
    done = threading.Event()

    def read():
        while not done.is_set():
            try:
                index = Index.open(settings.home)
                assert index.lexical.scores("finds").shape == (index.chunks_count,)
                opened.append(index.generation)
            except Exception as error:  # any failure fails the test
                failures.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(12):
        ingest([write(path, range(4 + n % 3))], settings)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(set(opened)) > 1


def test_the_store_comes_back_from_the_snapshot(settings, path):
    clean = content(settings)
    database = settings.home / "chroma" / "chroma.sqlite3"
    data = database.read_bytes()
    database.write_bytes(data[: len(data) // 2])
    let_go()  # another process than the one that wrote it, as far as Chroma knows
    assert repair(settings) == (5, True)
    assert content(settings) == clean
    assert len(list(settings.home.glob("chroma.damaged-*"))) == 1
    verify(folder(settings))
    assert ingest([path], settings).unchanged == 5


UNUSABLE = {
    "a broken log": "UPDATE embeddings_queue SET metadata = '{' WHERE seq_id = 3",
    "a vector cut short": "UPDATE embeddings_queue SET vector = x'4142' WHERE seq_id = 3",
    "a broken name": "UPDATE embeddings SET embedding_id = CAST(x'41ff' AS TEXT) WHERE id = 3",
    "broken settings": "UPDATE collections SET config_json_str = 'x'",
    "a panic of Chroma": "UPDATE segments SET type = CAST(x'41ff' AS TEXT)",
    "another version": "UPDATE migrations SET hash = 'x'",
    "another list": "UPDATE collections SET name = 'another'",
    "another fingerprint": "UPDATE collection_metadata SET str_value = 'x' WHERE key LIKE '%print'",
}


@pytest.mark.parametrize("mend", [repair, lambda at: ingest([at.home.parent / "a.jsonl"], at)])
@pytest.mark.parametrize("sql", UNUSABLE.values(), ids=UNUSABLE)
def test_a_store_that_chroma_cannot_use_comes_back(sql, mend, settings, path):
    clean = content(settings)
    let_go()
    with sqlite3.connect(settings.home / "chroma" / "chroma.sqlite3") as database:
        assert database.execute(sql).rowcount
    mend(settings)
    assert content(settings) == clean
    assert survey(settings) == (5, 5)


def test_a_store_that_can_be_read_but_not_written_to_comes_back(settings, path, monkeypatch):
    clean, upsert = content(settings), Store.upsert
    let_go()
    with sqlite3.connect(settings.home / "chroma" / "chroma.sqlite3") as database:
        database.execute(
            "UPDATE embedding_metadata SET string_value = 'x' WHERE key = 'paper_json'"
        )

    def fails(self, *parts):
        if not list(settings.home.glob("chroma.damaged-*")):
            raise chromadb.errors.InternalError("Failed to apply logs to the metadata segment")
        upsert(self, *parts)

    monkeypatch.setattr(Store, "upsert", fails)
    assert repair(settings) == (5, True)
    assert content(settings) == clean
    assert survey(settings) == (5, 5)


def test_a_locked_store_is_not_taken_for_a_damaged_one(settings, path):
    let_go()
    database = sqlite3.connect(settings.home / "chroma" / "chroma.sqlite3")
    database.execute("BEGIN EXCLUSIVE")
    assert not is_damaged(settings)
    database.close()


def test_a_full_disk_at_any_moment_loses_nothing(settings, path, monkeypatch):
    before, fsync = content(settings), os.fsync
    write(path, range(7))
    left = [0]

    def full(handle):
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    # As often as a run writes: a change for the history, each file of a generation, the pointer.
    for moment in range(1, len(FILES) + 2):
        left[0] = moment
        with pytest.raises(StoreError, match="No space left"):
            ingest([path], settings)
        assert content(settings) == before
    ingest([path], settings)
    assert Index.open(settings.home).papers_count == 7


def test_a_disk_without_room_is_said_before_anything_is_written(settings, path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        ingest([path], settings)
    assert "make room" in caught.value.hint
    assert not list(settings.home.glob(".write-test"))


def test_the_home_is_its_owners_alone(settings, path):
    assert settings.home.stat().st_mode & 0o777 == 0o700
