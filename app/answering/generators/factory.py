"""From settings to generators: one connected model for all, a fresh generator for each question."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from app.answering.builder import REFUSAL
from app.answering.generators.extractive import ExtractiveGenerator
from app.answering.generators.gguf import GGUFGenerator, is_small
from app.answering.generators.hosted import HostedGenerator
from app.errors import ContextTooLong, LLMUnavailable
from app.llm.factory import LLMSettings, build
from app.llm.usage import Usage
from app.passages import Statement
from app.settings import Settings
from app.verification.judge import judged, without_last
from ingest.errors import SettingsError
from prompts import Message

if TYPE_CHECKING:
    from app.answering.drafting import Judge
    from app.answering.events import Event
    from app.answering.generators.base import Generator
    from app.llm.client import ChatModel
    from app.query import Query
    from app.retrieval import Hit
    from app.verification.checking import Checker, Proposal
    from app.verification.verifier import Verifier


class Models:
    """The model that the settings name, connected on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = LLMSettings(
            spec=settings.llm,
            base_url=settings.llm_base_url,
            api_key=settings.llm_api_key.get_secret_value(),
            context_window=settings.llm_context_window,
            timeout=settings.llm_timeout,
            seed=settings.llm_seed,
            kwargs=settings.llm_kwargs,
            local_model=str(settings.local_model or ""),
            states=settings.prompt_states,
            effort=settings.llm_reasoning_effort,
            prices=str(settings.llm_prices or ""),
        )
        self._max_tokens = settings.llm_max_tokens
        self._judges = settings.judge != "none"
        self._lock = threading.Lock()
        self._model: ChatModel | None = None

    @property
    def spec(self) -> str:
        """The model's spec with `auto` decided."""
        return self._settings.resolved

    @property
    def extractive(self) -> bool:
        """Whether answers are made without a model."""
        return self.spec in ("extractive", "none")

    @property
    def line(self) -> str:
        """What answers, in words for the reader."""
        if self.extractive:
            return "Answers: sentences from the records (no model)"
        name = self._model.name if self._model else self.spec.partition(":")[2] or self.spec
        where = "on this machine" if self.spec == "local" else self._settings.base_url
        return f"Answers: {name}" + (f" ({where})" if where else "") + ", each sentence checked"

    def new_generator(self) -> Generator:
        """A generator for one question; its model is connected by the first that needs it.

        An endpoint that is down now may be up for the next question.
        """
        if self.extractive:
            return ExtractiveGenerator()
        try:
            model = self.chat_model()
        except LLMUnavailable as error:
            return UnreachableGenerator(error)
        if is_small(model):
            return GGUFGenerator(model, self._verifier)
        return HostedGenerator(model, refusal=REFUSAL, max_tokens=self._max_tokens)

    def complete(self, prompt: str) -> str:
        """One prompt to the model; raises as `chat_model` does."""
        return self._reply([{"role": "user", "content": prompt}])

    def judge(self) -> Judge | None:
        """The second opinion, where a model that can give one is connected and it was not switched off."""
        model = self._model
        if not self._judges or model is None or is_small(model):
            return None
        return Opinion(model, self._verifier, self._max_tokens)

    def writer(self) -> ChatModel | None:
        """The model, connected, where it may be trusted with prose: not a small one.

        Raises:
            LLMUnavailable: it cannot be reached.
        """
        model = None if self.extractive else self.chat_model()
        return model if model and not is_small(model) else None

    def _reply(self, messages: Sequence[Message]) -> str:
        return self.chat_model().complete(list(messages), max_tokens=self._max_tokens)

    def chat_model(self) -> ChatModel:
        """The connected model.

        Raises:
            SettingsError: no model is set. LLMUnavailable: it cannot be reached.
        """
        with self._lock:
            self._model = self._model or build(self._settings)
            if self._model is None:
                raise SettingsError("this needs a language model", hint="set READING_ROOM_LLM")
            return self._model

    def warm_up(self) -> None:
        """Let a local model load and read its instructions, so that no question waits."""
        if self.spec == "local" and isinstance(generator := self.new_generator(), GGUFGenerator):
            generator.warm_up()

    @cached_property
    def _verifier(self) -> Verifier:
        from app.verification.verifier import Verifier

        return Verifier()

    def close(self) -> None:
        """Let the model go."""
        with self._lock:
            if self._model is not None:
                self._model.close()
            self._model = None


@dataclass
class Opinion:
    """What a model thinks of the sentences of one answer (a `Judge`); if it fails, they stay as they are."""

    model: ChatModel
    checker: Checker
    max_tokens: int
    usage: Usage = field(default_factory=Usage)

    def __call__(self, statements: Sequence[Statement]) -> Sequence[Sequence[Statement]]:
        """See `Judge`."""

        def complete(messages: Sequence[Message]) -> str:
            reply = self.model.complete(messages, max_tokens=self.max_tokens, usage=self.usage)
            return without_last(reply) if self.usage.reply_cut else reply

        try:
            return judged(statements, self.checker, complete)
        except (LLMUnavailable, ContextTooLong):
            return [[statement] for statement in statements]


class UnreachableGenerator(ExtractiveGenerator):
    """Stands in for a model that could not be connected: whoever asks it to write learns why."""

    provider = "unreachable"

    def __init__(self, error: LLMUnavailable) -> None:
        super().__init__()
        self._error = error

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """Raises why there is no model."""
        del query, hits
        raise self._error
