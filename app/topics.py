"""Questions about the list as a whole, answered from its themes: overview, and what is missing.

They are recognised by their form; everything else goes to retrieval.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from app.answering.answerer import Proposal

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
        rf"\b(?:summari[sz]e|sum up|outline|give (?:me )?an? (?:overview|summary) of)\s+(?:the themes? (?:of|in) )?"
        rf"{_THE_LIST}\W*$",
        rf"^(?:an? )?(?:overview|summary|themes)(?: (?:of|in|over) {_THE_LIST})?\W*$",
        r"\b(?:main|major|key|overall|common|central|broad|different)\s+(?:themes|topics|subjects|areas|threads)\b",
    )
)
# "Which topics does the probing paper cover?" asks about a paper, not about the list.
_ONE_PAPER = re.compile(
    r"\b(?:the|this|that) [\w-]+ paper\b|\bpapers? (?:on|about|by)\b", re.IGNORECASE
)
_GAPS = re.compile(
    rf"\bwhat(?:'s| is)? (?:missing|absent|not covered|lacking|underrepresented)\b.{{0,30}}\b{_THE_LIST}"
    rf"|\b(?:gaps?|blind spots?|holes?)\b.{{0,20}}\b(?:in|of)\b.{{0,12}}{_THE_LIST}"
    rf"|\b{_THE_LIST}\b.{{0,12}}\b(?:lacks?|miss(?:es)?|missing|not cover)\b",
    re.IGNORECASE,
)
_SMALL_THEME = 2


class Topics:
    """Answers an overview or a gap question with proposals, or None for any other question."""

    def __init__(self, themes: Callable[[], ThemeMap]) -> None:
        """`themes` is called only for a question about the list."""
        self._themes = themes

    def __call__(self, question: str) -> list[Proposal] | None:
        """Proposals, each a verbatim sentence with its place; None: not such a question."""
        if _GAPS.search(question):
            return list(_gaps(self._themes()))
        asks = any(form.search(question) for form in _OVERVIEW)
        if asks and not _ONE_PAPER.search(question):
            return list(_overview(self._themes()))
        return None


def _overview(themes: ThemeMap) -> Iterator[Proposal]:
    """A sentence of each theme, led in by its name and size."""
    for theme in sorted(themes.themes, key=lambda theme: -len(theme.papers)):
        yield from _first_sentence(theme, f"{theme.label} ({_count(theme)}): ")


def _gaps(themes: ThemeMap) -> Iterator[Proposal]:
    """Only what can be counted: themes with one or two papers, and years without any.

    What nobody wrote about cannot be seen in a list, so it is not guessed.
    """
    small = [theme for theme in themes.themes if len(theme.papers) <= _SMALL_THEME]
    for theme in small:
        yield from _first_sentence(theme, f"Thinly covered, {theme.label} ({_count(theme)}): ")
    if not small:
        least = min(themes.themes, key=lambda theme: len(theme.papers), default=None)
        if least is not None:
            lead = f"No theme has fewer than {_count(least)}; the smallest is {least.label}: "
            yield from _first_sentence(least, lead)
    yield from _years(themes)


def _years(themes: ThemeMap) -> Iterator[Proposal]:
    papers = [placed.paper for theme in themes.themes for placed in theme.papers]
    known = Counter(paper.year for paper in papers if paper.year)
    if len(known) < 2:
        return
    empty = [year for year in range(min(known), max(known)) if year not in known]
    if empty:
        years = ", ".join(map(str, empty))
        oldest = min((p for p in papers if p.year), key=lambda p: (p.year or 0, p.paper_id))
        yield _titled(oldest, f"No paper is from {years}; the oldest is from {oldest.year}: ")


def _first_sentence(theme: Theme, lead: str) -> Iterator[Proposal]:
    """The theme's first summary sentence, or the title of its central paper."""
    by_id = {placed.paper_id: placed.paper for placed in theme.papers}
    for sentence in theme.sentences[:1]:
        for citation in sentence.citations[:1]:
            paper = by_id[citation.paper_id]
            quote = paper.text[citation.start : citation.end]
            yield Proposal(lead + quote, (paper,), (paper, citation.start, citation.end))
            return
    if theme.papers:
        yield _titled(theme.papers[0].paper, lead)


def _titled(paper: Paper, lead: str) -> Proposal:
    return Proposal(lead + paper.title, (paper,), (paper, 0, len(paper.title)))


def _count(theme: Theme) -> str:
    return "1 paper" if len(theme.papers) == 1 else f"{len(theme.papers)} papers"
