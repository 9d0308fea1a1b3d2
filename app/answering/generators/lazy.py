"""A generator for one question, whose model is connected when it is needed.

Opening the chat must not wait for a model, and an endpoint that is down now may be up for the next
question: until then the engine answers without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from app.answering.events import Event
from app.answering.generators.base import Generator, Proposal
from app.errors import LLMUnavailable

if TYPE_CHECKING:
    from app.retrieval import Hit

# Evidence for the stand-in when the model cannot be reached.
_FEW = 8


class ModelGenerator(Generator, Protocol):
    """A generator with a model behind it."""

    def condense(self, question: str, history: Sequence[Mapping[str, str]]) -> str:
        """The question as it stands without its conversation."""


class LazyGenerator:
    """Connects when it is needed (a `Generator`)."""

    def __init__(self, provider: str, model: str, connect: Callable[[], ModelGenerator]) -> None:
        self.provider = provider
        self.model = model
        self._connect = connect
        self._inner: ModelGenerator | None = None

    @property
    def prompt_hash(self) -> str:
        """Hash of the prompt in use, empty before the model is connected."""
        return self._inner.prompt_hash if self._inner else ""

    @property
    def considered(self) -> int:
        """Records that the last draft was based on."""
        return self._inner.considered if self._inner else 0

    @property
    def tokens(self) -> int:
        """Tokens that the last draft cost."""
        return self._inner.tokens if self._inner else 0

    def evidence_size(self, corpus_size: int) -> int:
        """What the model takes; a few records if it cannot be reached."""
        try:
            return self._load().evidence_size(corpus_size)
        except LLMUnavailable:
            return _FEW

    def condense(self, question: str, history: Sequence[Mapping[str, str]]) -> str:
        """See `ModelGenerator`."""
        return self._load().condense(question, history)

    def draft(self, question: str, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """See `Generator`.

        Raises:
            LLMUnavailable: the model cannot be reached.
        """
        yield from self._load().draft(question, hits)

    def _load(self) -> ModelGenerator:
        if self._inner is None:
            self._inner = self._connect()
            self.provider, self.model = self._inner.provider, self._inner.model
        return self._inner
