"""Sentences about the list, and about what it lacks."""

from __future__ import annotations

import pytest

from app.verification.checking import Proposal, check
from app.verification.frames import count_of_papers, is_denial
from app.verification.verifier import Verifier
from ingest.paper import Paper

BEES = Paper("How bees find home", "Bees use landmarks and the sun.")
ANTS = Paper("How ants find home", "Ants count their steps.")


@pytest.mark.parametrize(
    ("sentence", "fits", "fails"),
    [
        ("Three papers deal with bees.", 3, 2),
        ("Both papers deal with bees.", 2, 1),
        ("Two of them deal with bees.", 2, 3),
        ("Yes, several papers deal with bees.", 4, 1),
        ("Three of the 69 records deal with bees.", 3, 69),
    ],
)
def test_a_count_of_papers_must_be_met(sentence: str, fits: int, fails: int) -> None:
    count = count_of_papers(sentence)
    assert count is not None
    assert count.fits(fits)
    assert not count.fits(fails)


@pytest.mark.parametrize(
    "sentence",
    ["Bees use two landmarks.", "One paper deals with bees.", "The study uses 12 bees.", "Both bees find home."],
)  # fmt: skip
def test_other_numbers_count_no_papers(sentence: str) -> None:
    assert count_of_papers(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "denies"),
    [
        ("The records do not say how far bees fly.", True),
        ("However, the paper doesn't mention the hive.", True),
        ("None of the records states a number.", True),
        ("It is not stated which bees were used.", True),
        ("The papers in this list do not say.", True),
        ("Unfortunately, the provided records contain no information on wasps.", True),
        ("There is no mention of wasps.", True),
        ("I could not find anything on wasps.", True),
        ("I can't answer that from these records.", True),
        ("There is no effect of wind on bees.", False),
        ("We do not observe any bees.", False),
        ("Bees do not say where they go.", False),
        ("The paper uses landmarks, but the record does not say which.", False),
    ],
)
def test_a_denial_is_told_by_its_form(sentence: str, denies: bool) -> None:
    assert is_denial(sentence) is denies


def test_a_denial_is_doubtful_where_a_record_has_its_words() -> None:
    def support(sentence: str) -> str | None:
        return check(Proposal(sentence), (BEES, ANTS), Verifier()).statement.support

    assert support("The records do not say how bees communicate.") == "supported"
    assert support("The records do not say which landmarks bees use.") == "unconfirmed"
