"""What a language model is reached through: the `openai` client, or any LlamaIndex LLM.

A backend makes one request and reads its stream. Retries, counts and errors are `ChatModel`'s.
Closing the stream hangs up, so that a cancelled answer is neither written nor paid for.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from prompts import Message

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from openai import OpenAI
    from openai.types.chat import ChatCompletionChunk


class Piece(NamedTuple):
    """A piece of a reply.

    prompt, completion: tokens so far by the endpoint's count, 0 where it does not say. finish: why
    the reply ends here ("stop", "length"), empty while it goes on.
    """

    text: str = ""
    prompt: int = 0
    completion: int = 0
    finish: str = ""


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

    def __init__(self, client: OpenAI, model: str, *, seed: int, grammar: bool = False) -> None:
        """grammar: whether it takes GBNF grammars (llama.cpp)."""
        self.client = client
        self._model = model
        self._grammar = grammar
        self.takes_schema = True
        self._options: dict[str, Any] = {
            "temperature": 0.0,
            "seed": seed,
            "stream_options": {"include_usage": True},
        }
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
                yield _piece(chunk)

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


def _piece(chunk: ChatCompletionChunk) -> Piece:
    """A chunk, of which servers leave out what they like."""
    usage = chunk.usage
    counts = (usage.prompt_tokens or 0, usage.completion_tokens or 0) if usage else (0, 0)
    if not chunk.choices:
        return Piece("", *counts)
    choice = chunk.choices[0]
    text = choice.delta.content if choice.delta else None
    return Piece(text or "", *counts, finish=choice.finish_reason or "")


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
                yield Piece(chunk.delta or "", int(prompt or 0), int(completion or 0))
        yield Piece(finish="stop")

    def drop_refused(self, refusal: str) -> bool:
        """Its options are its own."""
        del refusal
        return False
