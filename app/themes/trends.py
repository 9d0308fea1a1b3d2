"""Themes over time: how many papers of each theme appeared in each year that is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.themes.model import ThemeMap


@dataclass(frozen=True, slots=True)
class Trend:
    """One theme; counts are its papers in each year of `Trends.years`."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Every year from the first known to the last, a row a theme, and the papers without a year."""

    years: tuple[int, ...]
    rows: tuple[Trend, ...]
    undated: int


def trends(themes: ThemeMap) -> Trends:
    """Counts of a map's papers by theme and year."""
    counts = [Counter(paper.paper.year for paper in theme.papers) for theme in themes.themes]
    total = sum(counts, Counter[int | None]())
    known = [year for year in total if year is not None]
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    rows = [
        Trend(theme.label, tuple(count[year] for year in years))
        for theme, count in zip(themes.themes, counts, strict=True)
    ]
    return Trends(years, tuple(rows), total[None])
