"""`reading-room eval` and `reading-room bench`: figures for any configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.settings import Settings, load_settings
from app.surfaces.cli.options import (
    Home,
    Json,
    Llm,
    Reranker,
    RetrieverName,
    note,
    one_line_errors,
    print_json,
    say,
)
from ingest.errors import InputError


@one_line_errors
def evaluate(
    questions: Annotated[
        Path | None,
        typer.Option("--questions", help="JSON lines of questions or dialogues with gold titles."),
    ] = None,
    dataset: Annotated[
        Path | None, typer.Option("--dataset", help="A folder in BEIR form.")
    ] = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Leave the answers out.")
    ] = False,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="A saved run to hold this one against.")
    ] = None,
    llm: Llm = None,
    retriever: RetrieverName = None,
    reranker: Reranker = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Measure retrieval, citations, refusal and injection on questions with known answers.

    Example: reading-room eval --questions questions.jsonl --retrieval-only
    """
    from app.evaluation import report as reports
    from app.evaluation.measure import evaluate_dataset, evaluate_questions

    if (questions is None) == (dataset is None):
        raise InputError("give either --questions FILE or --dataset DIR", hint="see `eval --help`")
    settings = load_settings(home=home, llm=llm, retriever=retriever, reranker=reranker)
    earlier = reports.Report.load(compare) if compare else None
    if questions is not None:
        report = evaluate_questions(settings, questions, answers=not retrieval_only)
    else:
        assert dataset is not None
        report = evaluate_dataset(settings, dataset)
    saved = report.save(settings.home / "runs")
    compared = reports.compare(report, earlier) if earlier else {}
    if as_json:
        print_json(report.to_dict() | ({"compared": compared} if earlier else {}))
    else:
        say(reports.table(report))
        if earlier:
            say(f"\n{reports.comparison_table(compared)}")
    for title in report.unlisted:
        note(f"no record is titled “{title}”: no answer can cite it")
    note(f"run saved to {saved}")


@one_line_errors
def bench(
    questions: Annotated[int, typer.Option("-n", min=5, help="How many questions to time.")] = 50,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Time ingestion and questions on this machine, and count the calls that one question makes.

    Example: reading-room bench --json
    """
    from app.evaluation.bench import run_bench

    settings: Settings = load_settings(home=home)
    figures = run_bench(settings, questions)
    if as_json:
        print_json(figures)
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        say(f"{name:<{width}}  {value}")
