"""Untrusted text inside a prompt: made harmless to the chat format and fenced as data.

Records are written by others and may hold instructions ("ignore the above", Greshake et al. 2023,
"Not what you've signed up for"). Fencing does not make a model immune, but it removes the cheap
tricks: a record cannot close its own fence, open a chat turn, or hide text from the reader.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from ingest.text import clean_text

# What chat templates use as control tokens: <|im_end|>, </s>, <start_of_turn>, [INST], <<SYS>>.
_ANGLE = re.compile(r"<(?=[|/<!]|[A-Za-z_])")
_SQUARE = re.compile(r"\[(/?[A-Z_]{3,})\]")
_SPACES = re.compile(r"[ \t]+")
_TOKEN_LENGTH = 8


def clean(text: str) -> str:
    """Text without control, bidi and invisible characters, and without chat control tokens.

    Newlines stay; other control characters become a space. `<` before a tag-like name becomes `‹`.
    """
    plain = _SQUARE.sub(r"(\1)", _ANGLE.sub("\u2039", clean_text(text)))
    return _SPACES.sub(" ", plain).strip()


def fence(records: Iterable[tuple[int, str]], name: str = "record") -> str:
    """Numbered records (or what `name` says), each cleaned and between marks that no record can hold.

    The marks carry a token derived from all the contents: the same records give the same prompt,
    and the token is changed until none of them contains it.

    >>> print(fence([(1, "A title")]))
    <record 1 a15f23b6>
    A title
    </record a15f23b6>
    """
    cleaned = [(number, clean(text)) for number, text in records]
    token = _token([text for _, text in cleaned])
    return "\n".join(f"<{name} {n} {token}>\n{text}\n</{name} {token}>" for n, text in cleaned)


def _token(texts: list[str]) -> str:
    whole = "\x00".join(texts)
    attempt = 0
    while True:
        digest = hashlib.sha256(f"{attempt}\x00{whole}".encode()).hexdigest()[:_TOKEN_LENGTH]
        if digest not in whole:
            return digest
        attempt += 1
