"""Any text held against the list: for each sentence whether a record says it, and which.

A sentence is held against the papers that it cites (by a number of the text's own list of
references, or by a title in it), else against those that search finds for it. The checks are those
of an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from app.answering.generators.drafts import split_draft
from app.passages import BREAKS_OFF, Citation, Passage, Statement
from app.verification.checking import Checked, Checker, Proposal, check
from ingest.paper import Paper, normalise_title

if TYPE_CHECKING:
    from app.answering.drafting import Judge

State = Literal["verbatim", "supported", "unconfirmed", "contradicted", "unsupported"]

_REFERENCE = re.compile(r"^\s*(?:\[(\d{1,4})\]|(\d{1,4})[.)])\s+(.+)$")
# What `ask` prints below an answer of its own; no sentence of it.
_FOOT = re.compile(r"considered [\d,]+ of [\d,]+ papers? · ")
# Papers that a sentence without a citation is held against, of so many that search finds; sentences
# that are judged in one call.
CANDIDATES, SEARCHED, BATCH = 4, 20, 8
MOST_SOURCES = 9999
# Fewer letters than this name no paper.
MIN_TITLE_LETTERS = 13
# Letters beside the title in a line of references: authors, venue, year.
MAX_AROUND = 120


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a text. reason: why it is not confirmed, or which paper says it instead."""

    text: str
    support: State
    reason: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class TextCheck:
    """What came of a text; `to_dict` is the JSON contract of `reading-room check`.

    tokens, cost: of the judge's calls; in dollars, None where a price is not known.
    """

    sentences: tuple[CheckedSentence, ...]
    tokens: int = 0
    cost: float | None = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """How many sentences are of each state."""
        return dict(Counter(sentence.support for sentence in self.sentences))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "sentences": [asdict(sentence) for sentence in self.sentences],
            "counts": self.counts,
            "tokens": self.tokens,
            "cost": self.cost,
        }


def check_text(
    text: str,
    papers: Sequence[Paper],
    search: Callable[[str], Sequence[Paper]],
    checker: Checker,
    judge: Judge | None = None,
) -> TextCheck:
    """Check a text sentence by sentence.

    papers: the whole list. search: those nearest to a sentence, the best first. judge: a model's
    opinion, where there is one.
    """
    titles = _Titles(papers)
    references, body = _references(text, titles)
    found = []
    for sentence in split_draft(body, MOST_SOURCES).sentences:
        cited = [references[n] for n in sentence.numbers if n in references]
        cited = cited or titles.named_in(sentence.text)
        near = search(sentence.text)
        proposal = Proposal(sentence.text, tuple(cited or near[:CANDIDATES]))
        found.append((check(proposal, near, checker), bool(cited)))
    statements = _judged([checked for checked, _ in found], judge)
    numbers: dict[str, int] = {}
    told = tuple(
        _told(statement, checked, cites, numbers)
        for statement, (checked, cites) in zip(statements, found, strict=True)
    )
    return TextCheck(told, *((judge.usage.total, judge.usage.cost) if judge else ()))


def _judged(found: Sequence[Checked], judge: Judge | None) -> list[Statement]:
    """The statements as they stand after the judge; a smaller wording is not taken in a text of others."""
    statements = [checked.statement for checked in found]
    asked = [n for n, checked in enumerate(found) if checked.open] if judge else []
    for first in range(0, len(asked), BATCH):
        batch = asked[first : first + BATCH]
        assert judge is not None
        for n, decided in zip(batch, judge([statements[n] for n in batch]), strict=True):
            statements[n] = decided[0]
    return statements


def _told(
    statement: Statement, checked: Checked, cites: bool, numbers: dict[str, int]
) -> CheckedSentence:
    passages = statement.passages
    if not cites and statement.support not in ("verbatim", "supported"):
        passages = tuple(sorted(passages, key=lambda p: -p.score)[:1])
    support: State = statement.support or (
        "contradicted" if statement.contradicts else "unsupported"
    )
    reason = statement.reason or (checked.note if statement.support else "")
    return CheckedSentence(
        statement.text, support, reason, tuple(_cite(p, numbers) for p in passages)
    )


def _cite(passage: Passage, numbers: dict[str, int]) -> Citation:
    return Citation.of(numbers.setdefault(passage.paper.paper_id, len(numbers) + 1), passage)


class _Titles:
    """Finds papers by their titles, or by what stands before a title's colon."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        rows = ((paper, {paper.title, paper.title.split(":")[0]}) for paper in papers)
        self._known = [
            (f" {normal} ", paper)
            for paper, titles in rows
            for normal in map(normalise_title, titles)
            if len(normal) >= MIN_TITLE_LETTERS
        ]

    def named_in(self, text: str) -> list[Paper]:
        """The papers that a text names, each once."""
        said = f" {normalise_title(text)} "
        return list({p.paper_id: p for title, p in self._known if title in said}.values())


def _references(text: str, titles: _Titles) -> tuple[dict[int, Paper], str]:
    """The text's own list of references, where its lines name papers, and the text without it.

    What an answer that was saved says of itself is left out, too.
    """
    found: dict[int, Paper] = {}
    body = []
    for line in text.replace(f" {BREAKS_OFF}", "").splitlines():
        match = _REFERENCE.match(line)
        named = titles.named_in(match[3]) if match else []
        if match and named and len(line) < len(named[0].title) * 2 + MAX_AROUND:
            found[int(match[1] or match[2])] = named[0]
        elif not _FOOT.match(line):
            body.append(line)
    return found, "\n".join(body)
