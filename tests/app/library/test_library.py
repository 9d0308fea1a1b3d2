"""Nothing is lost: bad sources are held back, every change can be undone."""

from __future__ import annotations

import gzip
import json
import stat

import pytest
from chromadb.api.shared_system_client import SharedSystemClient

from app.library import history
from app.library.changes import remove, undo
from app.library.pipeline import ingest
from app.surfaces.render.export import to_jsonl
from ingest.errors import FingerprintMismatch, InputError, SettingsError, StoreError
from ingest.index.embedding import HashEmbedder
from ingest.index.snapshot import Index
from ingest.index.store import Store
from ingest.paper import Paper
from ingest.settings import IndexSettings


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


def entries(numbers):
    return "".join(f"@misc{{k{n}, title = {{Paper number {n} of many}}}}\n" for n in numbers)


def write(path, text):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def numbers(settings):
    return sorted(int(p.title.split()[2]) for p in Index.open(settings.home).papers())


def test_a_half_written_file_is_not_applied(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(10)))
    ingest([path], settings)
    write(path, entries(range(2)) + "@misc{k3, title = {Paper number 3 of")
    report = ingest([path], settings)
    assert (report.papers, report.removed, report.held) == (10, 0, 1)
    assert report.skipped == [
        {"source": str(path), "reason": "it gives 2 papers where it gave 10: not applied"}
    ]
    assert numbers(settings) == list(range(10))
    assert ingest([path], settings, confirmed=True).removed == 8
    assert numbers(settings) == [0, 1]


def test_half_of_a_file_may_go(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(10)))
    ingest([path], settings)
    write(path, entries(range(5)))
    assert ingest([path], settings).removed == 5


def test_one_bad_file_of_a_folder_is_held_and_the_rest_applied(tmp_path, settings):
    folder = tmp_path / "lists"
    write(folder / "a.bib", entries(range(6)))
    write(folder / "b.bib", entries(range(10, 30)))
    ingest([folder], settings)
    write(folder / "a.bib", "\x00\x01 disk error")
    write(folder / "b.bib", entries(range(10, 31)))
    report = ingest([folder], settings)
    assert (report.added, report.removed, report.held) == (1, 0, 1)
    assert report.skipped[0]["source"] == str(folder / "a.bib")
    assert numbers(settings) == [*range(6), *range(10, 31)]


def test_a_file_deleted_from_a_folder_is_gone_on_purpose(tmp_path, settings):
    folder = tmp_path / "lists"
    write(folder / "a.bib", entries(range(6)))
    write(folder / "b.bib", entries(range(10, 30)))
    ingest([folder], settings)
    (folder / "a.bib").unlink()
    assert ingest([folder], settings).removed == 6


def test_replace_with_a_broken_file_drops_nothing(tmp_path, settings):
    one = write(tmp_path / "a.bib", entries(range(10)))
    ingest([one], settings)
    two = write(tmp_path / "b.bib", entries([50]) + "@misc{x, title = {Never closed")
    assert ingest([two], settings, replace=True).held == 1
    assert numbers(settings) == list(range(10))
    write(two, entries([50]))  # whole: few papers are what `replace` was asked for
    assert ingest([two], settings, replace=True).held == 0
    assert numbers(settings) == [50]


def test_a_paper_of_two_files_is_counted_where_it_stands(tmp_path, settings):
    one = write(tmp_path / "a.bib", entries(range(4)))
    two = write(tmp_path / "b.bib", entries(range(2, 8)))
    ingest([one, two], settings)
    assert ingest([two], settings).held == 0
    assert numbers(settings) == list(range(8))


def test_a_renamed_file_does_not_keep_its_papers_for_ever(tmp_path, settings):
    old = write(tmp_path / "old.bib", entries(range(4)))
    ingest([old], settings)
    new = tmp_path / "new.bib"
    old.rename(new)
    assert ingest([new], settings).papers == 4
    write(new, entries(range(3)))
    assert ingest([new], settings).removed == 1


def test_a_dry_run_says_what_would_be_and_changes_nothing(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    report = ingest([path], settings, dry_run=True)
    assert (report.added, report.dry_run) == (3, True)
    assert not settings.home.exists()
    ingest([path], settings)
    before = {f: f.read_bytes() for f in settings.home.rglob("*.jsonl*")}
    write(path, entries(range(1, 5)))
    report = ingest([path], settings, dry_run=True)
    assert (report.added, report.removed, report.unchanged) == (2, 1, 2)
    assert {f: f.read_bytes() for f in settings.home.rglob("*.jsonl*")} == before
    assert numbers(settings) == [0, 1, 2]


def test_changes_are_undone_one_by_one(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    first = [p.to_dict() for p in Index.open(settings.home).papers()]
    write(path, entries(range(1, 5)))
    ingest([path], settings)
    ids = [p.paper_id for p in Index.open(settings.home).papers()]
    removed = remove(ids[:1], settings)
    assert [p.paper_id for p in removed] == ids[:1]
    assert undo(settings)[0] == "remove 1 paper"
    assert numbers(settings) == [1, 2, 3, 4]
    why, plan = undo(settings)
    assert why == f"ingest {path}"
    assert (len(plan.new), len(plan.gone)) == (1, 2)
    assert [p.to_dict() for p in Index.open(settings.home).papers()] == first
    undo(settings)  # the first ingest
    assert numbers(settings) == []
    with pytest.raises(InputError, match="nothing to undo"):
        undo(settings)


def test_a_run_without_change_is_no_change(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    ingest([path], settings)
    assert [len(history.read(f).papers) for f in history.files(settings.home)] == [0]


def test_an_unknown_id_removes_nothing(tmp_path, settings):
    ingest([write(tmp_path / "a.bib", entries(range(2)))], settings)
    known = Index.open(settings.home).paper_ids[0]
    with pytest.raises(InputError, match="no paper nowhere"):
        remove([known, "nowhere"], settings)
    assert numbers(settings) == [0, 1]


def test_only_so_many_changes_are_kept(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(history, "KEPT_CHANGES", 2)
    path = tmp_path / "a.bib"
    for n in range(4):
        ingest([write(path, entries(range(n + 1)))], settings)
    assert [len(history.read(f).papers) for f in history.files(settings.home)] == [2, 3]


def test_a_damaged_change_is_named(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    ingest([write(path, entries(range(2)))], settings)
    change = history.files(settings.home)[-1]
    lines = gzip.decompress(change.read_bytes()).splitlines(keepends=True)
    change.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(StoreError, match="cut short"):
        undo(settings)
    assert numbers(settings) == [0, 1]


def test_a_rebuild_forgets_no_paper_of_other_paths(tmp_path, settings):
    ingest([write(tmp_path / "a.bib", entries(range(3)))], settings)
    other = settings.model_copy(update={"chunk_size": 100})
    two = write(tmp_path / "b.bib", entries([7]))
    assert ingest([two], other, rebuild=True).papers == 4
    assert numbers(other) == [0, 1, 2, 7]


def test_merges_are_listed(tmp_path, settings):
    rows = [{"title": "Reading Rooms", "year": 2020}, {"title": "Reading rooms", "year": 2020}]
    path = write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows)))
    (merge,) = ingest([path], settings).to_dict()["merges"]
    assert (merge["kept"], merge["from"]) == ("a.jsonl, record 1", "a.jsonl, record 2")
    assert merge["why"] == "same title"


def test_the_home_is_its_owners_alone(tmp_path, settings):
    ingest([write(tmp_path / "a.bib", entries([1]))], settings)
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700


def test_a_rebuild_that_is_cut_off_forgets_nothing(tmp_path, settings):
    class Broken(HashEmbedder):
        def encode(self, texts):
            raise RuntimeError("power cut")

    ingest([write(tmp_path / "a.bib", entries(range(3)))], settings)
    two = write(tmp_path / "b.bib", entries([7]))
    with pytest.raises(RuntimeError, match="power cut"):
        ingest([two], settings, rebuild=True, embedder=Broken())
    assert numbers(settings) == [0, 1, 2]  # readers go on with what there was
    assert ingest([two], settings).papers == 4
    assert numbers(settings) == [0, 1, 2, 7]
    remove([Index.open(settings.home).paper_ids[0]], settings)
    assert len(numbers(settings)) == 3  # and what is removed later stays so


def files_of(folder):
    return {f: f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_a_rebuild_with_an_embedder_that_does_not_exist_touches_nothing(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    with pytest.raises(SettingsError, match="unknown embedder"):
        ingest([path], settings.model_copy(update={"embedder": "nope"}), rebuild=True)
    assert not (settings.home / "RECOVERING").exists()
    assert ingest([path], settings).unchanged == 3


@pytest.mark.parametrize("name", ["x", "a reading room", "ends-in-"])
def test_a_collection_name_that_cannot_be_is_refused_by_the_settings(tmp_path, name):
    with pytest.raises(ValueError, match="3 to 512"):
        IndexSettings(home=tmp_path, collection=name)


def test_what_is_no_fault_of_the_store_leaves_it_where_it_is(tmp_path, settings, monkeypatch):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)

    def fails(self):
        raise RuntimeError("no memory left")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "ledger", fails)
        with pytest.raises(RuntimeError, match="no memory left"):
            ingest([path], settings)
    assert not list(settings.home.glob("chroma.damaged-*"))
    assert ingest([path], settings).unchanged == 3


@pytest.mark.parametrize("what", ["damaged", "other collection", "other embedder", "whole"])
def test_a_dry_run_writes_nothing_whatever_it_finds(tmp_path, settings, what):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    if what == "damaged":
        SharedSystemClient.clear_system_cache()
        (settings.home / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    changes = {"other collection": {"collection": "another"}, "other embedder": {"chunk_size": 64}}
    other = settings.model_copy(update=changes.get(what, {}))
    before = files_of(settings.home)
    report = ingest([path], other, dry_run=True, rebuild=what == "other embedder")
    assert report.papers == report.chunks == 3
    assert (report.added, report.unchanged) == ((0, 3) if what == "whole" else (3, 0))
    assert files_of(settings.home) == before


def test_a_dry_run_names_settings_that_need_a_rebuild(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    ingest([path], settings)
    with pytest.raises(FingerprintMismatch):
        ingest([path], settings.model_copy(update={"chunk_size": 64}), dry_run=True)


def test_a_dry_run_on_a_new_home_counts_the_chunks(tmp_path, settings):
    path = write(tmp_path / "a.bib", entries(range(3)))
    assert ingest([path], settings, dry_run=True).chunks == 3
    assert not settings.home.exists()


def test_undo_says_which_change_is_damaged_and_goes_no_further(tmp_path, settings):
    path = tmp_path / "a.bib"
    for n in (2, 3, 4):
        ingest([write(path, entries(range(n)))], settings)
    newest = history.files(settings.home)[-1]
    whole = newest.read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 0xFF
    for broken in (b"", b"no archive", whole[:15], whole[: len(whole) // 2], bytes(flipped)):
        newest.write_bytes(broken)
        with pytest.raises(StoreError, match=newest.name):
            undo(settings)
        assert numbers(settings) == [0, 1, 2, 3]
    newest.unlink()
    assert undo(settings)[1].gone
    assert numbers(settings) == [0, 1]


def test_a_file_that_only_looks_like_history_is_none(tmp_path, settings):
    path = tmp_path / "a.bib"
    ingest([write(path, entries(range(2)))], settings)
    (settings.home / "history" / "notes.jsonl.gz").write_bytes(b"mine")
    ingest([write(path, entries(range(3)))], settings)
    assert undo(settings)[0] == f"ingest {path}"
    assert (settings.home / "history" / "notes.jsonl.gz").exists()


def test_a_wrong_merge_is_listed_and_taken_apart(tmp_path, settings):
    rows = [
        {"title": "On the Care of Rooms", "year": 2020, "abstract": text} for text in ("A.", "B.")
    ]
    one, two = (write(tmp_path / f"{n}.json", json.dumps(row)) for n, row in enumerate(rows))
    ingest([one], settings)
    report = ingest([two], settings)
    assert (report.papers, report.merged) == (1, 1)
    assert report.merges[0]["from_title"] == "On the Care of Rooms"
    undo(settings)
    assert [p.summary for p in Index.open(settings.home).papers()] == ["A."]
    assert ingest([two], settings, merge=False).papers == 2
    # It stays so until it is asked to be otherwise.
    report = ingest([two], settings)
    assert (report.papers, report.merged, report.unchanged) == (2, 0, 2)
    assert ingest([one], settings).papers == 2
    assert ingest([two], settings, merge=True).papers == 1


def test_records_that_say_they_are_kept_apart_come_in_so(tmp_path, settings):
    papers = [Paper("On the Care of Rooms", text, year=2020, apart=True) for text in ("A.", "B.")]
    path = write(tmp_path / "export.jsonl", to_jsonl(papers))
    assert ingest([path], settings).papers == 2
    # What was said of the path since then goes before its records.
    assert ingest([path], settings, merge=True).papers == 1
    assert ingest([path], settings).papers == 1


def test_works_of_one_title_do_not_look_like_a_file_that_shrank(tmp_path, settings):
    rows = [{"title": "Simone Weil", "authors": [f"Author{n} Family{n}"]} for n in range(9)]
    path = write(tmp_path / "a.json", json.dumps(rows))
    assert ingest([path], settings).papers == 9
    report = ingest([path], settings)
    assert (report.papers, report.unchanged, report.held) == (9, 9, 0)
