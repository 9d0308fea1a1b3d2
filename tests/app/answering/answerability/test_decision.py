"""Answered, closest or declined: over the shipped list, with the packaged weights.

The questions here are not among those that the weights were trained on.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answering.answerability.decision import decide
from app.query.words import telling_words
from app.settings import Settings
from app.wiring import Room, open_room


@pytest.fixture(scope="module")
def room(seeded_home: Path):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def decision(room: Room, question: str):
    return decide(question, room.find(question, 10), room.retriever)


@pytest.mark.parametrize(
    "question",
    [
        "How are hallucinations detected with semantic entropy?",
        "What is a Structural Probe good for?",
        "Does training on subliminal data pass on traits?",
    ],
)
def test_what_the_records_say_is_answered(room, question):
    assert decision(room, question).answers


@pytest.mark.parametrize(
    "question",
    [
        "How do glaciers respond to warmer summers?",
        "Who won the football world cup?",
        "What does a kilo of saffron cost in Teheran?",
    ],
)
def test_what_no_record_is_about_is_declined(room, question):
    assert decision(room, question).outcome == "refused"


def test_what_is_missing_is_never_in_the_list(room):
    """A statement on what no record mentions must be true of every record."""
    found = decision(room, "Which hallucinations of entropy does a zeppelin detector find?")
    assert "zeppelin" in found.missing
    text = " ".join(paper.text.lower() for paper in room.papers())
    assert not [word for word in found.missing if word.lower() in text]
    assert "zeppelin" in found.reason


def test_nothing_found_is_declined(room):
    assert decide("How do bees dance?", [], room.retriever).outcome == "refused"
    assert decide("!!", room.find("entropy", 3), room.retriever).outcome == "refused"


@settings(deadline=None, max_examples=30)
@given(question=st.text(max_size=60))
def test_any_text_gets_a_probability(room, question):
    found = decide(question, room.find("sparse autoencoders", 3), room.retriever)
    assert 0.0 <= found.probability <= 1.0
    assert found.outcome in ("answered", "closest", "refused")


def test_telling_words_leave_out_what_only_asks():
    assert telling_words("Do the papers say what glaciers do?") == ["glaciers"]


def test_development_questions(room, eval_data: Path):
    """Shares one step below what was measured."""
    outcomes: dict[str, list[str]] = {}
    lines = (eval_data / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        if row["kind"] in ("single", "multi", "unanswerable"):
            found = room.answer(row["question"]).status
            outcomes.setdefault(row["kind"], []).append(found)
    share = {kind: found.count("refused") / len(found) for kind, found in outcomes.items()}
    assert share["unanswerable"] >= 0.87
    assert share["single"] <= 0.05
    assert share["multi"] <= 0.05
