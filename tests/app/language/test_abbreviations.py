from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.abbreviations import mine, singular, spells, undefined


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We use Deep Moss Networks (DMNs) here.", {"dmn": "deep moss networks"}),
        ("With chain-of-thought (CoT) it grows.", {"cot": "chain of thought"}),
        ("Learning with Visible Roofs (LVR).", {"lvr": "learning with visible roofs"}),
        ("Moss is green (see Fig. 2).", {}),
        ("A study (UNESCO) of moss.", {}),
    ],
)
def test_definitions_in_brackets_are_mined(text, found):
    assert mine([text]) == found


def test_a_short_form_without_a_definition_is_spelt_by_the_words_around_it():
    assert undefined("SAE", ["Training sparse autoencoders: SAE quality matters."]) == (
        "sparse autoencoders"
    )
    assert undefined("GPT", ["Moss grows on roofs."]) == ""


def test_plurals_are_one_form():
    assert singular("SAEs") == "SAE"
    assert singular("bus") == "bus"


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=5))
def test_initials_always_spell(words):
    assert spells("".join(word[0] for word in words), words)
