"""Which records go into a prompt: all of them when the window holds them, else the best."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# Our tokenizer is not the model's: this share of the window stays free for the difference.
MARGIN = 0.1


class Fit(NamedTuple, Generic[T]):
    """kept: what goes in, in the order given. cut: what does not. tokens: what `kept` costs."""

    kept: tuple[T, ...]
    cut: tuple[T, ...]
    tokens: int


def room(window: int, reserve: int) -> int:
    """Tokens left for evidence, after `reserve` for instructions, question and answer."""
    return max(0, int(window * (1 - MARGIN)) - reserve)


def fit(evidence: Iterable[T], window: int, reserve: int, count: Callable[[T], int]) -> Fit[T]:
    """Greedy choice in the order given (best first); one that is too long does not stop the rest.

    Args:
        evidence: the records, best first.
        window: the model's context window in tokens.
        reserve: tokens for everything else: instructions, question, history, the answer.
        count: tokens of one record as it stands in the prompt.
    """
    budget = room(window, reserve)
    kept: list[T] = []
    cut: list[T] = []
    spent = 0
    for item in evidence:
        cost = count(item)
        if spent + cost <= budget:
            kept.append(item)
            spent += cost
        else:
            cut.append(item)
    return Fit(tuple(kept), tuple(cut), spent)
