"""Themes over time: how many papers of each theme appeared in each year that is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.themes.model import ThemeMap


@dataclass(frozen=True, slots=True)
class Trend:
    """One theme; counts are its papers in each year of `Trends.years`."""

    theme_id: str
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
    dated = [paper.paper.year for theme in themes.themes for paper in theme.papers]
    known = [year for year in dated if year is not None]
    years = tuple(range(min(known), max(known) + 1)) if known else ()
    rows = []
    for theme in themes.themes:
        counts = Counter(paper.paper.year for paper in theme.papers)
        rows.append(Trend(theme.id, theme.label, tuple(counts[year] for year in years)))
    return Trends(years, tuple(rows), len(dated) - len(known))
