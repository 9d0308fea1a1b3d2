"""Quotes found in a record."""

from __future__ import annotations

import pytest

from app.verification.verbatim import locate

TEXT = "How bees find home\nBees use “landmarks” and the sun - not the stars. They reach the hi…"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Bees use “landmarks” and", "Bees use “landmarks” and"),
        ('bees use "landmarks" and  the SUN', "Bees use “landmarks” and the sun"),
        ("the sun – not the stars.", "the sun - not the stars."),
        ("They reach the hive", "They reach the hi…"),
        ("They reach the hi", "They reach the hi…"),
        ("Bees use … not the stars", "not the stars."),
        ("How bees find home", "How bees find home"),
        ("not the stars … Bees use", None),
        ("They reach the house", None),
        ("find home Bees use", None),
        ("ees use", None),
        ("stars", None),
        ("…", None),
        ("", None),
    ],
)
def test_a_quote_is_located_exactly_or_not_at_all(quote: str, found: str | None) -> None:
    span = locate(quote, TEXT)
    assert (TEXT[slice(*span)] if span else None) == found
