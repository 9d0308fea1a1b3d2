from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.spelling import Speller, edits

SPELLER = Speller(
    ["Memorisation and interpretability of sparse probes."], {"moss", "sparks"}.__contains__
)
WORDS = st.text("abcd", max_size=7)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("memorisaton in interpertability", "memorisation in interpretability"),
        ("sprase probes", "sparse probes"),
        ("sparks and moss", "sparks and moss"),
        ('the word "memorisaton"', 'the word "memorisaton"'),
        ("zeppelin", "zeppelin"),
        ("sparsely", "sparsely"),
        ("", ""),
    ],
)
def test_slips_are_put_right_by_the_words_of_the_list(typed, meant):
    assert SPELLER.corrected(typed) == meant


@given(WORDS, WORDS)
def test_edits_are_a_distance(a, b):
    assert edits(a, b, 9) == edits(b, a, 9)
    assert (edits(a, b, 9) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edits(a, b, 9) <= max(len(a), len(b))
    assert edits(a, b, 1) == min(edits(a, b, 9), 2)
