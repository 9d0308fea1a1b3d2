"""Evaluations as commands run them: settings and a file in, a Report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.evaluation.answers import Reference
from app.evaluation.beir import evaluate_beir
from app.evaluation.datasets import load_questions
from app.evaluation.report import Report
from app.evaluation.runner import run_questions
from app.settings import Settings
from app.wiring import Room, index_papers, open_retriever, open_room

if TYPE_CHECKING:
    from ingest.paper import Paper

# Settings that say where things are, not how well they work.
_ELSEWHERE = {"home", "store", "collection", "host", "port", "password", "llm_api_key"}


def configuration(settings: Settings) -> dict[str, Any]:
    """Every setting that could change a figure."""
    return settings.model_dump(mode="json", exclude=_ELSEWHERE) | {
        "fingerprint": settings.fingerprint()
    }


def evaluate_questions(settings: Settings, questions: Path, *, answers: bool) -> Report:
    """Retrieval figures of a question file, and answer figures if wanted."""
    loaded = load_questions(questions)
    with open_room(settings) as room:
        room.warm_up()
        run = run_questions(
            loaded,
            room.retriever,
            ask=room.answer if answers else None,
            rewrite=lambda text, history: _standalone(room, text, history),
            reference=_reference(room),
        )
        facts = {"answers_by": room.model_line, "papers": len(room.papers())}
    return Report.of(questions.name, configuration(settings) | facts, run)


def evaluate_dataset(settings: Settings, folder: Path) -> Report:
    """Retrieval figures of a BEIR folder, over an index of its own in the home's cache."""

    def build(papers: Sequence[Paper], home: Path) -> None:
        index_papers(papers, settings.model_copy(update={"home": home, "store": "embedded"}))

    run = evaluate_beir(
        folder,
        settings.home / "cache" / "beir",
        settings.fingerprint(),
        build,
        lambda home: open_retriever(settings.model_copy(update={"home": home})),
    )
    return Report.of(folder.name, configuration(settings), run)


def _standalone(room: Room, text: str, history: Sequence[Mapping[str, str]]) -> str:
    return room.read(text, history).standalone


def _reference(room: Room) -> Reference:
    import prompts

    texts = tuple(prompts.load(name).text for name in prompts.names())
    return Reference({paper.paper_id: paper.text for paper in room.papers()}, texts)
