from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.generators.compress import compressions

TEXT = "we our the paper finds that moss grows, which shows (see 2) rain; yet not if but …"
WORDS = st.sampled_from(TEXT.split())


def plain(text: str) -> list[str]:
    mapped = {"the authors": "we", "they": "we", "them": "us", "their": "our", "theirs": "ours"}
    text = text.lower()
    for new, old in mapped.items():
        text = re.sub(rf"\b{new}\b", old, text)
    return re.findall(r"\w+", text)


def is_subsequence(short: list[str], long: list[str]) -> bool:
    rest = iter(long)
    return all(word in rest for word in short)


@pytest.mark.parametrize(
    ("sentence", "option"),
    [
        (
            "In this paper, we present a way to count moss (see Fig. 1), which is slow.",
            "The authors present a way to count moss.",
        ),
        (
            "However, moss grows faster on old stone; it dies on new stone.",
            "Moss grows faster on old stone.",
        ),
        (
            "Results We find that our moss grows and that we can count it.",
            "The authors find that their moss grows and that they can count it.",
        ),
        (
            "Here we ask whether moss grows on roofs of all kinds in the nor…",
            "The authors ask whether moss grows on roofs of all kinds…",
        ),
        ("The moss grows well in rain", "The moss grows well in rain."),
        ("Moss is what botanists call “quiet.”", "Moss is what botanists call “quiet.”"),
    ],
)
def test_licensed_ways_to_say_it(sentence: str, option: str) -> None:
    assert option in compressions(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "But is this all that moss can do?",
        "how moss works inside and is treated as a carpet.",
        "Moss changes how we walk through our gardens.",
        "I argue that moss is quiet and green.",
        "They asked “do we like moss” in every town.",
        "However, the moss…",
        "Moss grows.",
        "",
    ],
)
def test_what_is_better_quoted(sentence: str) -> None:
    assert compressions(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Moss grows well on every roof, which only holds if rain falls.",
        "Moss does not grow on any roof of the old town.",
        "Moss grows well on every roof, but not on metal.",
        "Moss grows on every roof, except where the sun burns.",
    ],
)
def test_what_narrows_a_claim_stays(sentence: str) -> None:
    assert all(plain(option) == plain(sentence) for option in compressions(sentence))
    assert compressions(sentence)


@given(st.lists(WORDS, max_size=30))
def test_nothing_is_added_or_moved(words: list[str]) -> None:
    sentence = " ".join(words)
    for option in compressions(sentence):
        assert is_subsequence(plain(option), plain(sentence))
        assert option.endswith((".", "…", "!", "”", ")"))
        assert not re.search(r"\b(we|our|us)\b", option, re.IGNORECASE)


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    for option in compressions(text):
        assert option.strip()
