"""Leaves out what reasoning models write before their answer: <think> blocks, harmony's channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

CLOSE = "</think>"
_FINAL = "<|channel|>final"
# What opens a thought, and what ends it; marks that only frame the answer end at once. Between a
# channel's name and its message stand recipients and formats, which are no answer either.
_MARKS = {
    "<think>": CLOSE,
    "<thinking>": "</thinking>",
    "[THINK]": "[/THINK]",
    "<|channel|>analysis": _FINAL,
    "<|channel|>commentary": _FINAL,
    _FINAL: "<|message|>",
    "<|start|>assistant": "",
    "<|end|>": "",
    "<|return|>": "",
}


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces with every thought left out, marks split over pieces included.

    A thought that is never closed swallows the rest: it held no answer.
    """
    held, close = "", ""
    for piece in pieces:
        held += piece
        while True:
            if close:
                _, found, rest = held.partition(close)
                if not found:
                    break
                held, close = rest, _MARKS.get(close, "")
                continue
            place, mark = min(((held.find(m), m) for m in _MARKS if m in held), default=(0, ""))
            if not mark:
                break
            if place:
                yield held[:place]
            held, close = held[place + len(mark) :], _MARKS[mark]
        ready = len(held) - max(_tail(held, mark) for mark in ([close] if close else _MARKS))
        if ready and not close:
            yield held[:ready]
        held = held[ready:]
    if held and not close:
        yield held


def after_thoughts(text: str) -> str:
    """A whole reply without the thought that some chat templates open: only its end is seen."""
    return text.rpartition(CLOSE)[2]


def _tail(text: str, mark: str) -> int:
    """Length of the end of a text that may be the start of a mark."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
