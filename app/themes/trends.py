"""Themes over time: how many papers of each theme appeared in each year that is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from app.themes.export import plain
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

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    def to_markdown(self) -> str:
        """A table of themes by years; a line that says so where no year is known."""
        if not self.years:
            return "No record gives a year.\n"
        head = ["Theme", *map(str, self.years)]
        lines = [_row(head), _row(["---"] + ["--:"] * len(self.years))]
        lines += [
            _row([plain(row.label), *(str(count or "") for count in row.counts)])
            for row in self.rows
        ]
        if self.undated:
            papers = "paper without a year is" if self.undated == 1 else "papers without a year are"
            lines += ["", f"{self.undated} {papers} left out."]
        return "\n".join([*lines, ""])


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


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
