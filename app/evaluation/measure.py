"""Evaluations as commands run them: settings and a file in, a Report out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.evaluation.answers import Reference
from app.evaluation.beir import evaluate_beir
from app.evaluation.questions import Question, load_questions
from app.evaluation.report import Report
from app.evaluation.runner import DEPTH, run_questions
from app.settings import Settings, masked
from app.wiring import Room, open_room

if TYPE_CHECKING:
    from ingest.paper import Paper

# Settings that say where things are, not how well they work.
_ELSEWHERE = {"home", "store", "collection", "host", "port", "password", "llm_api_key"}


def configuration(settings: Settings) -> dict[str, Any]:
    """Every setting that could change a figure, secrets masked."""
    figures = settings.model_dump(mode="json", exclude=_ELSEWHERE)
    return {name: masked(value) for name, value in figures.items()} | {
        "fingerprint": settings.fingerprint()
    }


def evaluate_questions(settings: Settings, questions: Path, *, answers: bool) -> Report:
    """Retrieval figures of a question file, and answer figures if wanted."""
    loaded = load_questions(questions)
    with open_room(settings) as room:
        room.warm_up()
        papers = room.papers()
        run = run_questions(
            loaded,
            lambda text, history: _ranked(room, text, history),
            ask=room.answer if answers else None,
            reference=_reference(papers),
        )
        facts = {"answers_by": room.model_line, "papers": len(papers)}
    unlisted = _unlisted(loaded, {paper.title for paper in papers})
    # Question files of two folders often have one name.
    name = f"{questions.resolve().parent.name}/{questions.name}"
    return Report(name, configuration(settings) | facts, run, unlisted)


def evaluate_dataset(settings: Settings, folder: Path) -> Report:
    """Retrieval figures of a BEIR folder, over an index of its own in the home's cache."""
    return Report(folder.name, configuration(settings), evaluate_beir(settings, folder))


def _ranked(room: Room, text: str, history: Sequence[Mapping[str, str]]) -> list[str]:
    """Titles that are found for a question as it is understood, best first."""
    query = room.read(text, history)
    return [hit.paper.title for hit in room.find(query.standalone, DEPTH, query.filters)]


def _unlisted(questions: Sequence[Question], titles: set[str]) -> tuple[str, ...]:
    """Titles that must be cited but are in no record: no answer can be right about them."""
    must = (title for q in questions for turn in q.turns for title in turn.must)
    return tuple(dict.fromkeys(title for title in must if title not in titles))


def _reference(papers: Sequence[Paper]) -> Reference:
    import prompts

    texts = tuple(prompts.load(name).text for name in prompts.names())
    return Reference({paper.paper_id: paper.text for paper in papers}, texts)
