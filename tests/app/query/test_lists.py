"""Lists asked for in words that no grammar knows; the real list, wordings of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Settings
from app.wiring import open_room


@pytest.fixture(scope="module")
def room(seeded_home: Path):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def titles(room, question: str) -> set[str]:
    return {c.title for s in room.answer(question).sentences for c in s.citations}


def having(room, *words: str) -> set[str]:
    return {p.title for p in room.papers() if any(word in p.text.lower() for word in words)}


@pytest.mark.parametrize(
    "question",
    [
        "I could do with everything on grokking, apart from the work on transformers.",
        "grokking, but nothing on transformers, please",
        "Which of the grokking papers can I read if I refuse to hear about transformers?",
    ],
)
def test_what_is_set_aside_is_left_out(room, question):
    wanted = having(room, "grok") - having(room, "transformer")
    assert wanted
    assert titles(room, question) == wanted


def test_a_count_in_other_words(room):
    count = len(having(room, "hallucinat"))
    answer = room.answer("For my slides I need the number of papers that bring up hallucinations")
    assert answer.intent == "list"
    assert answer.answer.startswith(("One" if count == 1 else str(count), str(count)))


@pytest.mark.parametrize(
    "question",
    [
        "How many attention heads carry the facts?",
        "Why do steering vectors not work in every case?",
    ],
)
def test_counts_and_denials_of_other_things_are_no_lists(room, question):
    assert room.read(question).intent != "list"
