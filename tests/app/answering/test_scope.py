"""An overview of a topic looks at the papers on it; one of the list looks at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.scope import scope
from app.query import Query
from app.settings import Settings
from app.wiring import open_room


@pytest.fixture(scope="module")
def room(seeded_home: Path):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def narrowed(room, question: str) -> set[str] | None:
    """Titles of the papers that an overview is narrowed to; None for the whole list."""
    filters = scope(Query.plain(question), room.retriever)
    return filters and {p.title for p in room.papers() if p.paper_id in filters.paper_ids}


def test_a_topic_narrows(room):
    found = narrowed(room, "Sort what is here on sparse autoencoders into groups, please")
    assert found is not None
    held = {p.title for p in room.papers() if "sparse autoencoder" in p.text.lower()}
    assert held <= found
    assert len(found) < len(room.papers()) / 2


@pytest.mark.parametrize(
    "question",
    [
        "What is all of this about?",
        "I am a carpenter and have never heard of any of it. Where to begin?",
        "Which debates are going on?",
    ],
)
def test_who_asks_and_how_does_not(room, question):
    assert narrowed(room, question) is None


def test_the_topic_of_the_whole_list_does_not(room):
    assert all("Mechanistic Interpretability" in paper.tags for paper in room.papers())
    assert narrowed(room, "A newcomer to mechanistic interpretability: what comes first?") is None
