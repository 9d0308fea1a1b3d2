"""Text that only repeats itself ("the answer is that the answer is"), as of a model gone astray."""

from __future__ import annotations

import re

from app.language.words import LETTERS

# "1.1.1.1.", "GGGG": the same few letters over and over; a ruler of dashes is none.
_STUCK = re.compile(r"(?=\S{0,3}[^\W_])(\S{1,4}?)\1{19}")
# Of a text of at least so many words, so few of the runs of three words are different ones. Of
# 194,000 sentences of abstracts the lowest has .58; who says a thing twice word for word has half.
LEAST_WORDS, SENTENCE, REPLY = 15, 0.5, 0.35


def repeats_itself(text: str, different: float = SENTENCE) -> bool:
    """Whether most of a text repeats what it said before; False for what is too short to tell.

    different: share of its runs of three words that must be different ones.
    """
    # Numbers are left out: loops count up ("record 3", "record 4"), and results are full of them.
    words = LETTERS.findall(text.lower())
    runs = set(zip(words, words[1:], words[2:], strict=False))
    looping = len(words) >= LEAST_WORDS and len(runs) < different * (len(words) - 2)
    return looping or _STUCK.search(text) is not None
