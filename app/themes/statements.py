"""What the map of themes says of the list as a whole, as blocks of an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.passages import Draft, Passage, Statement
from app.themes.gaps import gaps
from app.themes.terms import stems
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from app.themes.model import Theme, ThemeMap
    from ingest.paper import Paper

_NO_GAPS = "Nothing that can be counted is missing: no thin theme, no empty year."
# Papers named for one statement, and entries of one block: more would not be read.
NAMED, MOST = 5, 10
# A term that this share of the papers has is common to the list.
COMMON_SHARE = 0.2
_INTRODUCES = re.compile(
    r"\b(?:survey|review|overview|introduction|primer|tutorial|roadmap|perspective|position)\b",
    re.I,
)
# Rhetorical cues (argumentative zoning, Teufel & Moens 2002) of what is open, and of dissent.
_OPEN = re.compile(
    r"\b(?:open (?:problem|question|challenge)s?|remains? (?:\w+ )?(?:unclear|unknown|open|elusive|poorly)"
    r"|(?:is|are) (?:still )?(?:unclear|unknown|poorly understood|not (?:well |fully )?understood)"
    r"|little is known|under-?explored|challenges? (?:remain|for)|limitations?|future (?:work|directions))",
    re.IGNORECASE,
)
_DISSENT = re.compile(
    r"\b(?:debate|controvers|contrary to|challeng(?:e|es|ing) the|question(?:s|ing)? whether|in contrast to"
    r"|despite|it is (?:unclear|argued)|outperform|even simple|fails? to|however|do(?:es)? not)\b",
    re.IGNORECASE,
)


def overview(themes: ThemeMap, facet: str) -> list[Draft]:
    """The answer to a question about the whole list. facet: see `app.query.Facet`."""
    makers: dict[str, Callable[[ThemeMap], list[Draft]]] = {
        "gaps": _gaps,
        "trends": _trends,
        "common": _common,
        "reading_order": _reading_order,
        "newcomer": _reading_order,
        "open_problems": lambda themes: _cued(themes, _OPEN, "What the records call open"),
        "debates": lambda themes: _cued(themes, _DISSENT, "Where the records take a side"),
    }
    drafts = makers.get(facet, _summary)(themes)
    return drafts or _summary(themes)


def _summary(themes: ThemeMap) -> list[Draft]:
    """A sentence of each theme, led in by its name and size, the largest first."""
    ordered = sorted(themes.themes, key=lambda theme: -len(theme.papers))
    entries = [_told(theme, f"{theme.label} ({_count(len(theme.papers))}):") for theme in ordered]
    return [_note(f"{_count(themes.papers)} in {len(ordered)} themes."), Draft("entries", entries)]


def _reading_order(themes: ThemeMap) -> list[Draft]:
    """Surveys first, then the paper that is most central to each theme, the largest theme first."""
    first = [paper for paper in _papers(themes) if _INTRODUCES.search(paper.title)][:NAMED]
    entries = [_opening(paper, "To begin with:") for paper in first]
    for theme in sorted(themes.themes, key=lambda theme: -len(theme.papers)):
        central = next((p.paper for p in theme.papers if p.paper not in first), None)
        if central is not None:
            entries.append(_opening(central, f"{theme.label}:"))
    note = "An order to read in: what introduces first, then the most central paper of each theme."
    return [_note(note), Draft("entries", entries)]


def _common(themes: ThemeMap) -> list[Draft]:
    """The terms that most papers share, with the papers that have them."""
    papers = _papers(themes)
    held = {paper.paper_id: " ".join(stems(paper.text)) for paper in papers}
    entries = []
    for term in dict.fromkeys(word for theme in themes.themes for word in theme.keywords):
        wanted = " ".join(stems(term))
        having = [paper for paper in papers if f" {wanted} " in f" {held[paper.paper_id]} "]
        if wanted and len(having) >= COMMON_SHARE * len(papers):
            entries.append((len(having), term, having))
    entries.sort(key=lambda entry: -entry[0])
    told = [
        Statement(
            f"{n} of {len(papers)} papers", "supported", _titles(having[:NAMED]), f"“{term}”:"
        )
        for n, term, having in entries[:MOST]
    ]
    return [_note("What many of the papers share:"), Draft("entries", told)] if told else []


def _cued(themes: ThemeMap, cue: re.Pattern[str], title: str) -> list[Draft]:
    """One sentence a paper that has the cue; titles count."""
    entries = []
    for paper in _papers(themes):
        spans = [s for s in sentence_spans(paper.text) if cue.search(paper.text[slice(*s)])]
        whole = [s for s in spans if not paper.text[slice(*s)].endswith("…")]
        if whole:
            passage = Passage(paper, *whole[-1])
            lead = "" if whole[-1][0] == 0 else f"“{paper.title}”:"
            entries.append(Statement.quoting(passage, lead))
    return [_note(f"{title}:"), Draft("entries", entries[:MOST])] if entries else []


def _gaps(themes: ThemeMap) -> list[Draft]:
    """Counted statements only; without any, the smallest theme is named as such."""
    by_id = {paper.paper_id: paper for paper in _papers(themes)}
    found = [
        Statement(gap.text, "supported", _titles([by_id[i] for i in gap.paper_ids[:NAMED]]))
        for gap in gaps(themes)
    ]
    if found or not themes.themes:
        return [Draft("entries", found)]
    least = min(themes.themes, key=lambda theme: len(theme.papers))
    lead = f"The smallest theme is {least.label} ({_count(len(least.papers))}):"
    return [_note(_NO_GAPS), Draft("entries", [_told(least, lead)])]


def _trends(themes: ThemeMap) -> list[Draft]:
    """Per theme, how many papers of which year; nothing where no year is known."""
    entries = list(_by_year(themes))
    return (
        [Draft("entries", entries)]
        if entries
        else [_note("No record gives a year."), *_summary(themes)]
    )


def _by_year(themes: ThemeMap) -> Iterator[Statement]:
    for theme in themes.themes:
        dated = sorted((p.paper for p in theme.papers if p.paper.year), key=lambda p: p.year or 0)
        years = [paper.year for paper in dated]
        told = ", ".join(f"{year}: {years.count(year)}" for year in dict.fromkeys(years))
        if dated:
            yield Statement(f"{told}.", "supported", _titles(dated), f"{theme.label}:")


def _told(theme: Theme, lead: str) -> Statement:
    """The theme's first summary sentence, or the title of its central paper."""
    by_id = {placed.paper_id: placed.paper for placed in theme.papers}
    for sentence in theme.sentences[:1]:
        for cited in sentence.citations[:1]:
            return Statement.quoting(Passage(by_id[cited.paper_id], cited.start, cited.end), lead)
    return Statement.quoting(Passage.of_title(theme.papers[0].paper), lead)


def _opening(paper: Paper, lead: str) -> Statement:
    return Statement.quoting(Passage.of_title(paper), lead)


def _note(text: str) -> Draft:
    return Draft("note", [Statement(text, "supported")])


def _titles(papers: Sequence[Paper]) -> tuple[Passage, ...]:
    return tuple(map(Passage.of_title, papers))


def _papers(themes: ThemeMap) -> list[Paper]:
    return [placed.paper for theme in themes.themes for placed in theme.papers]


def _count(number: int) -> str:
    return "1 paper" if number == 1 else f"{number} papers"
