"""What commands print for people, and the JSON shapes of `find`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from app.answering.events import (
    Answer,
    BlockStarted,
    Done,
    Event,
    Notice,
    Restarted,
    SentenceChecked,
)
from app.passages import NOT_STATED, Sentence, as_line, cited_parts
from app.surfaces.cli.options import note, say
from app.surfaces.render.words import NOTHING_FITS, SUPPORT, WEAK_FROM_HERE, spent
from ingest.errors import InputError
from ingest.text import counted

if TYPE_CHECKING:
    from app.retrieval import Filters, Hit
    from app.themes import ThemeMap

Sort = Literal["score", "year", "title"]


def read_history(path: Path | None) -> list[dict[str, str]]:
    """Earlier turns from a JSON file.

    Raises:
        InputError: the file cannot be read or is not a list of {role, content}.
    """
    if path is None:
        return []
    shape = 'a JSON list such as [{"role": "user", "content": "What is grokking?"}]'
    try:
        turns = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint=f"give {shape}") from error
    except ValueError as error:
        raise InputError(f"{path} is not JSON: {error}", hint=f"give {shape}") from error
    valid = isinstance(turns, list) and all(
        isinstance(t, dict) and isinstance(t.get("role"), str) and isinstance(t.get("content"), str)
        for t in turns
    )
    if not valid:
        raise InputError(f"{path} is not a list of turns", hint=f"give {shape}")
    return [{"role": t["role"], "content": t["content"]} for t in turns]


def show_answer(events: Iterator[Event], *, quiet: bool) -> Answer:
    """Print an answer as it comes; `quiet` prints only notices. Returns the finished answer."""
    answer: Answer | None = None
    printer = _Printer()
    for event in events:
        if isinstance(event, Notice):
            note(event.text)
        elif isinstance(event, Done):
            answer = event.answer
        elif not quiet:
            printer.take(event)
    assert answer is not None
    if not quiet:
        _show_rest(answer, printer.shown)
    return answer


class _Printer:
    """Prints sentences one by one; a row of a table is its first cell, the others named below."""

    def __init__(self) -> None:
        self.shown = False
        self._block = BlockStarted("prose")
        self._cells = 0

    def take(self, event: Event) -> None:
        if isinstance(event, Restarted):
            say("\n(begun again)")
        elif isinstance(event, BlockStarted):
            self._block, self._cells = event, 0
            if self.shown:
                say("")
        elif isinstance(event, SentenceChecked):
            say(self._line(event.sentence), flush=True)
            self.shown = True

    def _line(self, sentence: Sentence) -> str:
        line = as_line(sentence) if sentence.text else NOT_STATED
        if sentence.support == "unconfirmed":
            line += f" ({SUPPORT['unconfirmed']})"
        if self._block.kind == "table":
            column = self._block.columns[self._cells % len(self._block.columns)]
            self._cells += 1
            return line if column == self._block.columns[0] else f"  {column}: {line}"
        return f"- {line}" if self._block.kind == "entries" else line


def _show_rest(answer: Answer, shown: bool) -> None:
    if not shown:
        say(answer.answer)
    if answer.left_out:
        say(f"\n{counted(len(answer.left_out), 'sentence')} left out:")
    for left in answer.left_out:
        say(f"- {left.text} ({left.reason})")
    if answer.sources:
        say("")
    cited = [citation for sentence in answer.sentences for citation in sentence.citations]
    for source in answer.sources:
        parts = cited_parts(citation for citation in cited if citation.n == source.n)
        say(f"[{source.n}] {source.title}  ({source.paper_id}){parts and f' from {parts}'}")
    if answer.blocks:
        foot = (
            f"considered {answer.considered} of {counted(answer.corpus_size, 'paper')}",
            f"answered by {answer.model}",
            f"{answer.seconds:.2f} s",
            spent(answer.tokens, answer.cost),
        )
        say("\n" + " · ".join(filter(None, foot)))


def make_filters(
    year: str | None,
    authors: Sequence[str] | None,
    tags: Sequence[str] | None,
    sources: Sequence[str] | None,
) -> Filters | None:
    """Filters from flags, None if no flag was given.

    Raises:
        typer.BadParameter: the year range cannot be read.
    """
    from app.retrieval import Filters

    first, last = _years(year) if year else (None, None)
    named = (tuple(names or ()) for names in (authors, tags, sources))
    return Filters(first, last, *named) or None


def _years(text: str) -> tuple[int | None, int | None]:
    match = re.fullmatch(r"\s*(\d{4})?\s*(-)?\s*(\d{4})?\s*", text)
    if not match or not (match[1] or match[3]):
        said = f"{text!r} is not a range such as 2020-2024, 2020-, -2024 or 2024"
        raise typer.BadParameter(said, param_hint="--year")
    first, last = match[1], match[3] if match[2] else match[1]
    return (int(first) if first else None, int(last) if last else None)


def sorted_hits(hits: list[Hit], by: Sort) -> list[Hit]:
    """Hits by score (as found), year (newest first) or title."""
    if by == "year":
        return sorted(hits, key=lambda hit: -(hit.paper.year or 0))
    if by == "title":
        return sorted(hits, key=lambda hit: hit.paper.title.lower())
    return hits


def found(hits: Sequence[Hit], query: str, weak_from: int | None = None) -> dict[str, Any]:
    """The JSON contract of `find`. weak_from: rank by score of the first that does not fit."""
    from app.retrieval import snippet

    return {
        "results": [
            {
                "paper_id": hit.paper.paper_id,
                "title": hit.paper.title,
                "score": round(hit.score, 4),
                "snippet": snippet(query, hit),
                "year": hit.paper.year,
                "authors": list(hit.paper.authors),
                "url": hit.paper.url,
            }
            for hit in hits
        ],
        "weak_from": weak_from,
    }


def show_found(
    hits: Sequence[Hit], query: str, first: int = 1, weak_from: int | None = None
) -> None:
    """A list with snippets, numbered from `first`, with a line before those that do not fit."""
    if not hits:
        say("No paper matches.")
    for number, row in enumerate(found(hits, query)["results"], start=first):
        if weak_from is not None and number == max(weak_from, first):
            say(NOTHING_FITS if weak_from == 1 else WEAK_FROM_HERE)
        facts = ", ".join(str(x) for x in (*row["authors"][:3], row["year"]) if x)
        say(f"{number}. {row['title']}" + (f"  ({facts})" if facts else ""))
        say(f"   {row['snippet']}")
        say(f"   {row['paper_id']}  score {row['score']:.2f}")


def show_themes(found_themes: ThemeMap) -> None:
    """Themes with labels, sizes and papers."""
    for theme in found_themes.themes:
        say(f"{theme.label}  ({counted(len(theme.papers), 'paper')})")
        say(f"  {', '.join(theme.keywords)}")
        for placed in theme.papers:
            say(f"  - {placed.paper.title}")
        say("")
