"""What is missing from a list, as far as the list itself can tell: only what is counted.

Nothing here is known of the field outside the list, so no gap in the science is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.themes.model import ThemedPaper, ThemeMap
from app.themes.trends import trends
from ingest.paper import Paper

# A theme is thin with at most so many papers, in a list where themes are mostly larger.
THIN = 2
# A paper that meets its theme's papers in less than this share of runs belongs to none of them.
LONELY = 0.2
# Years are worth a statement only where this share of the papers has one.
DATED = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """One counted statement and the papers that it is about."""

    text: str
    papers: tuple[Paper, ...] = ()


def gaps(themes: ThemeMap) -> list[Gap]:
    """What the list has little or nothing of: thin themes, lonely papers, years, summaries."""
    placed = [paper for theme in themes.themes for paper in theme.papers]
    alone = {theme.papers[0].paper_id for theme in themes.themes if len(theme.papers) == 1}
    lonely = [p for p in placed if p.score < LONELY and p.paper_id not in alone]
    bare = [p for p in placed if not p.paper.summary]
    return [
        *_thin(themes),
        *_counted(
            lonely, "has no near neighbours in the list", "have no near neighbours in the list"
        ),
        *_years(themes),
        *_counted(bare, "comes with a title alone", "come with a title alone"),
    ]


def _thin(themes: ThemeMap) -> list[Gap]:
    sizes = sorted(len(theme.papers) for theme in themes.themes)
    if not sizes or sizes[len(sizes) // 2] <= THIN:
        return []
    return [
        Gap(f"“{t.label}” rests on {_count(len(t.papers))}.", tuple(p.paper for p in t.papers))
        for t in themes.themes
        if len(t.papers) <= THIN
    ]


def _counted(placed: Sequence[ThemedPaper], one: str, many: str) -> list[Gap]:
    text = f"{_count(len(placed))} {one if len(placed) == 1 else many}."
    return [Gap(text, tuple(p.paper for p in placed))] if placed else []


def _years(themes: ThemeMap) -> list[Gap]:
    found = trends(themes)
    if not found.years or found.undated > (1 - DATED) * themes.papers:
        return []
    totals = [sum(row.counts[index] for row in found.rows) for index in range(len(found.years))]
    empty = [str(year) for year, total in zip(found.years, totals, strict=True) if not total]
    gap = [Gap(f"No paper is from {', '.join(empty)}.")] if empty else []
    recent = found.years[-3:]
    old = [
        Gap(f"“{row.label}” has no paper from {recent[0]} or later.")
        for row in found.rows
        if len(found.years) > len(recent) and any(row.counts) and not any(row.counts[-3:])
    ]
    return gap + old


def _count(number: int) -> str:
    return "1 paper" if number == 1 else f"{number} papers"
