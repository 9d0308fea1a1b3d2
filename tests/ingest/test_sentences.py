from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sentences import sentence_spans


def cut(text):
    return [text[a:b] for a, b in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Is it? Yes!", ["Is it?", "Yes!"]),
        ("Methods (e.g. SAEs) work. They do.", ["Methods (e.g. SAEs) work.", "They do."]),
        ("Smith et al. Showed it.", ["Smith et al. Showed it."]),
        ("A title\nA summary of 3.5 points.", ["A title", "A summary of 3.5 points."]),
        ("He said “Stop.” Then left.", ["He said “Stop.”", "Then left."]),
        ("Cut off…", ["Cut off…"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_examples(text, expected):
    assert cut(text) == expected


@given(st.text(max_size=300))
def test_spans_are_ordered_and_lose_only_white_space(text):
    spans = sentence_spans(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    covered = "".join(text[a:b] for a, b in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all("\n" not in text[a:b] for a, b in spans)
