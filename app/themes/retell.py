"""A map of themes told anew by a language model, held to the records as any answer is.

Map and reduce: a theme's records go to the model in batches that fit its budget, every sentence
that comes back is checked against the records of its batch, and sentences that pass are spread over
the batches, so no theme is cut by a context window. What does not pass is dropped; where nothing
passes, the extractive summary stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.passages import Sentence
from app.themes.model import Theme, ThemeMap
from app.themes.summary import MOST_SENTENCES, cite, in_turn
from app.themes.terms import stems
from ingest.paper import Paper
from ingest.sentences import sentence_spans
from prompts import Message, fence, load

SENTENCES_PER_BATCH = 4
LABEL_RECORDS = 12
LONGEST_LABEL = 60

if TYPE_CHECKING:
    from app.verification.verifier import Verdict

Complete = Callable[[list[Message]], str]
Check = Callable[[str, Sequence[Paper]], "Verdict"]
CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Teller:
    """Names and summarises themes with a model.

    complete: chat messages to the model's text. check: a sentence and records to a verdict.
    count_tokens: the length of a text for the model. budget: tokens that the records of one prompt
    may take.
    """

    complete: Complete
    check: Check
    count_tokens: CountTokens
    budget: int

    def retell(self, themes: ThemeMap) -> ThemeMap:
        """The map with the model's names and summaries wherever they hold."""
        told = list(themes.themes)
        for place, theme in enumerate(told):
            taken = [other.label for other in told if other is not theme]
            label = self._label(theme, taken) or theme.label
            told[place] = self._summary(replace(theme, label=label))
        return replace(themes, themes=tuple(told))

    def _label(self, theme: Theme, taken: Sequence[str]) -> str:
        """The model's name for the theme; "" where it breaks a rule or is not of the records."""
        papers = [paper.paper for paper in theme.papers[:LABEL_RECORDS]]
        records = next(self._batches(papers), [])
        prompt = load("theme_label").messages(
            records=_fenced(records),
            keywords=", ".join(theme.keywords),
            taken=", ".join(taken) or "none",
        )
        lines = self.complete(prompt).strip().splitlines()
        label = " ".join(lines[0].strip("\"'“”‘’*#.: ").split()) if lines else ""
        words = set(stems(label))
        known = set(stems(" ".join(paper.paper.text for paper in theme.papers)))
        fits = 2 <= len(label.split()) <= 5 and len(label) <= LONGEST_LABEL
        new = label.lower() not in {name.lower() for name in taken}
        return label if fits and new and words and words <= known else ""

    def _summary(self, theme: Theme) -> Theme:
        papers = [placed.paper for placed in theme.papers]
        batches: list[list[Sentence]] = []
        first = 1
        for batch in self._batches(papers):
            prompt = load("theme_summary").messages(
                label=theme.label,
                first=str(first),
                last=str(first + len(batch) - 1),
                count=str(len(papers)),
                records=_fenced(batch, first),
                sentences=str(SENTENCES_PER_BATCH),
            )
            batches.append(self._checked(self.complete(prompt), batch))
            first += len(batch)
        sentences = _numbered(in_turn(batches)[:MOST_SENTENCES])
        return replace(theme, sentences=sentences) if sentences else theme

    def _checked(self, draft: str, records: Sequence[Paper]) -> list[Sentence]:
        kept: list[Sentence] = []
        for start, end in sentence_spans(draft.strip()):
            text = " ".join(re.sub(r"\s*\[\d+\]", "", draft.strip()[start:end]).split())
            if not re.search(r"\w", text) or any(text == sentence.text for sentence in kept):
                continue
            verdict = self.check(text, records)
            if verdict.support in ("verbatim", "supported") and verdict.passages:
                cited = tuple(map(cite, verdict.passages[:2]))
                kept.append(Sentence(text, verdict.support, cited))
        return kept

    def _batches(self, papers: Sequence[Paper]) -> Iterator[list[Paper]]:
        """Papers in order, in runs that fit the budget; one that exceeds it alone stands alone."""
        batch: list[Paper] = []
        used = 0
        for paper in papers:
            cost = self.count_tokens(paper.text)
            if batch and used + cost > self.budget:
                yield batch
                batch, used = [], 0
            batch.append(paper)
            used += cost
        if batch:
            yield batch


def _fenced(papers: Sequence[Paper], first: int = 1) -> str:
    return fence((number, paper.text) for number, paper in enumerate(papers, start=first))


def _numbered(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Citations numbered by paper in the order of their first use."""
    numbers: dict[str, int] = {}
    told = []
    for sentence in sentences:
        numbered = [
            replace(cited, n=numbers.setdefault(cited.paper_id, len(numbers) + 1))
            for cited in sentence.citations
        ]
        told.append(replace(sentence, citations=tuple(numbered)))
    return tuple(told)
