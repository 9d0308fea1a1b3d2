"""Runs questions through retrieval and answering, and sums up what came back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.events import Answer
from app.evaluation.answers import AnswerOutcome, Reference, answer_figures, judge
from app.evaluation.datasets import BeirDataset, Question
from app.evaluation.metrics import (
    hit_at,
    mean,
    mrr_at,
    ndcg_at,
    percentile,
    recall_at,
)
from app.retrieval import Retriever

# Deepest rank that a question file's figures look at.
DEPTH = 10
BEIR_DEPTH = 100

History = Sequence[Mapping[str, str]]
Ask = Callable[[str, History], Answer]
Rewrite = Callable[[str, History], str]


@dataclass(frozen=True, slots=True)
class QuestionRun:
    """Figures by kind, and each question's own for paired comparisons.

    kinds: kind -> {"count", metrics...}. questions: question id -> its metrics.
    """

    kinds: dict[str, dict[str, float]]
    questions: dict[str, dict[str, float]] = field(default_factory=dict)


def retrieval_metrics(ranked: Sequence[str], grades: Mapping[str, int]) -> dict[str, float]:
    """The retrieval figures of one question, under the names of the JSON contract."""
    return {
        "hit@1": hit_at(ranked, grades, 1),
        "recall@5": recall_at(ranked, grades, 5),
        "recall@10": recall_at(ranked, grades, 10),
        "mrr": mrr_at(ranked, grades, DEPTH),
        "ndcg@10": ndcg_at(ranked, grades, 10),
    }


def run_questions(
    questions: Sequence[Question],
    retriever: Retriever,
    *,
    ask: Ask | None = None,
    rewrite: Rewrite | None = None,
    reference: Reference | None = None,
) -> QuestionRun:
    """Retrieval figures of all questions with gold, answer figures too where `ask` is given.

    rewrite: question and history -> the standalone question that is searched for. `list` questions
    get no retrieval figures: they need the whole list, not its first ten. reference: the records
    and prompts that answers are held against; needed with `ask`.
    """
    per_question: dict[str, dict[str, float]] = {}
    outcomes: dict[str, list[AnswerOutcome]] = {}
    for question in questions:
        row: dict[str, float] = {}
        if question.gold and question.kind != "list":
            row |= _retrieved(question, retriever, rewrite)
        if ask is not None:
            began = time.perf_counter()
            answer = ask(question.question, question.history)
            outcome = judge(question, answer, time.perf_counter() - began, reference or Reference())
            outcomes.setdefault(question.kind, []).append(outcome)
            row |= outcome.metrics
        per_question[question.id] = row
    kinds = {
        kind: _summary([q for q in questions if q.kind == kind], per_question)
        | answer_figures(outcomes.get(kind, []))
        for kind in dict.fromkeys(question.kind for question in questions)
    }
    return QuestionRun(kinds, per_question)


def run_beir(dataset: BeirDataset, retriever: Retriever) -> QuestionRun:
    """`ndcg@10, recall@10, recall@100, mrr@10` and query times of a BEIR dataset.

    The retriever's papers must carry the document id in `source`, as `BeirDataset.papers` does.
    """
    per_query: dict[str, dict[str, float]] = {}
    seconds = []
    for query_id, text in dataset.queries.items():
        grades = dataset.judgements[query_id]
        began = time.perf_counter()
        hits = retriever.search(text, BEIR_DEPTH)
        seconds.append(time.perf_counter() - began)
        ranked = [hit.paper.source for hit in hits]
        per_query[query_id] = {
            "ndcg@10": ndcg_at(ranked, grades, 10),
            "recall@10": recall_at(ranked, grades, 10),
            "recall@100": recall_at(ranked, grades, BEIR_DEPTH),
            "mrr@10": mrr_at(ranked, grades, 10),
        }
    figures = _means(list(per_query.values())) | latency(seconds, "query")
    return QuestionRun({dataset.name: {"count": len(per_query), **figures}}, per_query)


def latency(seconds: Sequence[float], name: str) -> dict[str, float]:
    """Median and 95th percentile in milliseconds."""
    return {
        f"{name}_p50_ms": percentile(seconds, 50) * 1000,
        f"{name}_p95_ms": percentile(seconds, 95) * 1000,
    }


def _retrieved(
    question: Question, retriever: Retriever, rewrite: Rewrite | None
) -> dict[str, float]:
    began = time.perf_counter()
    text = question.question
    if rewrite is not None and question.history:
        text = rewrite(text, question.history)
    hits = retriever.search(text, DEPTH)
    seconds = time.perf_counter() - began
    metrics = retrieval_metrics([h.paper.title for h in hits], dict.fromkeys(question.gold, 1))
    return metrics | {"retrieval_seconds": seconds}


def _summary(
    questions: Sequence[Question], per_question: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    rows = [per_question[q.id] for q in questions if "hit@1" in per_question[q.id]]
    figures: dict[str, Any] = {"count": len(questions)}
    if rows:
        names = ("hit@1", "recall@5", "recall@10", "mrr", "ndcg@10")
        figures |= {name: mean([row[name] for row in rows]) for name in names}
        figures |= latency([row["retrieval_seconds"] for row in rows], "retrieval")
    levels = _levels(questions)
    if levels:
        figures["levels"] = {
            level: {
                "count": len(ids),
                "hit@1": mean([per_question[i]["hit@1"] for i in ids]),
                "recall@5": mean([per_question[i]["recall@5"] for i in ids]),
                "mrr": mean([per_question[i]["mrr"] for i in ids]),
            }
            for level, ids in levels.items()
        }
    return figures


def _levels(questions: Sequence[Question]) -> dict[str, list[str]]:
    """Question ids by the level that opens the note of `single` questions."""
    levels: dict[str, list[str]] = {}
    for question in questions:
        for level in ("easy", "paraphrase", "hard"):
            if question.kind == "single" and question.gold and question.note.startswith(level):
                levels.setdefault(level, []).append(question.id)
    return levels


def _means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: mean([row[name] for row in rows]) for name in (rows[0] if rows else {})}
