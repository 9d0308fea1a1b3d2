"""The command line as a script sees it: JSON contracts, exit codes, one-line errors."""

from __future__ import annotations

import json
import re
import shutil
from importlib.metadata import version

import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from typer.testing import CliRunner

from app.surfaces.cli import app
from app.surfaces.cli.output import show_answer
from tests.support.scripted_room import ScriptedRoom, papers

ASK_KEYS = {
    "question", "standalone_question", "intent", "status", "missing", "answer", "blocks", "sentences",
    "left_out", "sources", "considered", "corpus_size", "provider", "model", "prompt_hash", "seconds",
    "tokens", "cost",
}  # fmt: skip
INGEST_KEYS = {
    "papers", "added", "updated", "unchanged", "removed", "merged", "merges", "rejected", "skipped",
    "held", "chunks", "seconds", "fingerprint", "dry_run",
}  # fmt: skip


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def as_json(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def fails(result, code, *words):
    """One `error:` line, a hint, no traceback, nothing on standard output."""
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert len(lines) == 2
    assert not result.stdout
    for word in words:
        assert word in result.stderr
    return True


@pytest.fixture
def at_seeds(seeded_home, monkeypatch):
    monkeypatch.setenv("READING_ROOM_HOME", str(seeded_home))


def test_ingest_of_the_shipped_list_and_again():
    first = as_json(run("ingest", "--json"))
    assert set(first) == INGEST_KEYS
    assert (first["papers"], first["added"], first["rejected"]) == (69, 69, [])
    again = as_json(run("ingest", "--json"))
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 69)


def test_titles_are_exact(at_seeds, eval_data):
    rows = [json.loads(line) for line in run("export", "--format", "jsonl").stdout.splitlines()]
    titles = json.loads((eval_data / "seeds" / "titles.json").read_text("utf-8"))
    assert [row["title"] for row in rows] == titles


def test_ask_keeps_its_contract(at_seeds):
    answer = as_json(run("ask", "How does grokking come about?", "--llm", "extractive", "--json"))
    assert set(answer) == ASK_KEYS
    assert answer["status"] == "answered"
    assert answer["considered"] == answer["corpus_size"] == 69
    rows = [json.loads(line) for line in run("export").stdout.splitlines()]
    text = {row["paper_id"]: row["text"] for row in rows}
    numbers = [source["n"] for source in answer["sources"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for sentence in answer["sentences"]:
        assert sentence["support"] == "verbatim"
        assert sentence["citations"]
        for citation in sentence["citations"]:
            span = text[citation["paper_id"]][citation["start"] : citation["end"]]
            assert span == citation["quote"]
            assert citation["n"] in numbers


def test_the_same_question_gives_the_same_answer(at_seeds):
    answers = [as_json(run("ask", "What are thought anchors?", "--json")) for _ in range(2)]
    for answer in answers:
        answer.pop("seconds")
    assert json.dumps(answers[0]) == json.dumps(answers[1])


def test_a_refusal_cites_nothing(at_seeds):
    answer = as_json(run("ask", "Give me a recipe for pea soup.", "--json"))
    assert (answer["status"], answer["sentences"], answer["sources"]) == ("refused", [], [])


def test_history_is_used(at_seeds, tmp_path):
    turns = tmp_path / "h.json"
    turns.write_text(json.dumps([{"role": "user", "content": "Which papers talk about grokking?"}]))
    answer = as_json(run("ask", "And the other one?", "--history", turns, "--json"))
    assert answer["standalone_question"] != answer["question"]


def test_filters_say_which_papers_may_answer(tmp_path):
    path = tmp_path / "list.jsonl"
    rows = [
        {"title": f"Bees {n}", "summary": f"We find that bees of hive {n} dance.", "year": 2020 + n}
        for n in range(3)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert run("ingest", path).exit_code == 0
    answer = as_json(run("ask", "Which papers are about bees?", "--year", "2022", "--json"))
    assert [source["title"] for source in answer["sources"]] == ["Bees 2"]
    assert run("ask", "Which papers are about bees?", "--year", "soon").exit_code == 2


def test_an_answer_is_printed_as_it_comes(capsys, tmp_path):
    room = ScriptedRoom(tmp_path)
    show_answer(room.ask("a table"), quiet=False)
    printed = capsys.readouterr()
    first, second = (paper.summary for paper in (papers()[0], papers()[2]))
    assert f"\n\n- {first} [1]\n- {second} [2]\n\n{first} [1]\n" in printed.out
    assert f"\n  Finding: {second} [2]\n{second} [2]\n  Finding: not stated\n" in printed.out
    assert "1 sentence left out:\n- It runs on the moon. (no record says so)" in printed.out
    assert printed.err.startswith("note: One sentence")


def test_find_keeps_its_contract(at_seeds):
    found = as_json(run("find", "sparse autoencoders", "-k", 3, "--json"))
    assert len(found["results"]) == 3
    keys = {"paper_id", "title", "score", "snippet", "year", "authors", "url"}
    assert all(set(row) == keys for row in found["results"])
    scores = [row["score"] for row in found["results"]]
    assert scores == sorted(scores, reverse=True)
    liked = found["results"][0]["paper_id"]
    like = as_json(run("find", "--like", liked, "-k", 3, "--json"))
    assert liked not in [row["paper_id"] for row in like["results"]]


def test_find_says_from_where_on_nothing_fits(at_seeds):
    few = as_json(run("find", "grokking", "-k", 10, "--json"))
    assert few["weak_from"] == 3
    assert as_json(run("find", "grokking", "-k", 2, "--json"))["weak_from"] is None
    printed = run("find", "protein folding", "-k", 2).output
    assert printed.index("Nothing in the list fits this well") < printed.index("1. ")
    liked = few["results"][0]["paper_id"]
    assert as_json(run("find", "--like", liked, "--json"))["weak_from"] is None


def test_find_forgives_slips_and_says_so(at_seeds):
    slipped = run("find", "sparce autoencodrs", "-k", 3)
    assert "looked for: sparse autoencoders" in slipped.stderr
    right = run("find", "sparse autoencoders", "-k", 3)
    assert slipped.stdout == right.stdout


def test_find_takes_bytes_that_are_no_text(at_seeds):
    odd = as_json(run("find", "grokking\udcff", "-k", 2, "--json"))
    assert len(odd["results"]) == 2
    assert fails(run("find", "\udcff"), 3, "nothing to look for")


def test_pages_follow_on_each_other(at_seeds):
    both = as_json(run("find", "reasoning", "-k", 6, "--json"))["results"]
    second = as_json(run("find", "reasoning", "-k", 3, "--page", 2, "--json"))["results"]
    assert [r["paper_id"] for r in second] == [r["paper_id"] for r in both[3:]]


def test_themes_keep_their_contract(at_seeds, tmp_path):
    themes = as_json(run("themes", "--json", "--plot", tmp_path / "map.svg"))
    assert {"themes", "papers", "seconds"} <= set(themes)
    placed = [paper["paper_id"] for theme in themes["themes"] for paper in theme["papers"]]
    assert len(placed) == len(set(placed)) == themes["papers"] == 69
    keys = {"id", "label", "keywords", "summary", "sentences", "papers"}
    assert all(keys <= set(theme) for theme in themes["themes"])
    assert (tmp_path / "map.svg").read_text("utf-8").startswith("<svg")


SECRET = "very-secret"
HIDING_PLACES = {
    "LLM_API_KEY": "sk-very-secret",
    "LLM_BASE_URL": "https://me:very-secret@host.example/v1?token=very-secret",
    "EMBEDDER_BASE_URL": "http://very-secret@host.example/v1",
    "STORE": "http://me:very-secret@127.0.0.1:1",
    "LLM_KWARGS": json.dumps(
        {
            "model": "m-1",
            "apiKey": SECRET,
            "base_url": "http://u:very-secret@h/",
            "default_headers": {"Authorization": f"Bearer {SECRET}"},
            "clients": [{"client_secret": SECRET}],
        }
    ),
}


@pytest.mark.parametrize("name", HIDING_PLACES)
def test_doctor_masks_secrets_wherever_they_hide(at_seeds, monkeypatch, name):
    monkeypatch.setenv(f"READING_ROOM_{name}", HIDING_PLACES[name])
    result = run("doctor", "--llm", "extractive")
    assert SECRET not in result.output
    assert "***" in result.output
    assert "environment" in result.output
    assert name != "LLM_KWARGS" or "m-1" in result.output


def test_a_saved_evaluation_holds_no_secret(tmp_path, seeded_home, monkeypatch):
    for name in ("LLM_BASE_URL", "EMBEDDER_BASE_URL", "LLM_KWARGS"):
        monkeypatch.setenv(f"READING_ROOM_{name}", HIDING_PLACES[name])
    questions = tmp_path / "q.jsonl"
    row = {"id": "1", "question": "What is grokking?", "must": [], "kind": "single"}
    questions.write_text(json.dumps(row), "utf-8")
    shutil.copytree(seeded_home, tmp_path / "home")
    args = ("eval", "--questions", questions, "--llm", "extractive", "--retrieval-only")
    assert SECRET not in run(*args, "--json").stdout
    (saved,) = (tmp_path / "home" / "runs").iterdir()
    assert SECRET not in saved.read_text("utf-8")


def test_doctor_looks_at_the_store_and_at_names_in_any_case(tmp_path, monkeypatch):
    monkeypatch.setenv("reading_room_embedder", "hash")
    path = tmp_path / "list.txt"
    path.write_text("- A paper of some length\n")
    assert run("ingest", path).exit_code == 0
    result = run("doctor", "--llm", "extractive")
    assert result.exit_code == 0, result.output
    assert "ok    store: 1 papers, 1 chunks" in result.stdout
    assert re.search(r"READING_ROOM_EMBEDDER +hash +\[environment\]", result.stdout)
    SharedSystemClient.clear_system_cache()
    (tmp_path / "home" / "chroma" / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    broken = run("doctor", "--llm", "extractive")
    assert broken.exit_code == 7
    assert "FAIL  store: the store is damaged" in broken.stdout
    assert "doctor --repair" in broken.stdout
    assert "the store was damaged" in run("doctor", "--llm", "extractive", "--repair").stderr


def test_nothing_ingested_yet():
    assert fails(run("ask", "anything?"), 6, "reading-room ingest")


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "no such file"), (b"", "empty"), (b"\x00\x01\x02\xff" * 50, "not a text file")],
)
def test_files_that_cannot_be_read(tmp_path, content, word):
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    assert fails(run("ingest", path), 3, word, "list.txt")


def test_what_a_terminal_obeys_does_not_reach_it(tmp_path):
    obeyed = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
    record = {"title": "Bees \x1b[31m dance \x9b31m \u202e", "authors": ["A \x1b]0;owned\x07 B"]}
    path = tmp_path / "a\x1b[31m\x9b\u202e.jsonl"
    path.write_text(json.dumps(record) + '\n{"summary": "\\u001b[2J"}\n', "utf-8")
    said = [run("ingest", path), run("list"), run("find", "bees"), run("themes"), run("export")]
    (paper,) = as_json(run("list", "--json"))["papers"]
    assert paper["source"] == path.name
    said += [run("list", "--json"), run("show", paper["paper_id"]), run("show", path.name)]
    said += [run("ingest", tmp_path / "no\x1b")]
    assert [result.output for result in said if obeyed.search(result.output)] == []


def test_unknown_embedder(tmp_path):
    assert fails(run("ingest", "--embedder", "word2vec"), 4, "word2vec", "minilm")


def test_a_broken_record_is_named_and_the_rest_is_kept(tmp_path):
    path = tmp_path / "list.jsonl"
    path.write_text('{"title": "A good record"}\n{"title": \n{"title": "Another one"}\n')
    report = as_json(run("ingest", path, "--json"))
    assert report["papers"] == 2
    (rejected,) = report["rejected"]
    assert (rejected["source"], rejected["record"]) == ("list.jsonl", 2)


def test_an_index_of_other_settings(at_seeds, monkeypatch):
    monkeypatch.setenv("READING_ROOM_CHUNK_SIZE", "64")
    assert fails(run("ask", "What is grokking?"), 6, "ingest --rebuild")


def test_a_setting_that_cannot_work(monkeypatch):
    monkeypatch.setenv("READING_ROOM_PORT", "port")
    assert fails(run("doctor"), 4, "READING_ROOM_PORT")


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "  "),
        ("ask", "What?", "--history", "nowhere.json"),
        ("find", ""),
        ("themes", "--plot", "nowhere/x.svg"),
        ("export", "-o", "nowhere/x.bib"),
        ("eval",),
        ("eval", "--questions", "nowhere.jsonl"),
    ],
)
def test_unusable_arguments(at_seeds, args):
    assert fails(run(*args), 3)


def test_unusable_flags(at_seeds):
    for args, word in (
        (("find", "x", "--year", "20-24"), "2020-2024"),
        (("find", "x", "--sort", "colour"), "title"),
        (("export", "--format", "docx"), "bibtex"),
        (("themes", "--plot", "map.gif"), ".svg"),
        (("find", "--nope"), "--nope"),
        (("nonsense",), "nonsense"),
    ):
        result = run(*args)
        assert (result.exit_code, result.stdout) == (2, "")
        assert word in result.stderr


def test_a_model_that_is_not_there_is_replaced_and_named(at_seeds, monkeypatch):
    monkeypatch.setenv("READING_ROOM_LLM", "openai:some-model")
    monkeypatch.setenv("READING_ROOM_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    result = run("ask", "What is grokking?", "--json")
    answer = as_json(result)
    assert (answer["status"], answer["provider"]) == ("answered", "extractive")
    assert "127.0.0.1:9" in result.stderr


def test_the_version_and_completion_for_a_shell():
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.stdout) == (0, f"reading-room {version('reading-room')}\n")
    env = {
        "_READING_ROOM_COMPLETE": "complete_bash",
        "COMP_WORDS": "reading-room un",
        "COMP_CWORD": "1",
    }
    completed = CliRunner().invoke(app, [], prog_name="reading-room", env=env)
    assert completed.stdout.split() == ["untag", "undo"]
