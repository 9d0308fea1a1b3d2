"""A catalogue fills in what a list left out: of the right papers only, and nothing is lost."""

from __future__ import annotations

import gzip
import json

import pytest

from app.enrichment.enrich import enrich
from app.library.changes import undo
from app.library.pipeline import index_papers, ingest
from ingest.errors import IndexMissing, InputError
from ingest.index.snapshot import Index
from ingest.paper import Paper, Provenance
from ingest.readers.registry import read_path
from ingest.settings import IndexSettings
from tests.support.paper_services import ABSTRACT, WORK

RECORD = {**WORK, "venue": "Journal of Sums", "doi": ""}
CUT = "We find 17 circuits that add numbers dig…"
OTHER = "Lichens of the northern coast were counted over eleven summers and winters by hand."


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


def catalogue(tmp_path, *records, name="papers.jsonl.gz"):
    path = tmp_path / name
    data = "".join(f"{json.dumps(record)}\n" for record in records).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def stored(settings):
    return sorted(Index.open(settings.home).papers(), key=lambda p: p.record)


def paper_after(settings, tmp_path, paper, *records):
    index_papers([paper], settings)
    enrich(settings, [catalogue(tmp_path, *records)])
    return stored(settings)[0]


def test_what_the_list_left_out_is_filled_in_and_where_from_is_kept(settings, tmp_path):
    before = Paper("How small transformers add numbers", CUT)
    paper = paper_after(settings, tmp_path, before, {"title": "Other"}, RECORD)
    assert (paper.title, paper.summary) == (before.title, ABSTRACT)
    assert (paper.authors, paper.year) == (("Ada Lovelace", "Alan Turing"), 2024)
    assert (paper.venue, paper.arxiv_id) == ("Journal of Sums", "2401.00001")
    assert paper.url == "https://arxiv.org/abs/2401.00001"
    assert Provenance("summary", "papers.jsonl.gz", CUT) in paper.provenance
    assert paper.given == before
    assert paper.paper_id == before.paper_id


def test_what_the_list_says_stays(settings, tmp_path):
    own = Paper(
        RECORD["title"], ABSTRACT[:60], authors=("Alan Turing", "Ada Lovelace"), year=2023,
        venue="Sums", url="https://own.example", is_abstract=True,
    )  # fmt: skip
    record = {**RECORD, "year": 2023, "citationCount": 4}
    paper = paper_after(settings, tmp_path, own, record)
    assert {entry.field for entry in paper.provenance} == {"arxiv_id", "citations"}
    assert paper.with_changes(arxiv_id="", citations=None, provenance=()) == own


def test_some_of_the_authors_and_a_preprint_server_are_completed(settings, tmp_path):
    part = Paper(RECORD["title"], authors=("A. Lovelace",), venue="arXiv")
    paper = paper_after(settings, tmp_path, part, RECORD)
    assert (paper.authors[1], paper.venue) == ("Alan Turing", "Journal of Sums")


def test_own_words_stand_behind_the_abstract(settings, tmp_path):
    note = "Read this before the seminar; circuits matter, their Table 3 is the core of it all."
    own = Paper(RECORD["title"], note, authors=("Ada Lovelace",))
    paper = paper_after(settings, tmp_path, own, RECORD)
    assert paper.summary == f"{ABSTRACT}\n{note}"
    assert paper.part_at(0) == "title"
    assert paper.part_at(paper.text.index("17 circuits")) == "abstract"
    assert paper.part_at(paper.text.index("Read this")) == "summary"


def test_a_second_run_changes_nothing(settings, tmp_path):
    index_papers([Paper(RECORD["title"], CUT)], settings)
    path = catalogue(tmp_path, RECORD)
    assert enrich(settings, [path]).enriched == 1
    again = enrich(settings, [path])
    assert (again.enriched, again.fields, len(again.matches)) == (0, {}, 1)


def test_a_dry_run_changes_nothing_and_undo_takes_it_back(settings, tmp_path):
    before = Paper(RECORD["title"], CUT)
    index_papers([before], settings)
    path = catalogue(tmp_path, RECORD)
    report = enrich(settings, [path], dry_run=True)
    assert (report.enriched, report.fields["summary"], report.dry_run) == (1, 1, True)
    assert stored(settings) == [before]
    enrich(settings, [path])
    assert undo(settings)[0] == "enrich from papers.jsonl.gz"
    assert stored(settings) == [before]


NEAR = (
    lambda t: f"{t} II",
    lambda t: f"Towards {t}",
    lambda t: f"{t}: A Survey",
    lambda t: " ".join(t.split()[1:]),
    lambda t: " ".join([*t.split()[:-1], "Lichens"]),
    lambda t: t.replace("Language", "Vision").replace("Learning", "Unlearning") + "?!x",
)


def test_near_titles_and_other_works_of_one_title_are_not_matched(settings, tmp_path, seeds):
    """The shipped list has neither authors nor years: titles and summaries are all there is."""
    papers = read_path(seeds).papers
    ingest([seeds], settings)
    records = [
        {"title": near(p.title), "abstract": f"{p.summary} {ABSTRACT}", "authors": ["X Y"]}
        for near in NEAR
        for p in papers
    ]
    records += [{"title": p.title, "abstract": OTHER, "authors": ["X Y"]} for p in papers]
    report = enrich(settings, [catalogue(tmp_path, *records)])
    assert report.matches == []
    assert report.enriched == 0


def test_titles_written_otherwise_are_matched(settings, tmp_path, seeds):
    papers = read_path(seeds).papers
    ingest([seeds], settings)
    records = [
        {"title": p.title.upper().replace(":", " –").replace("-", " "), "year": 2000 + p.record % 20,
         "abstract": f"{p.summary.rstrip('…')} and so on. {OTHER}"}
        for p in papers
    ]  # fmt: skip
    report = enrich(settings, [catalogue(tmp_path, *records)])
    assert report.enriched == len(papers)
    assert [p.year for p in stored(settings)] == [2000 + p.record % 20 for p in papers]


@pytest.mark.parametrize(("given", "record"), [
    ({"authors": ("Grace Hopper",)}, {}),
    ({"year": 1990}, {"authors": []}),
    ({"arxiv_id": "1904.11093"}, {}),
    ({"doi": "10.1000/1", "title": "A Chapter on Adding"}, {"doi": "10.1000/1"}),
    ({"title": "Adding"}, {"title": "Adding"}),
])  # fmt: skip
def test_who_differs_is_another_paper(given, record, settings, tmp_path):
    paper = Paper(**{"title": RECORD["title"], **given})
    assert paper_after(settings, tmp_path, paper, {**RECORD, **record}) == paper


def test_two_works_of_one_title_are_left_alone_and_named(settings, tmp_path):
    index_papers([Paper(RECORD["title"])], settings)
    other = {**RECORD, "authors": ["Grace Hopper"], "arxiv_id": "1904.11093", "year": 2019}
    report = enrich(settings, [catalogue(tmp_path, RECORD, other)])
    assert (report.matches, [u["title"] for u in report.unsure]) == ([], [RECORD["title"]])


def test_two_records_of_one_work_are_one(settings, tmp_path):
    preprint = {**RECORD, "venue": "arXiv", "abstract": ""}
    published = {**RECORD, "arxiv_id": "", "doi": "10.1000/add.1"}
    paper = paper_after(settings, tmp_path, Paper(RECORD["title"]), preprint, published)
    assert (paper.arxiv_id, paper.doi) == ("2401.00001", "10.1000/add.1")
    assert (paper.venue, paper.summary) == ("Journal of Sums", ABSTRACT)


def listed(tmp_path, **fields):
    path = tmp_path / "list.jsonl"
    path.write_text(
        json.dumps({"title": RECORD["title"], "summary": CUT, **fields}) + "\n", "utf-8"
    )
    return path


@pytest.mark.parametrize("replace", [False, True])
def test_reading_the_list_again_loses_nothing_of_it(replace, settings, tmp_path):
    path = listed(tmp_path)
    ingest([path], settings)
    enrich(settings, [catalogue(tmp_path, RECORD)])
    before = stored(settings)
    report = ingest([path], settings, replace=replace)
    assert (report.unchanged, report.updated) == (1, 0)
    assert stored(settings) == before
    ingest([path], settings, rebuild=True)
    assert stored(settings) == before


@pytest.mark.parametrize("change", [
    {"tags": ["mine"]},
    {"summary": CUT.replace("17", "seventeen")},
    {"doi": "10.1000/own"},  # its id is another one now
])  # fmt: skip
def test_a_list_that_changed_keeps_what_was_added(change, settings, tmp_path):
    ingest([listed(tmp_path)], settings)
    enrich(settings, [catalogue(tmp_path, RECORD)])
    ingest([listed(tmp_path, **change)], settings)
    (paper,) = stored(settings)
    assert (paper.summary.split("\n")[0], paper.year) == (ABSTRACT, 2024)
    assert paper.doi == change.get("doi", "")


def test_what_the_list_says_later_goes_before_what_was_added(settings, tmp_path):
    ingest([listed(tmp_path)], settings)
    enrich(settings, [catalogue(tmp_path, RECORD)])
    ingest([listed(tmp_path, year=2025, abstract=f"{ABSTRACT} And more.")], settings)
    (paper,) = stored(settings)
    assert (paper.year, paper.summary) == (2025, f"{ABSTRACT} And more.")
    assert not {"year", "summary"} & {entry.field for entry in paper.provenance}


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.jsonl.gz"])
def test_broken_lines_of_a_catalogue_are_passed_over(name, settings, tmp_path):
    index_papers([Paper(RECORD["title"])], settings)
    path = catalogue(tmp_path, [1], RECORD, {"abstract": "no title"}, name=name)
    whole = path.read_bytes()
    broken = gzip.compress(b"{ half\n\xff\n") if name.endswith("gz") else b"{ half\n\xff\n"
    path.write_bytes(broken + whole)
    assert enrich(settings, [path]).enriched == 1


def test_a_catalogue_that_is_none_is_refused_and_nothing_changed(settings, tmp_path):
    with pytest.raises(IndexMissing):
        enrich(settings, [catalogue(tmp_path, RECORD)])
    index_papers([Paper(RECORD["title"])], settings)
    cut = catalogue(tmp_path, *[{**RECORD, "n": n} for n in range(99)], name="cut.jsonl.gz")
    cut.write_bytes(cut.read_bytes()[:-20])
    text = tmp_path / "text.jsonl"
    text.write_text("Dear diary,\n")
    for path in (cut, text, tmp_path / "none.gz", tmp_path):
        with pytest.raises(InputError):
            enrich(settings, [path])
    assert stored(settings) == [Paper(RECORD["title"])]
