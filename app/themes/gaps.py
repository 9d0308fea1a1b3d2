"""What is missing from a list, as far as the list itself can tell: only what is counted.

Nothing here is known of the field outside the list, so no gap in the science is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.themes.model import ThemedPaper, ThemeMap
from app.themes.trends import trends

# A theme is thin with at most so many papers, in a list where themes are mostly larger.
THIN = 2
# A paper that meets its theme's papers in less than this share of runs belongs to none of them.
LONELY = 0.2
# Years are worth a statement only where this share of the papers has one.
DATED = 0.5


@dataclass(frozen=True, slots=True)
class Gap:
    """One statement and the papers that it is about.

    kind: "thin theme", "lonely paper", "empty year", "old theme" or "no summary".
    """

    kind: str
    text: str
    paper_ids: tuple[str, ...] = ()


def gaps(themes: ThemeMap) -> tuple[Gap, ...]:
    """What the list has little or nothing of: thin themes, lonely papers, years, summaries."""
    return (*_thin(themes), *_lonely(themes), *_years(themes), *_unsummarised(themes))


def _thin(themes: ThemeMap) -> list[Gap]:
    sizes = sorted(len(theme.papers) for theme in themes.themes)
    if not sizes or sizes[len(sizes) // 2] <= THIN:
        return []
    return [
        Gap(
            "thin theme",
            f"“{theme.label}” rests on {_count(len(theme.papers), 'paper')}.",
            _ids(theme.papers),
        )
        for theme in themes.themes
        if len(theme.papers) <= THIN
    ]


def _lonely(themes: ThemeMap) -> list[Gap]:
    lonely = [
        paper
        for theme in themes.themes
        for paper in theme.papers
        if paper.score < LONELY and len(theme.papers) > 1
    ]
    if not lonely:
        return []
    verb = "has" if len(lonely) == 1 else "have"
    text = f"{_count(len(lonely), 'paper')} {verb} no near neighbours in the list."
    return [Gap("lonely paper", text, _ids(lonely))]


def _years(themes: ThemeMap) -> list[Gap]:
    found = trends(themes)
    if not found.years or found.undated > (1 - DATED) * themes.papers:
        return []
    totals = [sum(row.counts[index] for row in found.rows) for index in range(len(found.years))]
    empty = [str(year) for year, total in zip(found.years, totals, strict=True) if not total]
    gap = [Gap("empty year", f"No paper is from {', '.join(empty)}.")] if empty else []
    recent = found.years[-3:]
    old = [
        Gap("old theme", f"“{row.label}” has no paper from {recent[0]} or later.")
        for row in found.rows
        if len(found.years) > len(recent) and any(row.counts) and not any(row.counts[-3:])
    ]
    return gap + old


def _unsummarised(themes: ThemeMap) -> list[Gap]:
    bare = [p for theme in themes.themes for p in theme.papers if not p.paper.summary]
    if not bare:
        return []
    verb = "comes" if len(bare) == 1 else "come"
    text = f"{_count(len(bare), 'paper')} {verb} with a title alone."
    return [Gap("no summary", text, _ids(bare))]


def _ids(papers: tuple[ThemedPaper, ...] | list[ThemedPaper]) -> tuple[str, ...]:
    return tuple(paper.paper_id for paper in papers)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
