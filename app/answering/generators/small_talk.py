"""Replies to small talk, chosen by the example that is nearest in meaning."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ABOUT = (
    "I am Reading Room: I answer questions from the papers in your list. Every sentence of an answer "
    "carries a citation that was checked against the paper's record, and when the records do not say, "
    'I say so. Ask about a finding ("Does X help with Y?"), look for papers ("Which papers deal with '
    'X?"), count and list ("How many titles contain X?"), compare papers, ask for themes or a reading '
    "order, and follow up."
)
_EXAMPLES = {
    "Hello! Ask me anything about the papers in this list.": (
        "hello there", "good morning", "hi, how are you?", "nice to meet you",
    ),
    "You are welcome. Ask on whenever you like.": (
        "thank you very much", "great, that helps", "well done, perfect answer", "got it",
    ),
    "Goodbye!": ("bye", "good night, see you tomorrow", "that is all for today"),
    "I am sorry that this was no help. Put it in other words, or name the paper you mean.": (
        "that is wrong", "this is useless", "you misunderstood me", "I am frustrated",
    ),
    _ABOUT: (
        "who are you?", "what can you do?", "how do I use this?", "help", "are you a human or a bot?",
        "what kind of questions can I ask?", "how does this work?",
    ),
}  # fmt: skip


def reply(vector: NDArray[np.float32]) -> str:
    """The reply to a message by its (384,) vector."""
    replies, examples = _read()
    return replies[int(np.argmax(examples @ vector))]


@lru_cache(maxsize=1)
def _read() -> tuple[list[str], NDArray[np.float32]]:
    pairs = [(said, example) for said, examples in _EXAMPLES.items() for example in examples]
    return [said for said, _ in pairs], shared_encoder().encode([example for _, example in pairs])
