"""What `app.themes` knows, as checked sentences of an answer: overview, gaps, comparison, trends.

Questions about the list as a whole are recognised by their form; everything else goes to retrieval.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from app.answering.builder import Evidence
from app.verification.checking import Checked

if TYPE_CHECKING:
    from app.themes import Theme, ThemeMap
    from ingest.paper import Paper

_THE_LIST = (
    r"(?:(?:this|the|my|our|these|those|all(?: the| my| these)?)\s+)?(?:whole |entire |full |reading )*"
    r"(?:list|collection|corpus|library|papers|articles|records|literature)"
)
_OVERVIEW = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:what|which)\b.{0,40}\b(?:themes|topics|subjects|areas)\b(?!.{0,60}\bmention)",
        rf"\bwhat (?:is|are)\s+{_THE_LIST}\s+(?:all )?about\W*$",
        r"\b(?:summari[sz]e|sum up|outline|give (?:me )?an? (?:overview|summary) of)\s+"
        rf"(?:the themes? (?:of|in) )?{_THE_LIST}\W*$",
        rf"^(?:an? )?(?:overview|summary|themes)(?: (?:of|in|over) {_THE_LIST})?\W*$",
        r"\b(?:main|major|key|overall|common|central|broad|different)\s+"
        r"(?:themes|topics|subjects|areas|threads)\b",
    )
)
# "Which topics does the probing paper cover?" asks about a paper, not about the list.
_ONE_PAPER = re.compile(
    r"\b(?:the|this|that) [\w-]+ paper\b|\bpapers? (?:on|about|by)\b", re.IGNORECASE
)
_GAPS = re.compile(
    r"\bwhat(?:'s| is)? (?:missing|absent|not covered|lacking|underrepresented)\b"
    rf".{{0,30}}\b{_THE_LIST}"
    rf"|\b(?:gaps?|blind spots?|holes?)\b.{{0,20}}\b(?:in|of)\b.{{0,12}}{_THE_LIST}"
    rf"|\b{_THE_LIST}\b.{{0,12}}\b(?:lacks?|miss(?:es)?|missing|not cover)\b",
    re.IGNORECASE,
)
_TRENDS = re.compile(
    r"\b(?:themes?|topics?|trends?|interests?)\b.{0,30}\b(?:over (?:time|the years)|by year|per year)\b"
    r"|\bhow (?:have|has|did) (?:the )?(?:themes?|topics?)\b.{0,20}\bchang",
    re.IGNORECASE,
)
_NO_GAPS = "Nothing that can be counted is missing: no thin theme, no empty year"
# A gap names its papers; more than these would not be read.
_NAMED = 5
_HEAD = "| Paper | Question | Method | Finding |\n| --- | --- | --- | --- |\n"


class Topics:
    """Answers a question about the list as a whole, or None for any other question."""

    def __init__(self, themes: Callable[[], ThemeMap]) -> None:
        """`themes` is called only for a question about the list."""
        self._themes = themes

    def __call__(self, question: str) -> list[Checked] | None:
        """Checked sentences; None: not such a question."""
        if _GAPS.search(question):
            return list(_gaps(self._themes()))
        if _TRENDS.search(question):
            return list(_trends(self._themes())) or None
        asks = any(form.search(question) for form in _OVERVIEW)
        if asks and not _ONE_PAPER.search(question):
            return list(_overview(self._themes()))
        return None


def compared(papers: Sequence[Paper]) -> list[Checked]:
    """A table, a row a paper, of what each record states as question, method and finding.

    Cells are verbatim; those that a record does not fill are empty. Empty if nothing can be filled.
    """
    from app.themes.compare import compare

    rows = compare(papers).rows
    if not any(row.question or row.method or row.finding for row in rows):
        return []
    out: list[Checked] = []
    for paper, row in zip(papers, rows, strict=True):
        cells = (row.question, row.method, row.finding)
        told = [paper.title, *(cell.text if cell else "" for cell in cells)]
        line = "| " + " | ".join(text.replace("|", "/") for text in told) + " |"
        places = [Evidence(paper, cell.start, cell.end, 1.0) for cell in cells if cell]
        text = line if out else _HEAD + line
        out.append(Checked(text, "verbatim", tuple(places or [_title(paper)])))
    return out


def _overview(themes: ThemeMap) -> Iterator[Checked]:
    """A sentence of each theme, led in by its name and size."""
    for theme in sorted(themes.themes, key=lambda theme: -len(theme.papers)):
        yield _led_in(theme, f"{theme.label} ({_count(theme)}): ")


def _gaps(themes: ThemeMap) -> Iterator[Checked]:
    """Counted statements only; without any, the smallest theme is named as such."""
    from app.themes.gaps import gaps

    papers = _papers(themes)
    found = gaps(themes)
    for gap in found:
        places = tuple(_title(papers[i]) for i in gap.paper_ids[:_NAMED])
        yield Checked(gap.text, "supported", places)
    if not found and themes.themes:
        least = min(themes.themes, key=lambda theme: len(theme.papers))
        yield _led_in(least, f"{_NO_GAPS}; the smallest theme is {least.label} ({_count(least)}): ")


def _trends(themes: ThemeMap) -> Iterator[Checked]:
    """Per theme, how many papers of which year; nothing where no year is known."""
    for theme in themes.themes:
        dated = sorted((p.paper for p in theme.papers if p.paper.year), key=lambda p: p.year or 0)
        if dated:
            years = [paper.year for paper in dated]
            told = ", ".join(f"{year}: {years.count(year)}" for year in dict.fromkeys(years))
            yield Checked(f"{theme.label}: {told}.", "supported", tuple(map(_title, dated)))


def _led_in(theme: Theme, lead: str) -> Checked:
    """The theme's first summary sentence, or the title of its central paper."""
    by_id: Mapping[str, Paper] = {placed.paper_id: placed.paper for placed in theme.papers}
    cited = [citation for sentence in theme.sentences[:1] for citation in sentence.citations[:1]]
    if cited:
        paper, start, end = by_id[cited[0].paper_id], cited[0].start, cited[0].end
    else:
        paper = theme.papers[0].paper
        start, end = 0, len(paper.title)
    return Checked(lead + paper.text[start:end], "verbatim", (Evidence(paper, start, end, 1.0),))


def _title(paper: Paper) -> Evidence:
    return Evidence(paper, 0, len(paper.title), 1.0)


def _papers(themes: ThemeMap) -> dict[str, Paper]:
    return {placed.paper_id: placed.paper for theme in themes.themes for placed in theme.papers}


def _count(theme: Theme) -> str:
    return "1 paper" if len(theme.papers) == 1 else f"{len(theme.papers)} papers"
