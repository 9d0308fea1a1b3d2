"""The one sanitiser, the one stop-word list, the one stemmer."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import FUNCTION_WORDS, STOP_WORDS, clean_field, clean_text, stem_words

# Format characters that are seen: Arabic number and verse marks, and the joiners.
VISIBLE = {"\u200c", "\u200d", "\u06dd", "\u070f", "\u08e2", "\U000110bd", "\U000110cd"} | {
    chr(c) for c in (*range(0x600, 0x606), 0x890, 0x891)
}


@given(st.text(st.characters(categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Lu", "Lo", "So"))))
def test_nothing_hidden_or_broken_is_left(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    hidden = [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
    assert set(hidden) - VISIBLE <= {"\n", "\t"}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a\x00b\x1b[1m", "a b [1m"),
        ("pay\u202eload\u2066 \u200bx\ufeff", "payload x"),
        ("ig\u200dnore", "ignore"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\U000e0041\U000e0042", "a"),
        ("over\u00adfitting \uf0b7", "overfitting "),
        ("\ud800", "\ufffd"),
        ("plain text, naïve — “quoted”", "plain text, naïve — “quoted”"),
    ],
)
def test_what_is_cleaned_and_what_stays(text, cleaned):
    assert clean_text(text) == cleaned


def test_a_field_is_one_line():
    assert clean_field(" a\r\n\tb \x00 c ") == "a b c"


def test_the_lists_are_one_within_the_other():
    assert STOP_WORDS < FUNCTION_WORDS
    assert "models" not in FUNCTION_WORDS


def test_stems_are_the_same_in_every_thread():
    words = ["generalisation", "models", "learning", "learned"] * 50
    with ThreadPoolExecutor(4) as pool:
        assert {tuple(s) for s in pool.map(stem_words, [words] * 20)} == {tuple(stem_words(words))}
    assert stem_words(["models", "learned"]) == ["model", "learn"]
