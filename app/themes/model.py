"""What a map of themes is made of; `ThemeMap.to_dict` is the JSON contract of `themes`."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.passages import Citation, Sentence
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
        return {
            "paper_id": self.paper_id,
            "title": self.paper.title,
            "year": self.paper.year,
            "x": self.x,
            "y": self.y,
            "score": self.score,
            "next_theme": self.next_theme,
            "next_score": self.next_score,
        }


@dataclass(frozen=True, slots=True)
class SubTheme:
    """A part of a large theme, with the ids of its papers."""

    id: str
    label: str
    keywords: tuple[str, ...]
    paper_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme, its papers from the most to the least central.

    summary: the texts of `sentences` with their citation marks. summarised: how many of the
    theme's papers were read for it.
    """

    id: str
    label: str
    keywords: tuple[str, ...]
    summary: str
    sentences: tuple[Sentence, ...]
    papers: tuple[ThemedPaper, ...]
    subthemes: tuple[SubTheme, ...] = ()
    summarised: int = 0

    @property
    def coverage(self) -> str:
        """Such as "summarised from 9 of 9 papers"."""
        return f"summarised from {self.summarised} of {len(self.papers)} papers"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "id": self.id,
            "label": self.label,
            "keywords": list(self.keywords),
            "summary": self.summary,
            "summarised": self.summarised,
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "papers": [paper.to_dict() for paper in self.papers],
            "subthemes": [asdict(part) for part in self.subthemes],
        }


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
        """The map of some of its papers only; themes without any go."""
        themes = tuple(
            replace(
                theme,
                papers=tuple(p for p in theme.papers if p.paper_id in paper_ids),
                sentences=tuple(
                    s for s in theme.sentences if {c.paper_id for c in s.citations} <= paper_ids
                ),
            )
            for theme in self.themes
            if any(p.paper_id in paper_ids for p in theme.papers)
        )
        return ThemeMap(themes, sum(len(theme.papers) for theme in themes), self.seconds)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract of `themes`."""
        return {
            "themes": [theme.to_dict() for theme in self.themes],
            "papers": self.papers,
            "seconds": self.seconds,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], papers: Mapping[str, Paper]) -> ThemeMap:
        """The inverse of `to_dict`; papers: id -> paper, of the same list.

        Raises:
            KeyError, TypeError: the fields are not those of a map of this list.
        """
        themes = tuple(_theme(theme, papers) for theme in fields["themes"])
        return cls(themes, fields["papers"], fields["seconds"])

    def to_markdown(self) -> str:
        """A themed, annotated bibliography."""
        from app.themes.export import to_markdown

        return to_markdown(self)

    def to_svg(self) -> str:
        """The map as a self-contained SVG element."""
        from app.themes.plot import to_svg

        return to_svg(self)

    def to_png(self) -> bytes:
        """The map as PNG bytes."""
        from app.themes.plot import to_png

        return to_png(self)


def _theme(fields: Mapping[str, Any], papers: Mapping[str, Paper]) -> Theme:
    sentences = [
        Sentence(
            sentence["text"],
            sentence["support"],
            tuple(Citation(**citation) for citation in sentence["citations"]),
        )
        for sentence in fields["sentences"]
    ]
    return Theme(
        id=fields["id"],
        label=fields["label"],
        keywords=tuple(fields["keywords"]),
        summary=fields["summary"],
        sentences=tuple(sentences),
        papers=tuple(_placed(paper, papers) for paper in fields["papers"]),
        subthemes=tuple(_part(part) for part in fields["subthemes"]),
        summarised=fields["summarised"],
    )


def _placed(fields: Mapping[str, Any], papers: Mapping[str, Paper]) -> ThemedPaper:
    known = {k: v for k, v in fields.items() if k not in ("paper_id", "title", "year")}
    return ThemedPaper(papers[fields["paper_id"]], **known)


def _part(fields: Mapping[str, Any]) -> SubTheme:
    lists = {name: tuple(fields[name]) for name in ("keywords", "paper_ids")}
    return SubTheme(**{**fields, **lists})
