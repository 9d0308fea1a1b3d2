from __future__ import annotations

import json

import numpy as np
import pytest

from app.library.pipeline import ingest
from ingest.errors import FingerprintMismatch, IndexMissing, InputError, StoreError
from ingest.index.embedding import HashEmbedder
from ingest.index.snapshot import Index
from ingest.settings import IndexSettings


class CountingEmbedder(HashEmbedder):
    """Counts what it embeds; fails after `fail_after` texts."""

    def __init__(self, fail_after=None):
        self.texts = []
        self.fail_after = fail_after

    def encode(self, texts):
        if self.fail_after is not None and len(self.texts) + len(texts) > self.fail_after:
            raise RuntimeError("power cut")
        self.texts += texts
        return super().encode(texts)


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


def write(path, records):
    path.write_text("".join(json.dumps(r) + "\n" for r in records), "utf-8")
    return path


def record(number, summary="Something is found."):
    return {"title": f"Paper number {number} of many", "abstract": summary}


def counts(report):
    return (report.added, report.updated, report.unchanged, report.removed)


def titles(settings):
    return {p.title for p in Index.open(settings.home).papers()}


def test_a_second_run_embeds_nothing(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(i) for i in range(5)])
    assert counts(ingest([path], settings)) == (5, 0, 0, 0)
    embedder = CountingEmbedder()
    assert counts(ingest([path], settings, embedder=embedder)) == (0, 0, 5, 0)
    assert embedder.texts == []


def test_changed_added_and_removed_records(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(i) for i in range(4)])
    ingest([path], settings)
    write(path, [record(0), record(1, "Another finding."), record(9)])
    embedder = CountingEmbedder()
    report = ingest([path], settings, embedder=embedder)
    assert counts(report) == (1, 1, 1, 2)
    assert len(embedder.texts) == 2
    assert titles(settings) == {f"Paper number {i} of many" for i in (0, 1, 9)}


def test_a_change_of_metadata_alone_embeds_nothing(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(1)])
    ingest([path], settings)
    write(path, [{**record(1), "year": 2024}])
    embedder = CountingEmbedder()
    assert counts(ingest([path], settings, embedder=embedder)) == (0, 1, 0, 0)
    assert embedder.texts == []
    assert Index.open(settings.home).paper(0).year == 2024


def test_the_order_of_the_list_is_that_of_the_file(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(i) for i in range(3)])
    ingest([path], settings)
    write(path, [record(9), record(2), record(0), record(1)])
    embedder = CountingEmbedder()
    assert counts(ingest([path], settings, embedder=embedder)) == (1, 0, 3, 0)
    assert len(embedder.texts) == 1
    order = [p.title.split()[2] for p in Index.open(settings.home).papers()]
    assert order == ["9", "2", "0", "1"]
    write(path, [record(0), record(1), record(2), record(9)])
    assert counts(ingest([path], settings)) == (0, 0, 4, 0)
    order = [p.title.split()[2] for p in Index.open(settings.home).papers()]
    assert order == ["0", "1", "2", "9"]


def test_papers_of_other_paths_stay_unless_replaced(tmp_path, settings):
    one = write(tmp_path / "a.jsonl", [record(1), record(2)])
    two = write(tmp_path / "b.jsonl", [record(2), record(3)])
    ingest([one], settings)
    assert ingest([two], settings).papers == 3
    write(one, [record(5)])
    assert ingest([one], settings).papers == 3  # 2 is still in the other file
    assert titles(settings) == {f"Paper number {i} of many" for i in (2, 3, 5)}
    assert ingest([two], settings, replace=True).papers == 2


def test_a_crash_while_embedding_loses_nothing(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(i) for i in range(600)])
    ingest([path], settings)
    before = Index.open(settings.home).generation
    write(path, [record(i, "A new text.") for i in range(600)])
    with pytest.raises(RuntimeError, match="power cut"):
        ingest([path], settings, embedder=CountingEmbedder(fail_after=300))
    survivor = Index.open(settings.home)
    assert survivor.generation == before
    assert {p.summary for p in survivor.papers()} == {"Something is found."}
    embedder = CountingEmbedder()
    report = ingest([path], settings, embedder=embedder)
    assert report.papers == 600
    assert len(embedder.texts) <= 600 - 256
    assert {p.summary for p in Index.open(settings.home).papers()} == {"A new text."}


def test_the_snapshot_holds_what_the_store_holds(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(i) for i in range(3)])
    ingest([path], settings)
    index = Index.open(settings.home)
    assert [p.title for p in index.papers()] == [f"Paper number {i} of many" for i in range(3)]
    assert np.allclose(np.linalg.norm(index.vectors, axis=1), 1)
    assert index.chunk_paper.tolist() == [0, 1, 2]


def test_another_embedder_needs_a_rebuild_and_says_how(tmp_path, settings):
    path = write(tmp_path / "a.jsonl", [record(1)])
    ingest([path], settings)
    other = IndexSettings(home=settings.home, embedder="hash", chunk_size=100)
    with pytest.raises(FingerprintMismatch) as caught:
        ingest([path], other)
    assert "ingest --rebuild" in caught.value.hint
    with pytest.raises(FingerprintMismatch):
        Index.open(settings.home, other.fingerprint())
    assert ingest([path], other, rebuild=True).added == 1


def test_bad_input_is_named(tmp_path, settings):
    with pytest.raises(InputError):
        ingest([tmp_path / "nowhere.txt"], settings)
    with pytest.raises(IndexMissing):
        Index.open(settings.home)


def test_a_home_that_cannot_be_written(tmp_path, settings):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    path = write(tmp_path / "a.jsonl", [record(1)])
    with pytest.raises(StoreError) as caught:
        ingest([path], IndexSettings(home=blocked / "home", embedder="hash"))
    assert "READING_ROOM_HOME" in caught.value.hint
