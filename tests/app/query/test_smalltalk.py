from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.query.smalltalk import reply


@pytest.mark.parametrize(
    "message",
    [
        "Hi!",
        "hello there",
        "Good morning :-)",
        "Thanks!",
        "thank you very much",
        "Great, thanks a lot!",
        "Thanks, that helps.",
        "ok",
        "Bye",
        "How are you?",
        "Who are you?",
        "What's this?",
        "What can you do?",
        "Hello, what can you do?",
        "Hi, how does this work?",
        "How can you help me?",
        "help",
        "What can I ask you?",
        "What kind of questions can I ask?",
    ],
)
def test_small_talk_gets_a_short_reply_without_citations(message: str) -> None:
    said = reply(message)
    assert said
    assert "[" not in said


@pytest.mark.parametrize(
    "message",
    [
        "Hi, which papers are about grokking?",
        "Thanks! And the other one?",
        "What can you do about hallucinations?",
        "help with sparse autoencoders",
        "hello world programs in the papers",
        "How many papers do you have?",
        "What can models do?",
        "",
        "42",
    ],
)
def test_questions_are_not_swallowed(message: str) -> None:
    assert reply(message) is None


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_safe(message: str) -> None:
    reply(message)


def test_no_development_question_is_small_talk(eval_data: Path) -> None:
    lines = (eval_data / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        assert reply(row["question"]) is None
