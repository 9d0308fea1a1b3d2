from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.filters import FilterColumns, Filters

COLUMNS = FilterColumns(
    {
        "year": [2020, 0, 2024, 2022],
        "authors": [["Grace Hopper"], ["Ada Lovelace", "Grace Kelly"], [], ["Édouard Lucas"]],
        "tags": [["AI"], ["ai", "maths"], [], ["Maths"]],
        "source": ["lists/a.bib", "lists/b.bib", "a.bib", ""],
    }
)


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), [0, 1, 2, 3]),
        (Filters(year_from=2022), [2, 3]),
        (Filters(year_to=2022), [0, 3]),
        (Filters(year_from=2021, year_to=2023), [3]),
        (Filters(authors=("grace",)), [0, 1]),
        (Filters(authors=("HOPPER, Grace",)), [0]),
        (Filters(authors=("Grace Lovelace",)), []),  # the words of two people
        (Filters(authors=("édouard", "ada")), [1, 3]),
        (Filters(tags=("maths",)), [1, 3]),
        (Filters(tags=("ai",), authors=("kelly",)), [1]),
        (Filters(sources=("a.bib",)), [0, 2]),
        (Filters(sources=("lists/a.bib",)), [0]),
        (Filters(authors=("?",)), []),
    ],
)
def test_rows_that_pass(filters: Filters, rows: list[int]) -> None:
    assert np.flatnonzero(COLUMNS.mask(filters)).tolist() == rows


def test_empty_filters_are_false() -> None:
    assert not Filters()
    assert Filters(year_to=0)


@given(st.lists(st.integers(1900, 2100)), st.integers(1900, 2100), st.integers(1900, 2100))
def test_year_ranges(years: list[int], low: int, high: int) -> None:
    empty: list[list[str]] = [[] for _ in years]
    columns = FilterColumns(
        {"year": years, "authors": empty, "tags": empty, "source": ["" for _ in years]}
    )
    got = columns.mask(Filters(year_from=low, year_to=high)).tolist()
    assert got == [low <= year <= high for year in years]
