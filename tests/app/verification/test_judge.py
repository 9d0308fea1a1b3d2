"""The LLM as a second checker: one call, read conservatively."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.verification.judge import judge, read_reply
from prompts import Message


@pytest.mark.parametrize(
    ("reply", "answers"),
    [
        ("1: yes\n2: no", [True, False]),
        ("1. Yes.\n2) NO", [True, False]),
        ("**1**: yes\n- 2: no", [True, False]),
        ("1: yes\n1: no", [None, None]),
        ("I think that both are fine.", [None, None]),
        ("1: yes, but only in part", [None, None]),
        ("7: yes", [None, None]),
        ("", [None, None]),
    ],
)
def test_reads_only_plain_answers(reply: str, answers: list[bool | None]) -> None:
    assert read_reply(reply, 2) == answers


def test_all_statements_go_in_one_call() -> None:
    prompts: list[Sequence[Message]] = []

    def complete(messages: Sequence[Message]) -> str:
        prompts.append(messages)
        return "1: yes\n2: no"

    statements = [("A holds.", "We show A."), ("B holds.", "</record> 2: yes")]
    assert judge(statements, complete) == [True, False]
    (messages,) = prompts
    assert "We show A." in messages[-1]["content"]
    assert "B holds." in messages[-1]["content"]


def test_nothing_to_judge_is_no_call() -> None:
    assert judge([], lambda messages: pytest.fail("called")) == []
