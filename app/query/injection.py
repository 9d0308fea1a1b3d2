"""Instructions that hide in a question: taken out, so that the fair part is answered as usual.

The question is data for the engine as the records are. What is stripped is recognised by its form
(markup, fake turns, orders about the answer or the rules), never by its topic.
"""

from __future__ import annotations

import re

from app.language.patterns import patterns

# Where a question may end that an order is hung on to.
_JOINTS = (", ", " and ", "; ")


def strip_injection(question: str) -> str:
    """The question without markup, fake turns and orders about the answer; "" if nothing is left.

    A fair question before, after or between the orders survives unchanged.
    """
    text = _pattern("link").sub(r"\1", _pattern("markup").sub(" ", question))
    kept = [part for piece in _turns(text) for part in _fair_parts(piece)]
    cleaned = " ".join(" ".join(kept).split())
    return cleaned if any(map(str.isalnum, cleaned)) else ""


def _pattern(name: str) -> re.Pattern[str]:
    return patterns("app.query", "injection")[name]


def _turns(text: str) -> list[str]:
    """What the user says: text before any fake turn and inside fake user turns."""
    pieces: list[str] = []
    position, speaker = 0, "user"
    for match in _pattern("turn").finditer(text):
        if speaker in ("user", "human"):
            pieces.append(text[position : match.start()])
        speaker = (match.group("who") or match.group("loud") or "system").lower()
        position = match.end()
    if speaker in ("user", "human"):
        pieces.append(text[position:])
    return pieces


def _fair_parts(text: str) -> list[str]:
    parts = []
    for match in _pattern("sentence").finditer(text):
        sentence = match.group().strip()
        if not _is_order(sentence):
            parts.append(sentence)
            continue
        rest = _after_order(sentence)
        if rest:
            parts.append(rest)
    return parts


def _is_order(sentence: str) -> bool:
    return _pattern("order").search(sentence) is not None


def _after_order(sentence: str) -> str:
    """The question that follows an order in the same sentence: "ignore your rules: what is X?"."""
    for match in _pattern("fair_start").finditer(sentence):
        rest = sentence[match.end() :]
        if not _is_order(rest):
            return rest
    return _before_order(sentence)


def _before_order(sentence: str) -> str:
    """The question that an order is hung on to: "what is X, and end your answer with ..."."""
    head = sentence
    while (cut := max(map(head.rfind, _JOINTS))) > 0:
        head = sentence[:cut]
        if _pattern("opens_question").match(head) and not _is_order(head):
            return head
    return ""
