"""Services are asked politely, believed only where they are sure, and never asked twice."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from email.utils import formatdate

import pytest

from app.enrichment.client import KEPT_SECONDS, Client
from app.enrichment.enrich import enrich
from app.enrichment.services import SERVICES
from app.errors import ServiceUnavailable
from app.library.pipeline import index_papers, ingest
from ingest.index.snapshot import Index
from ingest.paper import Paper
from ingest.settings import IndexSettings
from tests.support import paper_services as shapes
from tests.support.paper_services import ABSTRACT, WORK, Reply, served

BARE = Paper("How small transformers add numbers", "We find 17 circuits that add numbers dig…")
NOTHING = {
    "arxiv": Reply(shapes.arxiv()),
    "openalex": Reply(shapes.openalex()),
    "crossref": Reply(shapes.crossref()),
    "semanticscholar": Reply('{"error": "Title match not found"}', 404),
}
FOUND = {
    "arxiv": Reply(shapes.arxiv(WORK)),
    "openalex": Reply(shapes.openalex(WORK)),
    "crossref": Reply(shapes.crossref(WORK)),
    "semanticscholar": Reply(shapes.semantic_scholar(WORK)),
}


@pytest.fixture
def settings(tmp_path):
    return IndexSettings(home=tmp_path / "home", embedder="hash")


@pytest.fixture
def slept():
    return []


def client(server, tmp_path, slept, name="openalex", **given):
    service = replace(SERVICES[name], base=server.url, pause=0.0)
    return Client(service, tmp_path / "cache", sleep=slept.append, **given)


def stored(settings):
    return list(Index.open(settings.home).papers())


@pytest.mark.parametrize("name", SERVICES)
def test_what_each_service_documents_is_read(name, settings, tmp_path, slept):
    index_papers([BARE], settings)
    with served(FOUND[name]) as server:
        report = enrich(settings, clients=[client(server, tmp_path, slept, name)])
    (paper,) = stored(settings)
    assert report.enriched == 1
    assert paper.paper_id == BARE.paper_id
    assert paper.summary == ABSTRACT
    assert (paper.authors, paper.year) == (("Ada Lovelace", "Alan Turing"), 2024)
    assert paper.url.startswith("http")
    assert {entry.source for entry in paper.provenance} == {name}
    if name == "arxiv":
        assert paper.arxiv_id == "2401.00001"
    else:
        assert (paper.doi, paper.venue) == ("10.1000/add.1", "Journal of Sums")
        assert paper.citations in (9, 12, 15)
    if name == "semanticscholar":
        assert paper.arxiv_id == "2401.00001"


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_does_not_know_is_no_failure(name, settings, tmp_path, slept):
    index_papers([BARE], settings)
    with served(NOTHING[name]) as server:
        report = enrich(settings, clients=[client(server, tmp_path, slept, name)])
    assert (report.enriched, report.failed, report.unsure, slept) == (0, [], [], [])
    assert stored(settings) == [BARE]


@pytest.mark.parametrize(("name", "body"), [
    ("openalex", shapes.openalex({**WORK, "retracted": True})),
    ("crossref", shapes.crossref_work({**WORK, "retracted": True})),
])  # fmt: skip
def test_a_retraction_is_told(name, body, settings, tmp_path, slept):
    index_papers([BARE.with_changes(doi="10.1000/add.1")], settings)
    with served(Reply(body)) as server:
        enrich(settings, clients=[client(server, tmp_path, slept, name)])
        (path, _), *_ = server.asked
    assert stored(settings)[0].retracted
    assert "10.1000" in path


@pytest.mark.parametrize("other", [
    {"title": "How Small Transformers Subtract Numbers"},
    {"title": "How Small Transformers Add Numbers II"},
    {"abstract": "Lichens of the northern coast were counted over eleven summers and winters."},
])  # fmt: skip
def test_another_paper_is_not_taken_for_it(other, settings, tmp_path, slept):
    index_papers([BARE], settings)
    with served(Reply(shapes.openalex({**WORK, **other}))) as server:
        report = enrich(settings, clients=[client(server, tmp_path, slept)])
    assert report.enriched == 0


def test_it_says_who_asks_and_keeps_keys_out_of_messages_and_files(tmp_path, slept):
    given = {"mailto": "me@example.org", "key": "SECRET"}
    with served(FOUND["openalex"], Reply(status=403)) as server:
        asking = client(server, tmp_path, slept, **given)
        asking.ask(("/works", {"filter": "title.search:a"}))
        with pytest.raises(ServiceUnavailable) as failure:
            asking.ask(("/works", {"filter": "title.search:b"}))
        path, headers = server.asked[0]
    assert "mailto:me@example.org" in headers["User-Agent"]
    assert "api_key=SECRET" in path
    assert "SECRET" not in f"{failure.value.message}{failure.value.hint}"
    files = list((tmp_path / "cache").rglob("*.json"))
    assert files
    assert not any("SECRET" in file.read_text() + file.name for file in files)


@pytest.mark.parametrize("bad", [
    Reply(status=500), Reply(status=503), Reply("{}", 429), Reply(shapes.openalex(WORK), cut=True),
])  # fmt: skip
def test_what_may_pass_is_tried_again(bad, tmp_path, slept):
    with served(bad, bad, FOUND["openalex"]) as server:
        (paper,) = client(server, tmp_path, slept).ask(("/works", {}))
        assert len(server.asked) == 3
    assert paper.year == 2024
    assert slept == [2.0, 4.0]


def test_it_waits_as_long_as_it_is_asked_to(tmp_path, slept):
    date = formatdate(time.time() + 30, usegmt=True)
    busy = [Reply(status=429, headers={"Retry-After": value}) for value in ("7", date)]
    with served(*busy, FOUND["openalex"]) as server:
        client(server, tmp_path, slept).ask(("/works", {}))
    assert slept[0] == 7.0
    assert 25 < slept[1] <= 30


@pytest.mark.parametrize(("bad", "tries"), [
    (Reply(status=429, headers={"Retry-After": "86400"}), 1),
    (Reply(status=403), 1),
    (Reply(status=500), 4),
    (Reply("<html>Please log in</html>"), 1),
    (Reply('{"error": "Invalid filter"}'), 1),
    (Reply(""), 1),
])  # fmt: skip
def test_no_answer_is_an_error_and_is_not_kept(bad, tries, tmp_path, slept):
    with served(bad) as server:
        with pytest.raises(ServiceUnavailable):
            client(server, tmp_path, slept).ask(("/works", {}))
        assert len(server.asked) == tries
        server.replies[:] = [FOUND["openalex"]]
        assert client(server, tmp_path, slept).ask(("/works", {}))


def test_it_keeps_its_pace(tmp_path, slept):
    with served(FOUND["openalex"]) as server:
        service = replace(SERVICES["openalex"], base=server.url, pause=50.0)
        asking = Client(service, tmp_path / "cache", sleep=slept.append)
        for n in range(3):
            asking.ask(("/works", {"page": str(n)}))
    assert [round(pause, -1) for pause in slept] == [50, 100]


def test_what_was_answered_is_not_asked_again_for_a_while(tmp_path, slept, monkeypatch):
    with served(FOUND["openalex"]) as server:
        asking = client(server, tmp_path, slept)
        assert asking.ask(("/works", {})) == asking.ask(("/works", {}))
        assert len(server.asked) == 1
        (kept,) = (tmp_path / "cache").rglob("*.json")
        kept.write_text("{ cut")
        assert asking.ask(("/works", {}))
        assert len(server.asked) == 2
        later = time.time() + KEPT_SECONDS + 1
        monkeypatch.setattr(time, "time", lambda: later)
        assert asking.ask(("/works", {}))
        assert len(server.asked) == 3


def papers(count):
    return [Paper(f"Paper number {n} on small things", record=n + 1) for n in range(count)]


def test_a_service_that_is_down_is_given_up_and_the_rest_applied(settings, tmp_path, slept):
    index_papers([BARE, *papers(9)], settings)
    with served(FOUND["openalex"], Reply(status=401)) as server:
        report = enrich(settings, clients=[client(server, tmp_path, slept)])
        assert len(server.asked) == 1 + 3
    assert report.enriched == 1
    (failed,) = report.failed
    assert (failed["service"], failed["unanswered"]) == ("openalex", 9)


def test_a_run_that_was_ended_goes_on_where_it_was(settings, tmp_path, slept):
    index_papers(papers(6), settings)
    calls = []

    def end_after_three(_name, done, _total):
        calls.append(done)
        if done == 3:
            raise KeyboardInterrupt

    with served(NOTHING["openalex"]) as server:
        asking = client(server, tmp_path, slept)
        with pytest.raises(KeyboardInterrupt):
            enrich(settings, clients=[asking], progress=end_after_three)
        enrich(settings, clients=[asking])
        assert len(server.asked) == 6


def test_what_several_services_added_outlives_the_next_reading(settings, tmp_path, slept):
    path = tmp_path / "list.jsonl"
    path.write_text(json.dumps({"title": BARE.title, "summary": BARE.summary}), "utf-8")
    ingest([path], settings)
    with served(FOUND["openalex"]) as one, served(FOUND["arxiv"]) as two:
        clients = [
            client(one, tmp_path, slept, "openalex"),
            client(two, tmp_path, slept, "arxiv"),
        ]
        assert [m["by"] for m in enrich(settings, clients=clients).matches] == ["title", "title"]
    before = stored(settings)
    assert ingest([path], settings).unchanged == 1
    assert stored(settings) == before


def test_citations_grow_and_a_retraction_is_heard_of_later(settings, tmp_path, slept):
    index_papers([BARE], settings)
    with served(FOUND["openalex"]) as server:
        enrich(settings, clients=[client(server, tmp_path / "one", slept)])
        server.replies[:] = [
            Reply(shapes.openalex({**WORK, "cited": 40, "retracted": True, "year": 1999}))
        ]
        report = enrich(settings, clients=[client(server, tmp_path / "two", slept)])
    assert report.fields == {"citations": 1, "retracted": 1}
    (paper,) = stored(settings)
    assert (paper.citations, paper.retracted, paper.year) == (40, True, 2024)
    assert paper.given == BARE
