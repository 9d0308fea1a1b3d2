"""Sentence spans of a text: one splitter for chunks, evidence and verification: offsets agree."""

from __future__ import annotations

import re
from functools import lru_cache

_ABBREVIATIONS = frozenset(
    "e.g i.e etc vs cf al fig figs eq eqs sec ref refs no nos dr prof mr mrs ms st approx resp dept "
    "inc ltd vol pp ed eds jr sr ca viz".split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+|$)|\n+")
_LAST_WORD = re.compile(r"([\w.]+)\.$")


@lru_cache(maxsize=4096)
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """(start, end) of each sentence, in order, white space left out; line ends always separate.

    The records' texts are split again and again, so the last ones are remembered.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] != "\n" and not _is_boundary(text, start, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return tuple(spans)


def _is_boundary(text: str, start: int, match: re.Match[str]) -> bool:
    rest = text[match.end() :].lstrip()
    if not rest:
        return True
    if not (
        rest[0].isupper() or rest[0].isdigit() or rest[0] in "\"'“‘([" or not rest[0].isascii()
    ):
        return False
    if match.group()[0] != ".":
        return True
    word = _LAST_WORD.search(text[start : match.start() + 1])
    if word is None:
        return True
    last = word.group(1).lower()
    single_letter = len(last) == 1 and last.isalpha()
    return last not in _ABBREVIATIONS and not single_letter


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    if end > start:
        spans.append((start, end))
