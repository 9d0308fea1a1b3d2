"""Finds a sentence word for word in a record, up to white space, quotes and closing marks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.language.lexicon import lexicon
from app.language.words import words
from ingest.sentences import sentence_spans

# Quotes and dashes of any style are the same; one character each, so that offsets stay.
_PLAIN = str.maketrans("’‘“”–—‑−", "''\"\"----")
_CLOSING = re.compile(r"[\s.…!?:;,\"'”’)\]]+$")
_OPENING = re.compile(r"^[\s…\"'“‘.]+")
# Fewer words than this say nothing on their own, unless they are a whole sentence of the record.
MIN_WORDS = 4


def quoted_span(wordings: Iterable[str], text: str) -> tuple[int, int] | None:
    """The span of the first wording that stands in the record's text and is not out of context."""
    for wording in wordings:
        span = find_verbatim(wording, text)
        if span and not _out_of_context(text, *span):
            return span
    return None


def find_verbatim(sentence: str, text: str) -> tuple[int, int] | None:
    """(start, end) in `text`, a record's text, of `sentence`; None where it does not stand there.

    The span keeps the record's own closing mark; it never crosses from the title into the summary.
    """
    core = _CLOSING.sub("", _OPENING.sub("", sentence)).translate(_PLAIN)
    if not core:
        return None
    # After a lead-in the sentence's first letter may be of the other case.
    head = "|".join(re.escape(letter) for letter in {core[0].upper(), core[0].lower()})
    first, *rest = core.split()
    pattern = r"\s+".join([f"(?:{head}){re.escape(first[1:])}", *map(re.escape, rest)])
    for match in re.finditer(pattern, text.translate(_PLAIN)):
        start, end = match.span()
        if "\n" in match.group() or not _on_word_ends(text, start, end):
            continue
        whole = any(a == start and end >= b - 2 for a, b in sentence_spans(text))
        if whole or len(core.split()) >= MIN_WORDS:
            closing = re.match(r"[.!?…]+[\"'”’)\]]*", text[end:])
            return start, end + (closing.end() if closing else 0)
    return None


def _on_word_ends(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (before.isalnum() and text[start].isalnum()) and not (
        after.isalnum() and text[end - 1].isalnum()
    )


def _out_of_context(text: str, start: int, end: int) -> bool:
    """Whether what the quote leaves out of its sentence denies, doubts or questions it."""
    for a, b in sentence_spans(text):
        if a <= start < b:
            before = {word.lower for word in words(text[a:start])}
            asks = text[a:b].endswith("?") and not text[start:end].endswith("?")
            doubts = lexicon().negations | lexicon().hedges | {"if", "unless"}
            return asks or bool(before & doubts)
    return False
