"""A model's draft cut into sentences, each with the record numbers that it cites.

All the forms that models use are read: [1], [1][2], [1, 2], [1-3], 【1】, 【1†source】, [^1],
(Source 1), (Sources 1 and 2), [Record 1]. A draft that counts its sources from 0 is shifted by one.
Numbers that belong to no source are left out and reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import punctuation, whitespace

from ingest.sentences import sentence_spans

_NOUN = r"(?:sources?|records?|papers?|refs?\.?|references?|documents?|docs?)\s*:?\s*#?"
# A number after another may bring its own noun: [Source 1, Source 2].
_NUMBERS = rf"\^?\d{{1,4}}(?:\s*(?:[,;&–—‑-]|and|to)\s*(?:{_NOUN})?\^?\d{{1,4}})*"
_MARK = re.compile(
    rf"[\[【]\s*(?:{_NOUN})?(?P<square>{_NUMBERS})\s*(?:†[^\]】]*)?[\]】]"
    rf"|\(\s*(?:see\s+)?{_NOUN}(?P<round>{_NUMBERS})\s*\)",
    re.IGNORECASE,
)
_NUMBER_OR_RANGE = re.compile(r"(\d+)(?:\s*(?:[–—‑-]|to)\s*\^?(\d+))?")
_LIST_PREFIX = re.compile(r"^\s*(?:[-*•+]\s+|\d{1,3}[.)]\s+|#{1,6}\s+|>\s+)+")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_REFERENCES = frozenset({"references", "sources", "citations", "bibliography"})
_CLOSING = ".,;:!?)"
# A longer "range" is more likely a span of years than of sources.
MAX_RANGE = 50


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence without its marks; numbers: the sources cited, each once, in order of mention."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote, read.

    unknown: cited numbers that belong to no source. unfinished: its last sentence broke off and was
    left out.
    """

    sentences: tuple[DraftSentence, ...]
    unknown: tuple[int, ...] = ()
    unfinished: bool = False


def split_draft(draft: str, sources: int, *, cut_short: bool = False) -> Draft:
    """Sentences of `draft` with the numbers, 1 to `sources`, that each cites.

    cut_short: whether the model was stopped, so that a last sentence without its end is left out.

    A mark belongs to the sentence that it stands in or follows; one that opens a line belongs to
    that line's first sentence, and a line of marks alone to the sentence before it. A closing list
    of references is dropped.
    """
    found: list[tuple[str, list[int]]] = []
    for line in draft.splitlines():
        if found and line.strip(f"{whitespace}{punctuation}…").lower() in _REFERENCES:
            break
        text, marks = _strip_marks(_EMPHASIS.sub(r"\2", _LIST_PREFIX.sub("", line)).strip())
        spans = sentence_spans(text)
        rows: list[tuple[str, list[int]]] = [(text[start:end], []) for start, end in spans]
        starts = [start for start, _ in spans]
        for position, numbers in marks:
            before = [row for start, row in zip(starts, rows, strict=True) if start < position]
            for owner in before[-1:] or rows[:1] or found[-1:]:
                owner[1].extend(numbers)
        found += rows
    unfinished = cut_short and bool(found) and not is_ended(found[-1][0])
    return _numbered(found[:-1] if unfinished else found, sources, unfinished)


def is_ended(sentence: str) -> bool:
    """Whether a sentence has its closing mark."""
    return sentence.rstrip("\"'”’)*").endswith((".", "!", "?", "…"))


def _strip_marks(line: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The line without marks, and (position in it, numbers) of each."""
    out = ""
    marks: list[tuple[int, list[int]]] = []
    last = 0
    for match in _MARK.finditer(line):
        out += line[last : match.start()]
        last = match.end()
        following = line[last : last + 1]
        if following in _CLOSING or not following:
            out = out.rstrip()
        elif out.endswith(" ") or not out:
            last += len(line[last:]) - len(line[last:].lstrip())
        elif not following.isspace():
            out += " "
        marks.append((len(out.rstrip()), _expand(match["square"] or match["round"])))
    return out + line[last:], marks


def _expand(body: str) -> list[int]:
    numbers: list[int] = []
    for match in _NUMBER_OR_RANGE.finditer(body):
        first, last = int(match[1]), int(match[2] or match[1])
        whole = 0 <= last - first <= MAX_RANGE
        numbers += range(first, last + 1) if whole else (first, last)
    return numbers


def _numbered(found: list[tuple[str, list[int]]], sources: int, unfinished: bool) -> Draft:
    cited = {n for _, numbers in found for n in numbers}
    shift = int(0 in cited and max(cited) < sources)
    unknown: dict[int, None] = {}
    sentences = []
    for text, numbers in found:
        shifted = dict.fromkeys(n + shift for n in numbers)
        unknown.update({n: None for n in shifted if not 1 <= n <= sources})
        known = tuple(n for n in shifted if 1 <= n <= sources)
        if any(c.isalnum() for c in text):
            sentences.append(DraftSentence(text, known))
    return Draft(tuple(sentences), tuple(unknown), unfinished)
