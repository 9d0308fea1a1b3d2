"""Leaves out what reasoning models write between <think> and </think> before their answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPEN, CLOSE = "<think>", "</think>"


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces with every <think>...</think> left out, marks split over pieces included.

    A thought that is never closed swallows the rest: it held no answer.
    """
    held = ""
    inside = False
    for piece in pieces:
        held += piece
        while True:
            mark = CLOSE if inside else OPEN
            at = held.find(mark)
            if at < 0:
                break
            if not inside and held[:at]:
                yield held[:at]
            held = held[at + len(mark) :]
            inside = not inside
        keep = _tail(held, CLOSE if inside else OPEN)
        if not inside and len(held) > keep:
            yield held[: len(held) - keep]
        held = held[len(held) - keep :]
    if held and not inside:
        yield held


def after_thoughts(text: str) -> str:
    """A whole reply without the thought that some chat templates open: only its end is seen."""
    return text.rpartition(CLOSE)[2]


def _tail(text: str, mark: str) -> int:
    """Length of the end of a text that may be the start of a mark."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
