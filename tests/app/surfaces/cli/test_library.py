"""The library's commands as a script sees them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.surfaces.cli import app


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def as_json(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("READING_ROOM_EMBEDDER", "hash")
    path = tmp_path / "a.jsonl"
    rows = [
        {"title": f"Title {n}", "year": 2020 + n, "authors": ["Ann Lee"], "abstract": "It is so."}
        for n in range(4)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    as_json(run("ingest", path, "--json"))
    return path


def test_list_and_show(path):
    listed = as_json(run("list", "--json"))
    assert (listed["count"], len(listed["papers"])) == (4, 4)
    first = listed["papers"][0]
    assert (first["title"], first["year"], first["authors"]) == ("Title 0", 2020, ["Ann Lee"])
    shown = as_json(run("show", first["paper_id"], "--json"))
    assert shown["summary"] == "It is so."
    assert shown["text"] == "Title 0\nIt is so."
    assert f"{first['paper_id']}  Title 0 (Ann Lee, 2020)" in run("list").stdout
    assert "summary: It is so." in run("show", first["paper_id"]).stdout
    unknown = run("show", "nowhere")
    assert unknown.exit_code == 3
    assert "error: no paper nowhere" in unknown.stderr


def test_remove_and_undo(path):
    ids = [paper["paper_id"] for paper in as_json(run("list", "--json"))["papers"]]
    removed = as_json(run("remove", ids[1], ids[3], "--json"))["removed"]
    assert [paper["title"] for paper in removed] == ["Title 1", "Title 3"]
    assert as_json(run("list", "--json"))["count"] == 2
    undone = as_json(run("undo", "--json"))
    assert (undone["undone"], undone["added"]) == ("remove 2 papers", 2)
    assert [paper["paper_id"] for paper in as_json(run("list", "--json"))["papers"]] == ids


def test_a_source_that_shrank_fails_the_run_and_keeps_the_papers(path):
    path.write_text('{"title": "Title 0"}\n{"title": ', "utf-8")
    result = run("ingest", path, "--json")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert (report["papers"], report["held"]) == (4, 1)
    assert report["skipped"][0]["source"] == str(path)
    assert result.stderr.splitlines()[0].startswith("error: 1 source not applied")
    assert "--yes" in result.stderr.splitlines()[1]
    assert as_json(run("ingest", path, "--yes", "--json"))["papers"] == 1


def test_a_dry_run_is_named_as_one(path):
    path.write_text('{"title": "Title 0"}\n{"title": "Title 9"}', "utf-8")
    assert run("ingest", path, "--dry-run").stdout.startswith("would be: 2 papers (1 added")
    assert as_json(run("list", "--json"))["count"] == 4


def test_the_doctor_repairs_what_the_checks_find(path, tmp_path):
    home = tmp_path / "home"
    before = as_json(run("list", "--json"))
    (columns,) = home.glob("index/*/columns.json")
    columns.write_bytes(b"{}")
    failed = run("list")
    assert failed.exit_code == 6
    assert "doctor --repair" in failed.stderr
    checks = json.loads(run("doctor", "--json").stdout)["checks"]
    assert [c["part"] for c in checks if not c["ok"]] == ["index"]
    repaired = run("doctor", "--repair", "--json")
    assert "4 papers; the store is whole" in repaired.stderr
    assert all(c["ok"] for c in as_json(repaired)["checks"])
    assert as_json(run("list", "--json")) == before


def test_paths_are_taken_as_they_are_meant(path, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    report = as_json(run("ingest", "~/a.jsonl", path, tmp_path / "." / "a.jsonl", "--json"))
    assert (report["papers"], report["unchanged"], report["merged"]) == (4, 4, 0)
    empty = run("ingest", "")
    assert (empty.exit_code, empty.stdout) == (3, "")
    assert "error: a path is empty" in empty.stderr


def test_backup_and_restore(path, tmp_path):
    file = tmp_path / "list.tar.gz"
    kept = as_json(run("backup", file, "--json"))
    assert kept == {"file": str(file), "papers": 4, "bytes": file.stat().st_size}
    ids = [paper["paper_id"] for paper in as_json(run("list", "--json"))["papers"]]
    as_json(run("remove", *ids[:3], "--json"))
    assert as_json(run("restore", file, "--json"))["papers"] == 4
    assert as_json(run("list", "--json"))["count"] == 4
    assert run("backup", file).exit_code == 3
    assert "no whole backup" in run("restore", path).stderr


def test_merges_are_listed_and_can_be_left_out(path, tmp_path):
    other = tmp_path / "b.jsonl"
    other.write_text('{"title": "Title 0", "year": 2020, "venue": "Journal"}', "utf-8")
    merged = as_json(run("ingest", other, "--json", "--dry-run"))
    assert [(m["kept_title"], m["why"]) for m in merged["merges"]] == [("Title 0", "same title")]
    assert (
        "  merged: a.jsonl, record 1 into b.jsonl, record 1 (same title)"
        in run("ingest", other).stdout
    )
    as_json(run("undo", "--json"))
    assert as_json(run("ingest", other, "--no-merge", "--json"))["papers"] == 5


def test_tags_are_given_listed_filtered_and_taken(path):
    ids = [paper["paper_id"] for paper in as_json(run("list", "--json"))["papers"]]
    tagged = as_json(run("tag", "to read", ids[0], ids[2], "--json"))["papers"]
    assert [(p["title"], p["tags"]) for p in tagged] == [
        ("Title 0", ["to read"]),
        ("Title 2", ["to read"]),
    ]
    assert [p["title"] for p in as_json(run("list", "--tag", "To Read", "--json"))["papers"]] == [
        "Title 0",
        "Title 2",
    ]
    found = as_json(run("find", "title", "--tag", "to read", "--json"))["results"]
    assert {hit["title"] for hit in found} == {"Title 0", "Title 2"}
    answer = as_json(
        run("ask", "Which papers are there?", "--tag", "to read", "--llm", "extractive", "--json")
    )
    assert {source["title"] for source in answer["sources"]} <= {"Title 0", "Title 2"}
    assert run("untag", "to read", ids[0]).stdout == "Title 0 (Ann Lee, 2020): no tags\n"
    assert as_json(run("undo", "--json"))["undone"] == "untag to read"
    assert as_json(run("list", "--tag", "to read", "--year", "2022-", "--json"))["count"] == 1
    assert "has no tag" in run("untag", "none", ids[0]).stderr
