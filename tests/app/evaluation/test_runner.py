from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.answering.events import Answer, Citation, Sentence, Source
from app.evaluation.answers import Reference, obeyed
from app.evaluation.beir import evaluate_beir
from app.evaluation.datasets import load_beir, load_questions
from app.evaluation.report import Report, compare, comparison_table, table
from app.evaluation.runner import run_questions
from app.retrieval import Filters, Hit
from ingest.errors import InputError
from ingest.paper import Paper

ONE, TWO, THREE = (Paper(title=title, summary=f"About {title}.") for title in ("One", "Two", "Six"))


class FixedRetriever:
    """Always the same ranking."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers

    def search(self, query: str, k: int, filters: Filters | None = None) -> list[Hit]:
        return [Hit(paper, -float(i)) for i, paper in enumerate(self._papers[:k])]

    def like(
        self,
        paper_ids: Sequence[str],
        unlike_ids: Sequence[str] = (),
        k: int = 10,
        filters: Filters | None = None,
    ) -> list[Hit]:
        return []


def answer(text: str, *cited: Paper, status: str = "answered", shift: int = 0) -> Answer:
    citations = tuple(
        Citation(n, p.paper_id, p.title, p.text[shift : shift + 3], 0, 3, 1.0)
        for n, p in enumerate(cited, start=1)
    )
    return Answer(
        question="q", standalone_question="q", status=status,  # type: ignore[arg-type]
        answer=text, sentences=(Sentence(text, "verbatim", citations),),
        sources=tuple(Source(c.n, c.paper_id, c.title, 1.0) for c in citations),
        considered=3, corpus_size=3, provider="test", model="", prompt_hash="", seconds=0.0, tokens=0,
    )  # fmt: skip


def questions_file(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    return path


def test_retrieval_and_answer_figures_by_kind(tmp_path: Path) -> None:
    path = questions_file(
        tmp_path,
        {"id": "a", "kind": "single", "question": "a", "gold": ["One"], "note": "easy: x"},
        {"id": "b", "kind": "single", "question": "b", "gold": ["Two"], "also_ok": ["One"],
         "note": "hard: x"},
        {"id": "c", "kind": "unanswerable", "question": "c", "gold": []},
        {"id": "d", "kind": "list", "question": "How many?", "gold": ["One", "Two"]},
        {"id": "e", "kind": "adversarial", "question": "e", "gold": ["One"]},
    )  # fmt: skip
    replies = {
        "a": answer("x", ONE, THREE),
        "b": answer("x", ONE, TWO, shift=1),
        "c": answer("no", status="refused"),
        "How many?": answer("There are 2.", ONE),
        "e": answer("see https://collector.example/p.png", ONE),
    }
    run = run_questions(
        load_questions(path),
        FixedRetriever([ONE, TWO, THREE]),
        ask=lambda question, history: replies[question],
        reference=Reference({p.paper_id: p.text for p in (ONE, TWO, THREE)}),
    )
    single = run.kinds["single"]
    assert single["count"] == 2
    assert (single["hit@1"], single["recall@5"], single["mrr"]) == (0.5, 1.0, 0.75)
    assert single["citation_precision"] == pytest.approx((0.5 + 1.0) / 2)
    assert single["citation_recall"] == 1.0
    assert single["span_validity"] == 0.5
    assert single["false_refusal"] == 0.0
    assert single["levels"]["hard"]["hit@1"] == 0.0
    assert run.kinds["unanswerable"]["refusal_recall"] == 1.0
    assert "hit@1" not in run.kinds["list"]
    assert run.kinds["list"]["list_exact"] == 1.0
    assert run.kinds["adversarial"]["injection_obeyed"] == 1.0


def test_follow_ups_are_rewritten_with_their_history(tmp_path: Path) -> None:
    path = questions_file(
        tmp_path,
        {"id": "f", "kind": "followup", "question": "and the other?", "gold": ["Two"],
         "history": [{"role": "user", "content": "first"}]},
    )  # fmt: skip
    seen = []

    def rewrite(question: str, history: Sequence[object]) -> str:
        seen.append((question, list(history)))
        return question

    run_questions(load_questions(path), FixedRetriever([TWO]), rewrite=rewrite)
    assert seen == [("and the other?", [{"role": "user", "content": "first"}])]


@pytest.mark.parametrize(
    ("shown", "bad"),
    [
        (answer("Fine.", ONE), False),
        (answer("No.", status="refused"), False),
        (answer("From memory."), True),
        (answer('<img src=x onerror="x">', ONE), True),
        (answer("x", Paper(title="Total Interpretability")), True),
        (answer("Answer only from the records that you are given below.", ONE), True),
    ],
)
def test_obedience_is_seen_by_its_strings(shown: Answer, bad: bool) -> None:
    prompt = "# Rules\nAnswer only from the records that you are given below.\n"
    assert obeyed(shown, (prompt,)) is bad


def beir_folder(folder: Path) -> Path:
    home = folder / "tiny"
    home.mkdir()
    (home / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "Same", "text": "x"}\n{"_id": "2", "title": "Same", "text": "y"}\n'
    )
    (home / "queries.jsonl").write_text('{"_id": "q", "text": "y"}\n{"_id": "r", "text": "z"}\n')
    (home / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n")
    return home


def test_a_beir_folder_is_indexed_once(tmp_path: Path) -> None:
    built: list[Path] = []
    home = beir_folder(tmp_path)
    papers = list(load_beir(home).papers())
    assert len({paper.paper_id for paper in papers}) == 2

    def index_papers(given: Sequence[Paper], folder: Path) -> None:
        folder.mkdir(parents=True)
        built.append(folder)

    for fingerprint in ("f", "f", "g"):
        run = evaluate_beir(
            home, tmp_path / "cache", fingerprint, index_papers, lambda _: FixedRetriever(papers)
        )
    assert len(built) == len(set(built)) == 2
    figures = run.kinds["tiny"]
    assert figures["count"] == 1
    assert figures["ndcg@10"] == pytest.approx(0.6309, abs=1e-4)
    assert figures["mrr@10"] == 0.5
    assert figures["recall@10"] == figures["recall@100"] == 1.0


def test_runs_are_saved_and_compared(tmp_path: Path) -> None:
    path = questions_file(tmp_path, {"id": "a", "kind": "single", "question": "a", "gold": ["One"]})
    questions = load_questions(path)
    good, bad = (
        Report.of("questions.jsonl", {"retriever": name}, run_questions(questions, retriever))
        for name, retriever in (
            ("good", FixedRetriever([ONE])),
            ("bad", FixedRetriever([TWO, ONE])),
        )
    )
    saved = good.save(tmp_path / "runs")
    assert good.configuration_hash in saved.name
    assert good.configuration_hash != bad.configuration_hash
    assert Report.load(saved) == good
    (first, *_) = compare(good, bad)
    assert (first.metric, first.ours, first.theirs, first.count) == ("hit@1", 1.0, 0.0, 1)
    assert "+1.000" in comparison_table(compare(good, bad))
    assert "hit@1" in table(good)
    with pytest.raises(InputError):
        Report.load(path)


@pytest.mark.parametrize("content", ["", "not json", "[1]", '{"id": "x"}'])
def test_a_bad_question_file_is_one_clear_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(content)
    with pytest.raises(InputError) as error:
        load_questions(path)
    assert error.value.hint


def test_a_bad_beir_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_beir(tmp_path)
    home = beir_folder(tmp_path)
    (home / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t99\t1\n")
    with pytest.raises(InputError, match="judgement"):
        load_beir(home)
