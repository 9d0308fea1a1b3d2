"""What the map of themes says of the list as a whole, as blocks of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.passages import Draft, Passage, Statement
from app.themes.blocks import TITLES, entries, note, of_title, titles
from app.themes.gaps import gaps
from app.themes.rhetoric import cue, sentences_that
from app.themes.stances import (
    asks_in_title,
    common,
    debates,
    leans,
    naming,
    of_theme,
    open_problems,
    speakers,
)
from app.themes.summary import best_sentence
from app.themes.terms import stems
from app.themes.trends import trends
from ingest.text import counted

if TYPE_CHECKING:
    from app.themes.model import Theme, ThemeMap
    from ingest.paper import Paper

# Surveys that come first, and definitions: more would not be read.
FIRST, DEFINITIONS = 5, 2
# A part of a list with at most so many papers is read whole.
ALL_IN_ORDER = 24
# What is defined has a name of few words, which so many papers use.
LONGEST_NAME, USED_BY = 5, 2
# The central paper of a theme is one of so many whose record says most.
CENTRAL = 4


def overview(themes: ThemeMap, facet: str) -> list[Draft]:
    """The answer to a question about the whole list, [] where it is empty.

    facet: see `app.query.model.Facet`.
    """
    if not themes.themes:
        return []
    makers: dict[str, Callable[[ThemeMap], list[Draft]]] = {
        "group": _group,
        "common": common,
        "reading_order": _reading_order,
        "newcomer": _newcomer,
        "open_problems": open_problems,
        "debates": debates,
        "gaps": _gaps,
        "trends": _trends,
    }
    return makers.get(facet, _summary)(themes) or _summary(themes)


def _summary(themes: ThemeMap) -> list[Draft]:
    """A claim of each theme, led in by its name and size, the largest first."""
    named = ", ".join(f"{theme.label} ({len(theme.papers)})" for theme in themes.themes[:3])
    text = f"{counted(themes.papers, 'paper')} in {counted(len(themes.themes), 'theme')}, the largest: {named}."
    return entries(text, map(_told, themes.themes))


def _group(themes: ThemeMap) -> list[Draft]:
    """The titles of each theme."""
    groups = []
    for theme in themes.themes:
        papers = [placed.paper for placed in theme.papers[:TITLES]]
        more = len(theme.papers) - len(papers)
        text = "; ".join(paper.title for paper in papers) + (f"; and {more} more" if more else "")
        groups.append(Statement(text, "supported", titles(papers), _lead(theme)))
    return entries(f"{counted(themes.papers, 'paper')} in {counted(len(groups), 'group')}:", groups)


def _reading_order(themes: ThemeMap) -> list[Draft]:
    """What introduces first, then theme by theme: of a few papers all, of a long list the most central."""
    first = _introductions(themes)
    said = [(of_title(paper, "To begin with:")) for paper in first]
    few = themes.papers <= ALL_IN_ORDER
    for theme in themes.themes:
        rest = [placed.paper for placed in theme.papers if placed.paper not in first]
        rest.sort(key=lambda paper: not asks_in_title(paper))
        shown = [best_sentence(paper)[1] for paper in rest] if few else [_central(theme, first)]
        said += [_with_title(passage, f"{theme.label}:") for passage in shown if passage]
    steps = [replace(step, lead=f"{n}. {step.lead}") for n, step in enumerate(said, start=1)]
    begin = "surveys, introductions and open problems first, then " if first else ""
    what = "theme by theme, questions before answers" if few else "a central paper of each theme"
    return entries(f"An order to read in: {begin}{what}, the largest theme first.", steps)


def _newcomer(themes: ThemeMap) -> list[Draft]:
    """What the field is, where a record says so; where to begin; the themes one by one."""
    defined = _definitions(themes)
    drafts = [Draft("prose", list(map(Statement.quoting, defined)))] if defined else []
    if first := _introductions(themes):
        drafts += entries("Papers to begin with:", map(of_title, first))
    told = (_told(theme, defined) for theme in themes.themes)
    return drafts + entries("What the list is about, theme by theme:", told)


def _definitions(themes: ThemeMap) -> list[Passage]:
    """Whole sentences that say what a term of the list is, the most used term first."""
    papers = speakers(themes)
    held = [set(stems(paper.text)) for paper in papers]
    found: list[tuple[int, Passage]] = []
    for paper in papers:
        for passage in sentences_that(cue("defines").search, paper):
            name = cue("defines").split(passage.quote)[0]
            term = set(stems(name))
            users = sum(term <= words for words in held) if term else 0
            fits = len(name.split()) <= LONGEST_NAME and not {",", ";"} & set(name)
            if fits and users >= USED_BY and not leans(passage):
                found.append((users * len(term), passage))
    found.sort(key=lambda item: -item[0])
    return [passage for _, passage in found[:DEFINITIONS]]


def _introductions(themes: ThemeMap) -> list[Paper]:
    """Surveys, introductions and papers on open problems, those that say it in the title first."""
    papers = [placed.paper for theme in themes.themes for placed in theme.papers]
    return [paper for paper in papers if cue("introduces").search(paper.title)][:FIRST]


def _central(theme: Theme, but: Sequence[Paper]) -> Passage | None:
    """What a central paper of the theme says: of the most central ones, what speaks most of its name."""
    papers = [placed.paper for placed in theme.papers if placed.paper not in but][:CENTRAL]
    said = sorted(map(best_sentence, papers), key=lambda found: -found[0])
    return naming(theme, [passage for _, passage in said]) if said else None


def _gaps(themes: ThemeMap) -> list[Draft]:
    """Counted statements only; without any, the smallest theme is named as such."""
    found = gaps(themes)
    if found:
        text = "Only what can be counted in the list itself; it cannot tell what others have done:"
        return entries(text, found)
    least = min(themes.themes, key=lambda theme: len(theme.papers))
    text = "Nothing that can be counted is missing: no thin theme, no empty year."
    return entries(f"{text} The smallest theme:", [_told(least)])


def _trends(themes: ThemeMap) -> list[Draft]:
    """How many papers of each theme by year; the themes alone where no year is known."""
    over_time = trends(themes)
    if not over_time.years:
        unknown = "No record gives a year, so the list does not show how the field developed."
        return [note(unknown), *_summary(themes)]
    told = []
    for theme, row in zip(themes.themes, over_time.rows, strict=True):
        by_year = zip(over_time.years, row.counts, strict=True)
        dated = [placed.paper for placed in theme.papers if placed.paper.year is not None]
        dated.sort(key=lambda paper: (paper.year or 0, paper.title))
        if dated:
            text = ", ".join(f"{year}: {number}" for year, number in by_year if number)
            told.append(Statement(f"{text}.", "supported", titles(dated), _lead(theme)))
    undated = (
        f" {counted(over_time.undated, 'paper')} without a year left out."
        if over_time.undated
        else ""
    )
    span = f"from {over_time.years[0]} to {over_time.years[-1]}"
    return entries(f"Papers by year, {span}.{undated}", told)


def _told(theme: Theme, but: Sequence[Passage] = ()) -> Statement:
    """The theme's first sentence, or what its central paper says."""
    return Statement.quoting(of_theme(theme, but), _lead(theme))


def _with_title(passage: Passage, lead: str) -> Statement:
    """The words of a record after its title."""
    title = Passage.of_title(passage.paper)
    if passage.end <= title.end:
        return Statement.quoting(title, lead)
    said = f"{lead} “{passage.paper.title}”:"
    return Statement(passage.quote, "verbatim", (passage, title), said)


def _lead(theme: Theme) -> str:
    return f"{theme.label} ({counted(len(theme.papers), 'paper')}):"
