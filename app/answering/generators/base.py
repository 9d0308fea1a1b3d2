"""What a generator is: evidence in, proposed sentences out. The engine checks every one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.answering.events import Event
from app.llm.usage import Usage
from app.passages import Draft
from app.query import Query
from app.retrieval import Hit
from app.verification.checking import Proposal


class Generator(Protocol):
    """Writes proposals from evidence.

    provider, model: what kind of model it is, and its name. prompt_hash: empty without a prompt.
    considered: how many records the last draft was based on. usage: what its calls have used.
    """

    provider: str
    model: str
    prompt_hash: str
    considered: int
    usage: Usage

    def evidence_size(self, corpus_size: int) -> int:
        """How many records to hand over for a list of this size."""

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Draft | Event]:
        """Proposals as they are ready, or whole blocks of what needs no check, with events between them."""
