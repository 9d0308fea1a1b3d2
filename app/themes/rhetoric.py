"""What part a sentence of a record plays: claim, method, question, what is open, dissent, background.

Told by rhetorical cues (`data/cues.toml`), as in argumentative zoning (Teufel & Moens 2002).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Literal

from app.language.patterns import patterns
from app.language.words import LETTERS
from app.passages import Passage
from app.themes.words import light_words, verbs, words
from ingest.paper import Paper
from ingest.sentences import sentence_spans

Part = Literal["question", "method", "finding"]
Span = tuple[int, int]

# A cue this close to the end of a cut record says nothing yet.
LEAST_SAID = 4
_CLOSERS = "\"'”’)]"
_SEGMENT = re.compile(r"[^:?]+\??")


@cache
def cue(name: str) -> re.Pattern[str]:
    """The cue of that name in the file."""
    found = patterns("app.themes", "cues")[name]
    return re.compile(rf"\b(?:{found.pattern})", found.flags)


def ends_in(text: str, *marks: str) -> bool:
    """Whether one of the marks closes the text, quotation marks and brackets aside."""
    return text.rstrip(_CLOSERS).endswith(marks)


def asks(text: str) -> bool:
    """Whether it ends as a question."""
    return ends_in(text, "?")


def is_cut(text: str) -> bool:
    """Whether the record broke off inside the sentence."""
    return ends_in(text, "…", "...")


def points_back(text: str) -> bool:
    """Whether the sentence leans on one before it ("This shows that")."""
    return cue("pointing").match(text) is not None


def title_and_body(paper: Paper) -> tuple[Sequence[Span], Sequence[Span]]:
    """Spans of the sentences of the title and of the summary."""
    spans = sentence_spans(paper.text)
    size = sum(start < len(paper.title) for start, _ in spans)
    return spans[:size], spans[size:]


def first_playing(text: str, spans: Sequence[Span], part: Part) -> Span | None:
    """The first span of the surest cue of a part that says enough, and of this work itself."""
    for sure in (cue(part), cue(f"weak_{part}")):
        for span in spans:
            found = sure.search(text, *span)
            said = re.findall(r"\w+", text[found.end() : span[1]]) if found else []
            if len(said) >= LEAST_SAID and not cue("of_others").search(text, *span):
                return span
    return None


def sentences_that(holds: Callable[[str], object], paper: Paper) -> Iterator[Passage]:
    """The sentences of a record, its title among them, for which `holds` is true."""
    passages = (Passage(paper, *span) for span in sentence_spans(paper.text))
    return (passage for passage in passages if holds(passage.quote))


def claim_of_title(paper: Paper) -> Passage | None:
    """The last part of the title, between colons, that is a sentence which asserts something."""
    for segment in reversed(list(_SEGMENT.finditer(paper.title))):
        claim = segment.group().strip()
        found = LETTERS.findall(claim.lower())
        if found and not claim.endswith("?") and _asserts(found):
            start = paper.title.index(claim, segment.start())
            return Passage(paper, start, start + len(claim))
    return None


def _asserts(claim: Sequence[str]) -> bool:
    """A third person inside, or a plural before a plain verb ("models solve"); no indirect question."""
    openers, asserting = words("openers"), words("asserting")
    if claim[0] in openers or (claim[0] in verbs() and claim[0].endswith("ing")):
        return False
    for before, word in pairwise(claim[:-1]):
        if word in openers - asserting:
            return False
        third_person = word[-1] == "s" and word in verbs() and word not in words("plurals")
        plural = before[-1] == "s" and before[-2:] != "ss" and before not in light_words()
        if word in asserting or third_person or (plural and word in words("lemmas")):
            return True
    return False
