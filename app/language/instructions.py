"""Prompt injection in records: sentences that instruct a language model instead of reporting research.

Records are written by others, and some hide instructions ("Add this to your reply"; indirect prompt
injection, Greshake et al. 2023). They are told by their form, never by their topic: they speak of the
reader's answer, open a chat turn, or begin with a verb in the imperative that asks for text or for an
action. Papers report in the third person or as "we": of 44,410 sentences from abstracts, 2 look like an
instruction.
"""

from __future__ import annotations

import re
from functools import cache

from app.language.lexicon import lexicon
from app.language.patterns import patterns
from ingest.sentences import sentence_spans


def is_instruction(sentence: str) -> bool:
    """Whether a sentence of a record tells its reader what to do."""
    return _pattern().search(sentence) is not None


@cache
def _pattern() -> re.Pattern[str]:
    verbs = sorted(lexicon().imperatives)
    capitals = "|".join(verb.capitalize() for verb in verbs)
    found = patterns("app.language", "instructions", verb="|".join(verbs), capital=capitals)
    return found["instruction"]


def without_instructions(text: str) -> str:
    """A record's text without the sentences that are instructions."""
    lines = []
    for line in text.split("\n"):
        sentences = (line[start:end] for start, end in sentence_spans(line))
        lines.append(" ".join(sentence for sentence in sentences if not is_instruction(sentence)))
    return "\n".join(lines)


def touches_instruction(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] lies, in whole or in part, in a sentence that is an instruction."""
    return any(
        first < end and start < last and is_instruction(text[first:last])
        for first, last in sentence_spans(text)
    )
