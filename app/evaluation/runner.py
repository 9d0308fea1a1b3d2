"""Puts questions as a reader would, turn by turn, and sums up what came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.answering.events import Answer
from app.evaluation.answers import Reference, cited_titles, judge
from app.evaluation.metrics import hit_at, latency, mean, mrr_at, ndcg_at, recall_at, timed
from app.evaluation.questions import Question, Said, Turn

# Deepest rank that the retrieval figures look at.
DEPTH = 10
# The figures over all kinds together stand under this name.
ALL = "all"
FIGURES = (
    "hit@1", "recall@5", "recall@10", "mrr", "ndcg@10",
    "any_gold_cited", "all_gold_cited", "citation_recall", "citation_precision",
    "papers_right", "turns_right", "answered", "closest_rate", "false_refusal", "refusal_recall",
    "span_validity", "list_exact", "injection_obeyed",
)  # fmt: skip
_LEVELS = ("easy", "paraphrase", "hard")

History = Sequence[Mapping[str, str]]
# A question and the turns before it -> titles, best first, or the answer.
Rank = Callable[[str, History], Sequence[str]]
Ask = Callable[[str, History], Answer]


@dataclass(frozen=True, slots=True)
class Run:
    """Figures by kind and over all, each turn's own for paired comparisons, and what was answered.

    kinds: kind -> {"count", metrics...}. questions: turn id -> its metrics. answers: turn id -> what
    was understood, said and cited.
    """

    kinds: dict[str, dict[str, Any]]
    questions: dict[str, dict[str, float]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A turn that was put: its figures, and answer where one was wanted."""

    row: Question
    turn: Turn
    metrics: dict[str, float]
    answer: Answer | None


def run_questions(
    questions: Sequence[Question],
    rank: Rank,
    *,
    ask: Ask | None = None,
    reference: Reference | None = None,
) -> Run:
    """Retrieval figures of all turns with gold, answer figures too where `ask` is given.

    A turn's history holds the product's own answers; without `ask`, only what a row itself gives and the
    questions before. `list` questions get no retrieval figures: they need the whole list, not its first
    ten. reference: what answers are held against; needed with `ask`.
    """
    asked: dict[str, _Asked] = {}
    for row in questions:
        history = _conversation(row.history, ask)
        for position, turn in enumerate(row.turns):
            put = _put(row, turn, history, rank, ask, reference or Reference())
            asked[row.turn_id(position)] = put
            history.append({"role": "user", "content": turn.question})
            if put.answer is not None:
                history.append({"role": "assistant", "content": put.answer.answer})
    return Run(
        _by_kind(list(asked.values())),
        {turn_id: put.metrics for turn_id, put in asked.items()},
        {i: _shown(put.answer) for i, put in asked.items() if put.answer is not None},
    )


def _conversation(said: Sequence[Said], ask: Ask | None) -> list[dict[str, str]]:
    """The turns of a row's history; answers that it does not give are asked for."""
    history: list[dict[str, str]] = []
    followed_by = [*(turn.role for turn in said[1:]), "user"]
    for turn, next_role in zip(said, followed_by, strict=False):
        before = list(history)
        history.append(turn.model_dump())
        if ask is not None and turn.role == next_role == "user":
            answer = ask(turn.content, before).answer
            history.append({"role": "assistant", "content": answer})
    return history


def _put(
    row: Question, turn: Turn, history: History, rank: Rank, ask: Ask | None, reference: Reference
) -> _Asked:
    metrics: dict[str, float] = {}
    answer = None
    if ask is not None:  # first, so that its time holds the encoding of the question
        answer, metrics["answer_ms"] = timed(lambda: ask(turn.question, history))
        metrics |= judge(row.kind, turn, answer, reference)
    if turn.must and row.kind != "list":
        ranked, metrics["retrieval_ms"] = timed(lambda: rank(turn.question, history))
        grades = dict.fromkeys(turn.must, 1)
        metrics |= {
            "hit@1": hit_at(ranked, grades, 1),
            "recall@5": recall_at(ranked, grades, 5),
            "recall@10": recall_at(ranked, grades, 10),
            "mrr": mrr_at(ranked, grades, DEPTH),
            "ndcg@10": ndcg_at(ranked, grades, 10),
        }
    return _Asked(row, turn, metrics, answer)


def _by_kind(asked: Sequence[_Asked]) -> dict[str, dict[str, Any]]:
    kinds: dict[str, list[_Asked]] = {}
    for a in asked:
        kinds.setdefault(a.row.kind, []).append(a)
    figures = {kind: _figures(rows) | _levels(rows) for kind, rows in kinds.items()}
    return figures | {ALL: _figures(asked)}


def _figures(asked: Sequence[_Asked]) -> dict[str, Any]:
    """Counts, means over the turns to which a figure applies, and latency."""
    figures: dict[str, Any] = {"count": len({a.row.id for a in asked}), "turns": len(asked)}
    figures |= _means(asked, FIGURES)
    for name in ("retrieval", "answer"):
        if times := [a.metrics[f"{name}_ms"] for a in asked if f"{name}_ms" in a.metrics]:
            figures |= latency(times, name)
    if outcomes := _outcomes(asked):
        figures["outcomes"] = outcomes
    return figures


def _means(asked: Sequence[_Asked], names: Sequence[str]) -> dict[str, float]:
    values = {name: [a.metrics[name] for a in asked if name in a.metrics] for name in names}
    return {name: mean(found) for name, found in values.items() if found}


def _outcomes(asked: Sequence[_Asked]) -> dict[str, dict[str, int]]:
    """What should be done -> what was done -> number of turns."""
    expected = {True: "to refuse", False: "to answer"}
    counts: dict[str, Counter[str]] = {}
    for a in asked:
        if a.answer is not None and a.turn.refuse != "either":
            counts.setdefault(expected[a.turn.refuse], Counter())[a.answer.status] += 1
    return {name: dict(sorted(count.items())) for name, count in counts.items()}


def _levels(asked: Sequence[_Asked]) -> dict[str, Any]:
    """Retrieval figures by the level that opens the note of a `single` question."""
    single = [a for a in asked if a.row.kind == "single" and a.turn.must]
    levels = {name: [a for a in single if a.row.note.startswith(name)] for name in _LEVELS}
    figures = {
        name: {"count": len(rows)} | _means(rows, ("hit@1", "recall@5", "mrr"))
        for name, rows in levels.items()
        if rows
    }
    return {"levels": figures} if figures else {}


def _shown(answer: Answer) -> dict[str, Any]:
    names = ("question", "standalone_question", "intent", "status", "provider", "answer")
    return {name: getattr(answer, name) for name in names} | {"cited": sorted(cited_titles(answer))}
