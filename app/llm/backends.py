"""What a language model is reached through: the `openai` client, or any LlamaIndex LLM.

A backend makes one request and reads its stream. Retries, counts and errors are `ChatModel`'s.
Closing the stream hangs up, so that a cancelled answer is neither written nor paid for.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from app.llm.chunks import Piece, read_chunk
from prompts import Message

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from openai import OpenAI


class Form(NamedTuple):
    """What a reply is held to where that can be done: a GBNF grammar, else a JSON schema."""

    grammar: str = ""
    schema: dict[str, Any] | None = None


FREE = Form()


class Backend(Protocol):
    """One way to reach a model. takes_schema: whether replies can be held to a JSON schema."""

    takes_schema: bool

    def stream(
        self, messages: Sequence[Message], max_tokens: int, form: Form
    ) -> Generator[Piece, None, None]:
        """The reply as it comes; raises whatever the client raises."""

    def drop_refused(self, refusal: str) -> bool:
        """Whether another request can do without an option that this refusal names."""


class OpenAIBackend:
    """An OpenAI-compatible endpoint.

    Options that it refuses are left out from then on; `max_tokens` goes by its newer name then.
    """

    def __init__(
        self, client: OpenAI, model: str, *, seed: int, effort: str = "", grammar: bool = False
    ) -> None:
        """How it is asked.

        effort: how long a reasoning model shall think, empty to leave that to it. grammar: whether
        it takes GBNF grammars (llama.cpp).
        """
        self.client = client
        self._model = model
        self._grammar = grammar
        self.takes_schema = True
        self._options: dict[str, Any] = {
            "temperature": 0.0,
            "seed": seed,
            "stream_options": {"include_usage": True},
        }
        if effort:
            self._options["reasoning_effort"] = effort
        self._limit = "max_tokens"

    def stream(
        self, messages: Sequence[Message], max_tokens: int, form: Form
    ) -> Generator[Piece, None, None]:
        """See `Backend`."""
        options = {self._limit: max_tokens, **self._options}
        if form.grammar and self._grammar:
            options["grammar"] = form.grammar
        elif form.schema and self.takes_schema:
            schema = {"name": "reply", "strict": True, "schema": form.schema}
            options["response_format"] = {"type": "json_schema", "json_schema": schema}
        # In the body as they are: servers know options that the client does not.
        chunks = self.client.chat.completions.create(
            model=self._model,
            messages=cast("Any", list(messages)),
            stream=True,
            extra_body=options,
        )
        with chunks:
            for chunk in chunks:
                yield read_chunk(chunk)

    def drop_refused(self, refusal: str) -> bool:
        """See `Backend`."""
        if self._limit == "max_tokens" and re.search(r"\bmax_tokens\b", refusal):
            self._limit = "max_completion_tokens"
            return True
        if self.takes_schema and re.search(r"response_format|json_schema", refusal):
            self.takes_schema = False
            return True
        refused = [name for name in self._options if re.search(rf"\b{name}\b", refusal)]
        for name in refused:
            self._options.pop(name, None)
        return bool(refused)


class LlamaIndexBackend:
    """Any LlamaIndex LLM; what it is asked for is set in its constructor."""

    takes_schema = False

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    def stream(
        self, messages: Sequence[Message], max_tokens: int, form: Form
    ) -> Generator[Piece, None, None]:
        """See `Backend`. An integration does not tell why a reply ends: it is taken for whole."""
        del max_tokens, form
        from llama_index.core.llms import ChatMessage

        chat = [ChatMessage(role=m["role"], content=m["content"]) for m in messages]
        with closing(self._llm.stream_chat(chat)) as chunks:
            for chunk in chunks:
                counts = chunk.additional_kwargs
                prompt, completion = counts.get("prompt_tokens"), counts.get("completion_tokens")
                yield Piece(
                    chunk.delta or "", prompt=int(prompt or 0), completion=int(completion or 0)
                )
        yield Piece(finish="stop")

    def drop_refused(self, refusal: str) -> bool:
        """Its options are its own."""
        del refusal
        return False
