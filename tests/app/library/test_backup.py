"""A library comes back from its archive as it was; a bad archive changes nothing."""

from __future__ import annotations

import io
import tarfile

import pytest

from app.library.backup import back_up, restore
from app.library.changes import undo
from app.library.pipeline import ingest
from ingest.errors import IndexMissing, InputError
from ingest.index.snapshot import Index
from ingest.settings import IndexSettings


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


@pytest.fixture
def path(tmp_path, settings):
    path = tmp_path / "a.txt"
    path.write_text("- **A paper on rooms**\n- **A paper on doors**\n")
    ingest([path], settings)
    return path


def papers(settings):
    return list(Index.open(settings.home).papers())


def test_a_library_comes_back_with_its_history(tmp_path, settings, path):
    file, before = tmp_path / "b.tar.gz", papers(settings)
    assert back_up(settings, file) == 2
    path.write_text("- **Another paper**\n")
    ingest([path], settings, confirmed=True)
    count, kept = restore(settings, file)
    assert count == 2
    assert papers(settings) == before
    assert [p.title for p in papers(settings.model_copy(update={"home": kept}))] == [
        "Another paper"
    ]
    assert ingest([path], settings, dry_run=True, confirmed=True).removed == 2
    undo(settings)
    assert papers(settings) == []
    elsewhere = settings.model_copy(update={"home": tmp_path / "new" / "home"})
    assert restore(elsewhere, file) == (2, None)
    assert papers(elsewhere) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path, settings, path):
    file, before = tmp_path / "b.tar.gz", papers(settings)
    (manifest,) = settings.home.glob("index/*/MANIFEST.json")
    written = manifest.read_text()
    manifest.write_text(written.replace('"format": 3', '"format": 2'))
    with tarfile.open(file, "w:gz") as archive:
        archive.add(settings.home, "home")
    elsewhere = settings.model_copy(update={"home": tmp_path / "new" / "home"})
    assert restore(elsewhere, file) == (2, None)
    assert papers(elsewhere) == before


def test_what_can_be_asked_again_is_not_kept(tmp_path, settings, path):
    kept = settings.home / "enrichment" / "arxiv"
    kept.mkdir(parents=True)
    (kept / "0.json").write_text("{}")
    back_up(settings, tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        names = archive.getnames()
    assert any(name.startswith("home/index/") for name in names)
    assert not any("enrichment" in name for name in names)


def test_a_bad_archive_changes_nothing(tmp_path, settings, path):
    file, before = tmp_path / "b.tar.gz", papers(settings)
    back_up(settings, file)
    whole = file.read_bytes()
    outside = io.BytesIO()
    with tarfile.open(fileobj=outside, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../escaped"))
    for bad in (b"", b"no archive", whole[: len(whole) // 2], outside.getvalue()):
        file.write_bytes(bad)
        with pytest.raises(InputError, match="no whole backup"):
            restore(settings, file)
        assert papers(settings) == before
    assert not (tmp_path / "escaped").exists()
    assert {p.name for p in tmp_path.iterdir()} == {"home", "a.txt", "b.tar.gz"}


def test_nothing_is_written_over(tmp_path, settings, path):
    with pytest.raises(InputError, match="there already"):
        back_up(settings, path)
    with pytest.raises(InputError, match="in the data folder"):
        back_up(settings, settings.home / "b.tar.gz")
    with pytest.raises(InputError, match="cannot write"):
        back_up(settings, tmp_path / "nowhere" / "b.tar.gz")
    with pytest.raises(IndexMissing):
        back_up(settings.model_copy(update={"home": tmp_path / "new"}), tmp_path / "b.tar.gz")
