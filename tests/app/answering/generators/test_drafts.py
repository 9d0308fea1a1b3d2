"""Drafts: sentences and the citation marks that models write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.generators.drafts import split_draft


@pytest.mark.parametrize(
    ("draft", "numbers"),
    [
        ("Probes find the feature [1].", (1,)),
        ("Probes find the feature. [1]", (1,)),
        ("Probes find the feature.[1]", (1,)),
        ("Probes find the feature [1][2].", (1, 2)),
        ("Probes find the feature [1] [2].", (1, 2)),
        ("Probes find the feature [2, 1].", (2, 1)),
        ("Probes find the feature [1; 3].", (1, 3)),
        ("Probes find the feature [1-3].", (1, 2, 3)),
        ("Probes find the feature [1–3].", (1, 2, 3)),
        ("Probes find the feature 【1】.", (1,)),
        ("Probes find the feature 【2†source】.", (2,)),
        ("Probes find the feature [^2].", (2,)),
        ("Probes find the feature (Source 1).", (1,)),
        ("Probes find the feature (sources 1 and 3).", (1, 3)),
        ("Probes find the feature [Record 2].", (2,)),
        ("Probes find the feature [Source 1, Source 2].", (1, 2)),
        ("[1] Probes find the feature.", (1,)),
        ("Probes [1] find the feature [1].", (1,)),
        ("Probes find the feature.", ()),
    ],
)
def test_reads_every_form_of_mark(draft: str, numbers: tuple[int, ...]) -> None:
    (sentence,) = split_draft(draft, sources=3).sentences
    assert sentence.numbers == numbers
    assert sentence.text == "Probes find the feature."


def test_a_mark_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    draft = split_draft("Probes work. [1] Steering fails. [2]", sources=2)
    assert [(s.text, s.numbers) for s in draft.sentences] == [
        ("Probes work.", (1,)),
        ("Steering fails.", (2,)),
    ]


def test_unknown_numbers_are_left_out_and_reported() -> None:
    draft = split_draft("Probes work [2][7].", sources=3)
    assert draft.sentences[0].numbers == (2,)
    assert draft.unknown == (7,)


def test_a_draft_that_counts_from_zero_is_shifted() -> None:
    draft = split_draft("Probes work [0]. Steering fails [1].", sources=2)
    assert [s.numbers for s in draft.sentences] == [(1,), (2,)]


def test_zero_beside_the_last_number_is_unknown_not_a_shift() -> None:
    draft = split_draft("Probes work [0]. Steering fails [2].", sources=2)
    assert draft.sentences[1].numbers == (2,)
    assert draft.unknown == (0,)


def test_lists_emphasis_and_closing_references() -> None:
    draft = split_draft(
        "## Findings\n1. **Probes** work [1].\n- Steering fails.\n[2]\n\nReferences:\n[1] A title.",
        sources=2,
    )
    assert [(s.text, s.numbers) for s in draft.sentences] == [
        ("Findings", ()),
        ("Probes work.", (1,)),
        ("Steering fails.", (2,)),
    ]


def test_numbers_of_the_text_are_no_marks() -> None:
    draft = split_draft("Accuracy rose by 3 (from 10 to 13) in 2024.", sources=20)
    assert draft.sentences[0].numbers == ()
    assert draft.sentences[0].text == "Accuracy rose by 3 (from 10 to 13) in 2024."


@given(st.text(alphabet="ab .[]()【】-,0123456789Source\n", max_size=80), st.integers(0, 5))
def test_any_text_gives_only_known_numbers(draft: str, sources: int) -> None:
    for sentence in split_draft(draft, sources).sentences:
        assert all(1 <= n <= sources for n in sentence.numbers)
        assert sentence.text == sentence.text.strip()
