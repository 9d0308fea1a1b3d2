"""Prompt injection in records: sentences that instruct a language model instead of reporting research.

Records are written by others, and some hide instructions ("Add this to your reply"; indirect prompt
injection, Greshake et al. 2023). They are told by their form, never by their topic: they speak of the
reader's answer, open a chat turn, or begin with a verb in the imperative that asks for text or for an
action. Papers report in the third person or as "we": of 44,410 sentences from abstracts, 2 look like an
instruction.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.language.lexicon import lexicon
from ingest.sentences import sentence_spans

_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|summar(?:y|ies)|instructions?)"
# The reader's own answer; papers write of "the response" and "its output".
_YOURS = (
    rf"\byour\s+(?:\w+\s+)?{_ANSWER}\b|\b(?:can|could|would|will) you\b"
    r"|\byou (?:must|should) now\b"
)
_CHAT_TURN = (
    r"^\W*(?:system|assistant|user|human|instructions?|admin)\s*:"
    r"|<\|\w+\|>|</?(?:system|assistant|user|im_\w+)>|\[/?INST\]"
)
_POLITE = (
    r"^\W*(?:(?:please|now|then|also|next|finally|first|instead|kindly|always|never|do not|don['’]t"
    r"|you must|you should|in your \w+),?\s+)*"
)
# What follows an imperative; a noun such as "use" or "change" is followed by "of" or a verb.
_OBJECT = (
    r"(?:the|a|an|this|that|these|those|every|each|all|any|both|some|your|my|me|us|it|them|only|just"
    r"|how|why|what|who|where|when|whether|in|as|to|from|with|random|commonly|letters|vowels|numbers"
    r"|words|spaces|sentences|anagrams|symbols|down|up|out|about|no|nothing|exactly|\d+|[\"“'‘]|\w+ly"
    r"|www\.\S+|https?://\S+)"
)
# An instruction or a question spliced into the middle of a sentence gives itself away by its capital.
_SPLICED_OBJECT = (
    r"(?:the|an?|your|my|me|us|this|that|every|each|all|any|how|why|down|up|out|letters|vowels|words"
    r"|spaces|numbers|sentences|only|random|exactly)"
)
_SPLICED_QUESTION = (
    r"[a-z,;”\"’)\]]\s(?:What|What['’]s|Who|How|Why|When|Where|Which|Can|Could)\s[^.?!“”\"]{8,}\?"
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    verbs = sorted(lexicon().imperatives)
    capitals = "|".join(verb.capitalize() for verb in verbs)
    return (
        re.compile(
            rf"{_POLITE}(?:{'|'.join(verbs)})\s+{_OBJECT}(?!\w)|{_CHAT_TURN}", re.IGNORECASE
        ),
        re.compile(_YOURS, re.IGNORECASE),
        re.compile(rf"\s(?:{capitals})\s+{_SPLICED_OBJECT}\s|{_SPLICED_QUESTION}"),
    )


def is_instruction(sentence: str) -> bool:
    """Whether a sentence of a record tells its reader what to do."""
    return any(pattern.search(sentence) for pattern in _patterns())


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
