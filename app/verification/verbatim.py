"""Finds words in a record: whole sentences, or the quotes that a model gives as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.language.lexicon import lexicon
from app.language.words import words
from ingest.sentences import sentence_spans

# Quotes and dashes of any style are the same; one character each, so that offsets stay.
_PLAIN = str.maketrans("’‘“”–—‑−", "''\"\"----")
_BLANKS = " \t\n\r\xa0"
_CLOSING, _OPENING = _BLANKS + ".…!?:;,\"'”’)]", _BLANKS + "…\"'“‘."
_ELLIPSIS = re.compile(r"\s*(?:\[(?:…|\.\.\.)\]|…|\.{3})\s*")
# A record that was cut off ends so; its last word may be a part of one.
_CUT_WORD = re.compile(r"(\w+)\s*(?:…|\.{3})\W*$")
# Fewer words than this say nothing on their own, unless they are a whole sentence of the record.
MIN_WORDS = 4
# A quote names a place; with one word it would name too many.
MIN_QUOTED_WORDS = 2


def quoted_span(wordings: Iterable[str], text: str) -> tuple[int, int] | None:
    """The span of the first wording that stands in the record's text and is not out of context."""
    for wording in wordings:
        span = find_verbatim(wording, text)
        if span and not out_of_context(text, *span):
            return span
    return None


def find_verbatim(sentence: str, text: str) -> tuple[int, int] | None:
    """(start, end) in `text`, a record's text, of `sentence`; None where it does not stand there.

    The span keeps the record's own closing mark; it never crosses from the title into the summary.
    """
    core = _core(sentence)
    if not core:
        return None
    # After a lead-in the sentence's first letter may be of the other case.
    for other in dict.fromkeys((core, core[0].swapcase() + core[1:])):
        for start, end in _places(other.split(), text):
            whole = any(a == start and end >= b - 2 for a, b in sentence_spans(text))
            if whole or len(core.split()) >= MIN_WORDS:
                return start, _with_closing(text, end)
    return None


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """(start, end) in a record's text of the words that are quoted; None where they do not stand there.

    Case and punctuation's style may differ, and the word at which the record breaks off may be
    given whole. Of a quote with an ellipsis all parts must stand in order; the longest is the
    place.
    """
    parts = [core for part in _ELLIPSIS.split(quote) if (core := _core(part))]
    found: list[tuple[int, int]] = []
    for part in parts:
        after = found[-1][1] if found else 0
        span = next((s for s in _quoted_places(part, text) if s[0] >= after), None)
        if span is None:
            return None
        found.append(span)
    longest = max(found, key=lambda span: span[1] - span[0], default=None)
    if longest is None or len(text[slice(*longest)].split()) < MIN_QUOTED_WORDS:
        return None
    return longest[0], _with_closing(text, longest[1])


def _quoted_places(part: str, text: str) -> Iterator[tuple[int, int]]:
    yield from _places(part.split(), text, re.IGNORECASE)
    cut = _CUT_WORD.search(text)
    *before, last = part.split()
    if cut and before and last.lower().startswith(cut[1].lower()):
        yield from _places([*before, cut[1]], text, re.IGNORECASE)


def _core(sentence: str) -> str:
    return sentence.lstrip(_OPENING).rstrip(_CLOSING).translate(_PLAIN)


def _places(said: list[str], text: str, flags: int = 0) -> Iterator[tuple[int, int]]:
    """Where these words stand one after the other, as whole words of one line."""
    pattern = r"\s+".join(map(re.escape, said))
    for match in re.finditer(pattern, text.translate(_PLAIN), flags):
        if "\n" not in match.group() and _on_word_ends(text, *match.span()):
            yield match.span()


def _with_closing(text: str, end: int) -> int:
    closing = re.match(r"[.!?…]+[\"'”’)\]]*", text[end:])
    return end + (closing.end() if closing else 0)


def _on_word_ends(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def out_of_context(text: str, start: int, end: int) -> bool:
    """Whether what the quote leaves out of its sentence denies, doubts or questions it."""
    for a, b in sentence_spans(text):
        if a <= start < b:
            before = {word.lower for word in words(text[a:start])}
            asks = text[a:b].endswith("?") and not text[start:end].endswith("?")
            doubts = lexicon().negations | lexicon().hedges | {"if", "unless"}
            return asks or bool(before & doubts)
    return False
