"""An LLM as a second checker: all sentences of an answer in one call, read conservatively.

It is meant to take support away, never to give it: a sentence that the verifier supports stays so
unless the judge says "no". A line that cannot be read counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from prompts import Message, fence, load

_LINE = re.compile(r"^\W*(\d{1,3})\W+(yes|no)\b[\s.]*$", re.IGNORECASE)


def judge(
    statements: Sequence[tuple[str, str]], complete: Callable[[Sequence[Message]], str]
) -> list[bool | None]:
    """True, False or None (no readable answer) for each statement; one call of `complete`.

    statements: (sentence, the words that are said to support it). complete: takes chat messages and
    returns the model's reply.
    """
    if not statements:
        return []
    prompt = load("judge").messages(
        records=fence((n, evidence) for n, (_, evidence) in enumerate(statements, 1)),
        statements=fence((n, text) for n, (text, _) in enumerate(statements, 1)),
    )
    return read_reply(complete(prompt), len(statements))


def read_reply(reply: str, count: int) -> list[bool | None]:
    """The answers in a reply of lines such as "1: yes"; a number answered both ways is unread."""
    found: dict[int, set[bool]] = {}
    for line in reply.splitlines():
        if match := _LINE.match(line.strip()):
            found.setdefault(int(match[1]), set()).add(match[2].lower() == "yes")
    return [
        next(iter(answers)) if len(answers := found.get(n, set())) == 1 else None
        for n in range(1, count + 1)
    ]
