"""Leaves out what reasoning models write between <think> and </think> before their answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPEN, CLOSE = "<think>", "</think>"


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces with every <think>...</think> left out, marks split over pieces included.

    A thought that is never closed swallows the rest: it held no answer.
    """
    held, mark = "", OPEN
    for piece in pieces:
        held += piece
        while mark in held:
            before, _, held = held.partition(mark)
            if before and mark == OPEN:
                yield before
            mark = CLOSE if mark == OPEN else OPEN
        ready = len(held) - _tail(held, mark)
        if ready and mark == OPEN:
            yield held[:ready]
        held = held[ready:]
    if held and mark == OPEN:
        yield held


def after_thoughts(text: str) -> str:
    """A whole reply without the thought that some chat templates open: only its end is seen."""
    return text.rpartition(CLOSE)[2]


def _tail(text: str, mark: str) -> int:
    """Length of the end of a text that may be the start of a mark."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
