"""Blocks of what a map says: lines of our own, statements that cite titles, lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from app.passages import Draft, Passage, Statement
from ingest.paper import Paper

# Titles that one entry cites.
TITLES = 12


def entries(head: str, statements: Iterable[Statement]) -> list[Draft]:
    """A list of statements under a line that says what they are."""
    return [note(head), Draft("entries", list(statements))]


def note(text: str) -> Draft:
    """A line of our own."""
    return Draft("note", [Statement(text, "supported")])


def of_title(paper: Paper, lead: str = "") -> Statement:
    """A title as a statement."""
    return Statement.quoting(Passage.of_title(paper), lead)


def titles(papers: Iterable[Paper]) -> tuple[Passage, ...]:
    """The titles of the first TITLES papers, for a statement to cite."""
    return tuple(map(Passage.of_title, islice(papers, TITLES)))
