"""`enrich` as a script and a person see it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from app.enrichment.services import SERVICES
from app.surfaces.cli import app
from tests.support import paper_services as shapes
from tests.support.paper_services import ABSTRACT, WORK, Reply, served


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """A catalogue of one record; that of the first of the two papers ingested."""
    monkeypatch.setenv("READING_ROOM_EMBEDDER", "hash")
    path = tmp_path / "list.jsonl"
    titles = [{"title": WORK["title"], "summary": "We find 17 circuits that add num…"},
              {"title": "Quite Another Paper on Lichens"}]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, titles)), "utf-8")
    assert run("ingest", path).exit_code == 0
    path = tmp_path / "papers.jsonl"
    path.write_text(json.dumps(WORK), "utf-8")
    return path


def test_it_says_what_was_found_where_and_show_keeps_what_was_there(catalogue):
    would = json.loads(run("enrich", "--catalogue", catalogue, "--dry-run", "--json").stdout)
    assert (would["papers"], would["enriched"], would["dry_run"]) == (2, 1, True)
    (match,) = would["matches"]
    assert (match["title"], match["found_title"]) == (WORK["title"], WORK["title"])
    assert (match["source"], match["by"]) == ("papers.jsonl", "title")
    told = run("enrich", "--catalogue", catalogue)
    assert told.exit_code == 0
    assert "1 of 2 papers enriched" in told.stdout
    shown = run("show", match["paper_id"]).stdout
    assert f"summary: {ABSTRACT}" in shown
    assert "summary is from papers.jsonl; the list had: We find 17 circuits that add num…" in shown
    assert "year is from papers.jsonl\n" in shown
    assert "undone: enrich from papers.jsonl (0 added, 1 updated" in run("undo").stdout


def test_an_answer_says_what_of_a_record_it_cites(catalogue):
    question = "How many circuits add numbers digit by digit?"
    told = [run("ask", question, "--json").stdout]
    run("enrich", "--catalogue", catalogue)
    told += [run("ask", question, "--json").stdout]
    before, after = ({c["part"] for s in json.loads(answer)["sentences"] for c in s["citations"]}
                     for answer in told)  # fmt: skip
    assert "abstract" not in before
    assert "abstract" in after
    assert " from the abstract" in run("ask", question).stdout


def test_a_service_that_is_down_is_told_and_the_catalogue_applied(catalogue, monkeypatch):
    with served(Reply(shapes.arxiv()), Reply(status=400)) as server:
        monkeypatch.setitem(SERVICES, "arxiv", replace(SERVICES["arxiv"], base=server.url, pause=0))
        first = run("enrich", "--from", "arxiv")
        failed = run("enrich", "--catalogue", catalogue, "--from", "arxiv", "--json")
    assert first.exit_code == failed.exit_code == 7
    assert "error: arxiv gives no answer: status 400 (2 papers)" in failed.stderr
    assert json.loads(failed.stdout)["enriched"] == 1


@pytest.mark.parametrize(("args", "code", "said"), [
    ((), 3, "nothing to enrich from"),
    (("--from", "nowhere"), 2, "nowhere"),
    (("--catalogue", "none.jsonl"), 3, "cannot read none.jsonl"),
])  # fmt: skip
def test_what_cannot_be_is_told(args, code, said, catalogue):
    result = run("enrich", *args)
    assert result.exit_code == code
    assert said in result.stderr
