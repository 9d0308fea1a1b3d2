"""Runs over questions and data sets, saved and compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.answering.events import Answer
from app.evaluation import beir
from app.evaluation.bench import count_calls, run_bench
from app.evaluation.measure import evaluate_dataset, evaluate_questions
from app.evaluation.questions import load_questions
from app.evaluation.report import Report, compare, comparison_table, table
from app.evaluation.runner import Ask, Rank, Run, run_questions
from app.settings import Settings
from app.wiring import index_papers, open_room
from ingest.errors import InputError
from ingest.paper import Paper
from tests.support.answers import answer_of, citing

ONE, TWO, SIX = PAPERS = [Paper(title, f"About {title}.") for title in ("One", "Two", "Six")]


def always(*papers: Paper) -> Rank:
    return lambda text, history: [paper.title for paper in papers]


def run(folder: Path, rows: Sequence[object], rank: Rank, ask: Ask | None = None) -> Run:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return run_questions(load_questions(path), rank, ask=ask)


def test_figures_by_kind_and_over_all(tmp_path):
    rows = [
        {"id": "a", "kind": "single", "question": "a", "gold": ["One"], "note": "easy: x"},
        {"id": "b", "kind": "single", "question": "b", "gold": ["Two"], "note": "hard: x"},
        {"id": "c", "kind": "unanswerable", "question": "c", "gold": []},
        {"id": "d", "kind": "list", "turns": [{"question": "d", "must": ["One", "Two"]}]},
    ]
    replies = {
        "a": answer_of(citing("x", [ONE])),
        "b": answer_of(citing("x", [SIX])),
        "c": answer_of(status="refused"),
        "d": answer_of(citing("x", [ONE, TWO])),
    }
    kinds = run(tmp_path, rows, always(*PAPERS), lambda text, history: replies[text]).kinds
    single = kinds["single"]
    assert (single["count"], single["hit@1"], single["recall@5"], single["mrr"]) == (
        2,
        0.5,
        1,
        0.75,
    )
    assert single["any_gold_cited"] == single["citation_precision"] == 0.5
    assert single["outcomes"] == {"to answer": {"answered": 2}}
    assert single["levels"]["hard"]["hit@1"] == 0.0
    assert kinds["unanswerable"]["refusal_recall"] == 1.0
    assert "hit@1" not in kinds["list"]
    assert kinds["list"]["list_exact"] == 1.0
    assert list(kinds) == ["single", "unanswerable", "list", "all"]
    assert (kinds["all"]["count"], kinds["all"]["turns"]) == (4, 4)
    assert kinds["all"]["any_gold_cited"] == pytest.approx(2 / 3)
    assert {"answer_p50_ms", "answer_p95_ms", "retrieval_p95_ms"} <= kinds["all"].keys()


class Recorder:
    """Answers with a number, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, question: str, history: Sequence[dict[str, str]]) -> Answer:
        self.asked.append((question, [turn["content"] for turn in history]))
        return answer_of(text=f"answer {len(self.asked)}")


DIALOGUE = {
    "id": "D",
    "kind": "dialogue",
    "turns": [{"question": "first", "must": ["One"]}, {"question": "and then?", "must": ["Two"]}],
}
FOLLOW_UP = {
    "id": "f",
    "kind": "followup",
    "question": "and the other?",
    "gold": ["Two"],
    "history": ["before", {"role": "assistant", "content": "given"}, "next"],
}


def ranked_after(seen: list[list[str]]) -> Callable[..., list[str]]:
    def rank(text, history):
        seen.append([turn["content"] for turn in history])
        return ["Two"]

    return rank


def test_a_dialogue_goes_on_from_the_products_own_answers(tmp_path):
    ask, seen = Recorder(), []
    result = run(tmp_path, [DIALOGUE], ranked_after(seen), ask)
    assert ask.asked == [("first", []), ("and then?", ["first", "answer 1"])]
    assert seen == [[], ["first", "answer 1"]]
    assert [result.questions[i]["hit@1"] for i in ("D.1", "D.2")] == [0, 1]
    assert (result.kinds["dialogue"]["count"], result.kinds["dialogue"]["turns"]) == (1, 2)
    assert result.answers["D.2"]["answer"] == "answer 2"


def test_a_history_without_answers_gets_them(tmp_path):
    ask, seen = Recorder(), []
    run(tmp_path, [FOLLOW_UP], ranked_after(seen), ask)
    before = ["before", "given"]
    assert ask.asked == [("next", before), ("and the other?", [*before, "next", "answer 1"])]


def test_retrieval_alone_asks_nothing(tmp_path):
    seen: list[list[str]] = []
    result = run(tmp_path, [DIALOGUE, FOLLOW_UP], ranked_after(seen))
    assert seen == [[], ["first"], ["before", "given", "next"]]
    assert not result.answers
    assert "false_refusal" not in result.kinds["all"]


def test_runs_are_saved_and_compared(tmp_path):
    rows = [{"id": "a", "kind": "single", "question": "a", "gold": ["One"]}]
    ask = Recorder()
    good, bad = (
        Report(
            "folder/questions.jsonl", {"retriever": name}, run(tmp_path, rows, rank, ask), ("Odd",)
        )
        for name, rank in (("good", always(ONE)), ("bad", always(TWO, ONE)))
    )
    saved = good.save(tmp_path / "runs")
    assert saved.name == f"folder-questions-{good.configuration_hash}.json"
    assert good.configuration_hash != bad.configuration_hash
    assert Report.load(saved) == good
    compared = compare(good, bad)
    assert compared["hit@1"] == {"count": 1, "ours": 1.0, "theirs": 0.0, "p": 1.0}
    assert "+1.000" in comparison_table(compared)
    shown = table(good)
    assert "hit@1" in shown
    assert "single, to answer  answered 1" in shown
    with pytest.raises(InputError):
        Report.load(tmp_path / "questions.jsonl")


def test_questions_are_measured_through_the_room(seeded_home, tmp_path):
    """The path of a user's question, over the list that ships."""
    title = "Towards Monosemanticity: Decomposing Language Models With Dictionary Learning"
    path = tmp_path / "q.jsonl"
    rows = [
        {"id": "a", "kind": "find", "question": f"Which paper is “{title}”?", "gold": [title]},
        {"id": "b", "kind": "find", "question": "Which is it?", "gold": ["Not in the list"]},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    report = evaluate_questions(Settings(home=seeded_home, llm="extractive"), path, answers=True)
    figures = report.run.questions["a"]
    assert figures["hit@1"] == figures["any_gold_cited"] == figures["span_validity"] == 1.0
    assert report.unlisted == ("Not in the list",)
    assert report.configuration["papers"] == 69
    assert "llm_api_key" not in report.configuration
    assert json.loads(json.dumps(report.to_dict()))["configuration"]["llm"] == "extractive"


def test_calls_of_one_question_are_counted(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as room:
        room.warm_up()
        room.answer("What is grokking?")
        first = count_calls(room, "What is grokking?")
        assert first > 50
        assert count_calls(room, "What is grokking?") == first


def test_timings_of_a_small_list(tmp_path):
    settings = Settings(home=tmp_path / "home", llm="extractive")
    text = "Weight decay shapes networks of kind {0}. They then grow {0} times as fast as before."
    index_papers([Paper(f"On networks {n}", text.format(n)) for n in range(14)], settings)
    figures = run_bench(settings, questions=1)
    assert figures["papers"] == 14
    for stage in ("search", "answer", "check_sentence"):
        assert 0 < figures[f"{stage}_p50_ms"] <= figures[f"{stage}_p95_ms"]


def beir_folder(folder: Path) -> Path:
    home = folder / "tiny"
    home.mkdir()
    (home / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "Same", "text": "On rivers and lakes."}\n'
        '{"_id": "2", "title": "Same", "text": "On bread and butter."}\n'
    )
    (home / "queries.jsonl").write_text(
        '{"_id": "q", "text": "butter"}\n{"_id": "r", "text": "z"}\n'
    )
    (home / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n")
    return home


def test_a_beir_folder_is_indexed_once(tmp_path, monkeypatch):
    folder = beir_folder(tmp_path)
    built: list[Path] = []
    write = beir.index_papers

    def index_papers(papers, settings):
        built.append(settings.home)
        write(papers, settings)

    monkeypatch.setattr(beir, "index_papers", index_papers)
    home = tmp_path / "home"
    first, again, other = (
        evaluate_dataset(Settings(home=home, chunk_size=size), folder).run.kinds["tiny"]
        for size in (128, 128, 64)
    )
    assert len(set(built)) == len(built) == 2
    assert "docs_per_s" in first
    assert "docs_per_s" not in again
    assert first["ndcg@10"] == first["mrr@10"] == first["recall@100"] == 1.0
    assert (other["count"], other["docs"]) == (1, 2)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq\t99\t1\n", "no query has a judgement"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq\t2\thigh\n", "line 2"),
        ("corpus.jsonl", '{"_id": "1"}\n{"title": "x"}\n', "line 2: no `_id`"),
        ("queries.jsonl", "[]", "line 1: not a JSON object"),
    ],
)
def test_a_bad_beir_folder_is_one_clear_error(tmp_path, name, content, said):
    with pytest.raises(InputError):
        beir.load_beir(tmp_path)
    folder = beir_folder(tmp_path)
    (folder / name).write_text(content)
    with pytest.raises(InputError) as error:
        beir.load_beir(folder)
    assert said in error.value.message
