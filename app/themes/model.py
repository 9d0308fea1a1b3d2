"""What a map of themes is made of; `ThemeMap.to_dict` is the JSON contract of `themes`."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from app.passages import Block, Citation, Sentence, as_text
from ingest.paper import Paper
from ingest.sentences import sentence_spans


@dataclass(frozen=True, slots=True)
class ThemedPaper:
    """A paper on the map.

    x, y: its place, -1 to 1. score: how strongly it belongs to its theme, 0 to 1.
    next_theme, next_score: id and score of its next best theme; "" and 0 where there is one theme.
    """

    paper: Paper
    x: float
    y: float
    score: float
    next_theme: str = ""
    next_score: float = 0.0

    @property
    def paper_id(self) -> str:
        """Id of the paper."""
        return self.paper.paper_id

    @property
    def opening(self) -> str:
        """First sentence of the paper's summary, "" where there is none."""
        spans = sentence_spans(self.paper.summary)
        return self.paper.summary[slice(*spans[0])] if spans else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        known = {"paper_id": self.paper_id, "title": self.paper.title, "year": self.paper.year}
        return known | {name: getattr(self, name) for name in _PLACE}


_PLACE = tuple(field.name for field in fields(ThemedPaper) if field.name != "paper")


@dataclass(frozen=True, slots=True)
class SubTheme:
    """A part of a large theme, with the ids of its papers."""

    id: str
    label: str
    keywords: tuple[str, ...]
    paper_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme, its papers from the most to the least central, summarised in `sentences`."""

    id: str
    label: str
    keywords: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    papers: tuple[ThemedPaper, ...]
    subthemes: tuple[SubTheme, ...] = ()

    @property
    def summary(self) -> str:
        """The sentences as one text with their citation marks."""
        return as_text([Block("prose", self.sentences)])

    @property
    def summarised(self) -> int:
        """How many papers were read for the summary."""
        return len(self.papers)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        known = asdict(replace(self, papers=()))
        known["papers"] = [paper.to_dict() for paper in self.papers]
        known |= {"summary": self.summary, "summarised": self.summarised}
        return {name: known[name] for name in _THEME_KEYS}


# The order of the JSON contract.
_THEME_KEYS = "id label keywords summary summarised sentences papers subthemes".split()


@dataclass(frozen=True, slots=True)
class ThemeMap:
    """All themes of a list, the largest first. papers: how many records there are in all."""

    themes: tuple[Theme, ...]
    papers: int
    seconds: float = 0.0

    def theme_of(self, paper_id: str) -> Theme | None:
        """The main theme of a paper; None where the list does not have it."""
        for theme in self.themes:
            if any(paper.paper_id == paper_id for paper in theme.papers):
                return theme
        return None

    def within(self, paper_ids: Set[str]) -> ThemeMap:
        """The map of some of its papers only, the largest theme first; themes without any go."""
        themes = []
        for theme in self.themes:
            papers = tuple(p for p in theme.papers if p.paper_id in paper_ids)
            sentences = tuple(
                s for s in theme.sentences if {c.paper_id for c in s.citations} <= paper_ids
            )
            if papers:
                themes.append(replace(theme, papers=papers, sentences=sentences))
        themes.sort(key=lambda theme: -len(theme.papers))
        return ThemeMap(tuple(themes), sum(len(t.papers) for t in themes), self.seconds)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract of `themes`."""
        themes = [theme.to_dict() for theme in self.themes]
        return {"themes": themes, "papers": self.papers, "seconds": self.seconds}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any], papers: Mapping[str, Paper]) -> ThemeMap:
        """The inverse of `to_dict`; papers: id -> paper, of the same list.

        Raises:
            KeyError, TypeError: the fields are not those of a map of this list.
        """
        themes = tuple(_theme(theme, papers) for theme in kept["themes"])
        return cls(themes, kept["papers"], kept["seconds"])


def _theme(kept: Mapping[str, Any], papers: Mapping[str, Paper]) -> Theme:
    sentences = [
        Sentence(**{**told, "citations": tuple(Citation(**c) for c in told["citations"])})
        for told in kept["sentences"]
    ]
    placed = [
        ThemedPaper(papers[p["paper_id"]], **{name: p[name] for name in _PLACE})
        for p in kept["papers"]
    ]
    parts = [
        SubTheme(p["id"], p["label"], tuple(p["keywords"]), tuple(p["paper_ids"]))
        for p in kept["subthemes"]
    ]
    keywords = tuple(kept["keywords"])
    return Theme(kept["id"], kept["label"], keywords, tuple(sentences), tuple(placed), tuple(parts))
