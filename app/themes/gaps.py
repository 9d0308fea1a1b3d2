"""What is missing from a list, as far as the list itself can tell: only what is counted.

Nothing here is known of the field outside the list, so no gap in the science is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.passages import Statement
from app.themes.blocks import titles
from app.themes.model import ThemedPaper, ThemeMap
from app.themes.trends import trends
from ingest.text import counted

# A theme is thin with at most so many papers, in a list where themes are mostly larger.
THIN = 2
# A paper that meets its theme's papers in less than this share of runs belongs to none of them.
LONELY = 0.2
# Years are worth a statement only where this share of the papers has one.
DATED = 0.5
# Years without a paper of a theme that are worth a statement.
RECENT = 3


def gaps(themes: ThemeMap) -> list[Statement]:
    """What the list has little or nothing of: thin themes, lonely papers, years, summaries."""
    placed = [paper for theme in themes.themes for paper in theme.papers]
    alone = {theme.papers[0].paper_id for theme in themes.themes if len(theme.papers) == 1}
    lonely = [p for p in placed if p.score < LONELY and p.paper_id not in alone]
    bare = [p for p in placed if not p.paper.summary]
    verb = "has" if len(lonely) == 1 else "have"
    return [
        *_thin(themes),
        *_counted(lonely, f"{verb} no near neighbours in the list"),
        *_years(themes),
        *_counted(bare, f"{'comes' if len(bare) == 1 else 'come'} with a title alone"),
    ]


def _thin(themes: ThemeMap) -> list[Statement]:
    sizes = sorted(len(theme.papers) for theme in themes.themes)
    if not sizes or sizes[len(sizes) // 2] <= THIN:
        return []
    thin = [theme for theme in themes.themes if len(theme.papers) <= THIN]
    return [
        _gap(f"“{t.label}” rests on {counted(len(t.papers), 'paper')}.", t.papers) for t in thin
    ]


def _counted(placed: Sequence[ThemedPaper], what: str) -> list[Statement]:
    return [_gap(f"{counted(len(placed), 'paper')} {what}.", placed)] if placed else []


def _years(themes: ThemeMap) -> list[Statement]:
    found = trends(themes)
    if not found.years or found.undated > (1 - DATED) * themes.papers:
        return []
    totals = map(sum, zip(*(row.counts for row in found.rows), strict=True))
    empty = [str(year) for year, total in zip(found.years, totals, strict=True) if not total]
    missing = [_gap(f"No paper is from {', '.join(empty)}.")] if empty else []
    since = found.years[-RECENT:][0]
    return missing + [
        _gap(f"“{row.label}” has no paper from {since} or later.")
        for row in found.rows
        if len(found.years) > RECENT and any(row.counts) and not any(row.counts[-RECENT:])
    ]


def _gap(text: str, papers: Sequence[ThemedPaper] = ()) -> Statement:
    return Statement(text, "supported", titles([placed.paper for placed in papers]))
