from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.generators.compress import compressions

TEXT = "we our the paper finds that moss grows, which shows (see 2) rain; yet not if but …"
WORDS = st.sampled_from(TEXT.split())


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(re.findall(r"\w+", long.lower()))
    return all(word in rest for word in re.findall(r"\w+", short.lower()))


@pytest.mark.parametrize(
    ("sentence", "option"),
    [
        (
            "In this paper, we present a way to count moss (see Fig. 1), which is slow.",
            "We present a way to count moss.",
        ),
        (
            "However, moss grows faster on old stone; it dies on new stone.",
            "Moss grows faster on old stone.",
        ),
        ("The moss grows well in rain", "The moss grows well in rain."),
        ("Moss is what botanists call “quiet.”", "Moss is what botanists call “quiet.”"),
    ],
)
def test_shorter_ways_to_say_it(sentence: str, option: str) -> None:
    assert option in compressions(sentence)


@pytest.mark.parametrize("sentence", ["But is this all?", "However, the moss…", "Moss grows.", ""])
def test_what_says_too_little_is_left(sentence: str) -> None:
    assert compressions(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Moss grows well on every roof, which only holds if rain falls.",
        "Moss grows well on every roof, but not on metal.",
        "Moss grows on every roof, except where the sun burns.",
    ],
)
def test_what_narrows_a_claim_stays(sentence: str) -> None:
    assert compressions(sentence) == [sentence]


@given(st.lists(WORDS, max_size=30))
def test_nothing_is_added_or_moved(words: list[str]) -> None:
    sentence = " ".join(words)
    for option in compressions(sentence):
        assert is_subsequence(option, sentence)
        assert option.endswith((".", "…", "!", "”", ")"))


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    for option in compressions(text):
        assert option.strip()
