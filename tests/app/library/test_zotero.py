"""A Zotero on this machine as a source: read whole, then by what changed; nothing is lost."""

from __future__ import annotations

import json
import socket

import pytest
from typer.testing import CliRunner

from app.library.changes import undo
from app.library.pipeline import ingest
from app.library.tags import tag
from app.surfaces.cli import app
from ingest.errors import InputError
from ingest.index.snapshot import Index
from ingest.readers.registry import choose_reader
from ingest.settings import IndexSettings
from tests.support.zotero import running_zotero

ARTICLE = {
    "title": "On the <i>Care</i> of Rooms",
    "creators": [
        {"creatorType": "editor", "firstName": "Ed", "lastName": "Itor"},
        {"creatorType": "author", "firstName": "Ann", "lastName": "Lee"},
        {"creatorType": "author", "name": "The Room Group"},
    ],
    "abstractNote": "Rooms are cared for.",
    "publicationTitle": "Journal of Rooms",
    "date": "May 3, 2021",
    "DOI": "10.1000/Rooms",
    "url": "https://a.example/rooms",
    "extra": "Citation Key: lee2021\narXiv:2105.00001 [cs.CL]",
    "tags": [{"tag": "rooms"}, {"tag": "care, good", "type": 1}],
}


@pytest.fixture
def zotero():
    with running_zotero() as server:
        yield server


@pytest.fixture
def settings(tmp_path, zotero):
    return IndexSettings(home=tmp_path / "home", embedder="hash", zotero_port=zotero.port)


def papers(settings):
    return list(Index.open(settings.home).papers())


def fill(zotero, count, **data):
    for n in range(count):
        zotero.put(f"KEY{n:05}", title=f"Paper number {n} of many", **data)


def test_all_that_an_item_says_is_read(zotero, settings):
    zotero.put("AAAA1111", **ARTICLE)
    zotero.put("BBBB2222", itemType="attachment", title="a.pdf")
    zotero.put("CCCC3333", itemType="book", title="A Book of Rooms", creators=ARTICLE["creators"][:1],
               publisher="Room Press", date="1999")  # fmt: skip
    report = ingest(["zotero:"], settings)
    assert (report.papers, report.rejected) == (2, [])
    assert [s["source"] for s in report.skipped] == ["zotero:"]
    article, book = papers(settings)
    assert (article.title, article.summary) == ("On the Care of Rooms", "Rooms are cared for.")
    assert article.authors == ("Ann Lee", "The Room Group")
    assert (article.year, article.venue, article.citekey) == (2021, "Journal of Rooms", "lee2021")
    assert (article.doi, article.arxiv_id, article.url) == (
        "10.1000/rooms",
        "2105.00001",
        ARTICLE["url"],
    )
    assert article.tags == ("rooms", "care, good")
    assert article.origins == ("zotero:",)
    assert (book.authors, book.venue, book.year) == (("Ed Itor",), "Room Press", 1999)
    # The same items as a file.
    rows = json.dumps([{"key": k, "data": d} for k, d in zotero.items.items()])
    result = choose_reader("a.json", rows).read(rows, "a.json")
    assert [p.title for p in result.papers] == [article.title, book.title]
    assert result.rejected[0].reason == "not a paper but an item of type attachment"


def test_later_runs_ask_for_what_changed(zotero, settings):
    fill(zotero, 230)
    assert ingest(["zotero:"], settings).added == 230
    assert zotero.sent() == 230
    report = ingest(["zotero:"], settings)
    assert (report.unchanged, zotero.sent() <= 100) == (230, True)
    zotero.put("KEY00007", abstractNote="Found out later.")
    zotero.put("NEW00001", title="A paper that is new")
    zotero.put("KEY00003", synchronised=False, date="2020")
    del zotero.items["KEY00009"]
    report = ingest(["zotero:"], settings)
    assert (report.added, report.updated, report.removed, report.unchanged) == (1, 2, 1, 227)
    assert zotero.sent() <= 100
    by_title = {p.title: p for p in papers(settings)}
    assert by_title["Paper number 7 of many"].summary == "Found out later."
    assert by_title["Paper number 3 of many"].year == 2020
    # A version that changed without a new date, as a merge of two machines makes it.
    zotero.version += 1
    zotero.items["KEY00100"] |= {"title": "Paper number 100 retold", "version": zotero.version}
    assert (ingest(["zotero:"], settings).added, zotero.sent() <= 101) == (1, True)


def test_nothing_is_lost(zotero, settings, tmp_path):
    fill(zotero, 10)
    ingest(["zotero:"], settings)
    tag("mine", [papers(settings)[0].paper_id], settings)
    other = tmp_path / "a.json"
    other.write_text(json.dumps([{"title": "Paper number 4 of many"}]), "utf-8")
    ingest([other], settings)
    kept, zotero.items = zotero.items, {"KEY00001": zotero.items["KEY00001"]}
    report = ingest(["zotero:"], settings)
    assert (report.papers, report.removed, report.held) == (10, 0, 1)
    assert ingest(["zotero:"], settings, dry_run=True, confirmed=True).removed == 8
    assert ingest(["zotero:"], settings, confirmed=True).papers == 2
    undo(settings)
    assert len(papers(settings)) == 10
    assert [p.tags for p in papers(settings)].count(("mine",)) == 1
    # A file of what was kept that is damaged costs one whole reading.
    zotero.items = kept
    (file,) = (settings.home / "zotero").iterdir()
    file.write_bytes(b"{")
    zotero.sent()
    report = ingest(["zotero:"], settings)
    assert (report.papers, report.added, report.removed, zotero.sent()) == (10, 0, 0, 10)


@pytest.mark.parametrize(
    "address",
    ["zotero:COLL0001", "zotero:thesis", "zotero://select/library/collections/COLL0001"],
)
def test_a_collection_is_named_by_key_name_or_link(zotero, settings, address):
    zotero.collections = {"COLL0001": "Thesis", "COLL0002": "Other"}
    fill(zotero, 3)
    zotero.put("IN000001", title="A paper of the thesis", collections=["COLL0001"])
    assert ingest([address], settings).papers == 1
    assert papers(settings)[0].origins == ("zotero:COLL0001",)
    with pytest.raises(InputError, match="no collection nowhere") as error:
        ingest(["zotero:nowhere"], settings)
    assert "Thesis (COLL0001)" in error.value.hint


def test_an_export_of_better_bibtex(zotero, settings):
    path = "/better-bibtex/export/collection?/1/COLL0001.biblatex"
    zotero.exports[path] = "@article{lee2021, title={On the Care of Rooms}, keywords={rooms}}"
    address = f"http://127.0.0.1:{zotero.port}{path}"
    assert ingest([address], settings).papers == 1
    (paper,) = papers(settings)
    assert (paper.citekey, paper.tags, paper.origins) == ("lee2021", ("rooms",), (address,))
    zotero.exports[path] = ""
    assert ingest([address], settings).held == 1
    with pytest.raises(InputError, match="does not answer as Zotero does"):
        ingest([address.replace("COLL0001", "NONE")], settings)
    with pytest.raises(InputError, match="no such file"):
        ingest([address.replace("127.0.0.1", "elsewhere.example")], settings)


def test_what_is_wrong_is_one_line(zotero, settings, monkeypatch):
    fill(zotero, 2)
    ingest(["zotero:"], settings)
    monkeypatch.setenv("READING_ROOM_ZOTERO_PORT", str(zotero.port))
    monkeypatch.setenv("READING_ROOM_EMBEDDER", "hash")
    zotero.enabled = False
    result = CliRunner().invoke(app, ["ingest", "zotero:"])
    assert result.exit_code == 3
    assert result.stderr.splitlines()[0] == "error: Zotero lets no other program read it"
    assert "Settings, Advanced" in result.stderr.splitlines()[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("READING_ROOM_ZOTERO_PORT", str(free.getsockname()[1]))
    result = CliRunner().invoke(app, ["ingest", "zotero:"])
    assert (result.exit_code, len(result.stderr.splitlines())) == (3, 2)
    assert result.stderr.startswith("error: Zotero is not running\n")
    assert len(papers(settings)) == 2
