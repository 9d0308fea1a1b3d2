"""A language model as the engine sees it: messages in, pieces of text out, errors of one kind.

`ChatModel` wraps any LlamaIndex `LLM`. It adds what the integrations lack or do differently:
retries with backoff, one error tree, cancelling, counts, and dropping options that an endpoint does
not know.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from app.llm.endpoint import collect_responses
from app.llm.errors import Failure, bad_reply, read_failure, where
from app.llm.thoughts import without_thoughts
from app.llm.tokens import count_messages, count_tokens
from prompts import Message

if TYPE_CHECKING:
    from httpx import Response
    from llama_index.core.llms import LLM, ChatResponse

    Chunks = Generator[ChatResponse, None, None]

# An endpoint that asks for a longer pause is reported instead: nobody waits a minute for an answer.
LONGEST_WAIT = 10.0
FIRST_WAIT = 0.5
# A model that ignores max_tokens is cut off at this many characters a token.
CHARS_PER_TOKEN = 12
# A prompt of which the endpoint read less than this share (by its own count) was cut in silence.
READ_SHARE = 0.6


@dataclass(slots=True)
class Usage:
    """Tokens of one call; counted by the endpoint where it says, else by us.

    cost: in the currency of the prices set, None where no price is set.
    """

    prompt: int = 0
    completion: int = 0
    cost: float | None = None
    cut_in_silence: bool = False

    @property
    def total(self) -> int:
        """Prompt and completion together."""
        return self.prompt + self.completion


@dataclass(frozen=True, slots=True)
class Prices:
    """Price of a million tokens, read and written."""

    prompt: float
    completion: float


@dataclass
class ChatModel:
    """A model ready to be asked.

    llm: any LlamaIndex LLM. provider, name: what the reader is told. base_url: empty where there is
    none. context_window: in tokens. options: request parameters of an OpenAI-compatible endpoint;
    those that it refused are in dropped. Parameters of other integrations are set in their
    constructor instead. grammar: whether the endpoint takes a GBNF grammar (llama.cpp).
    parameters: the model's size, 0 where it is not known.
    """

    llm: LLM
    provider: str
    name: str
    context_window: int
    base_url: str = ""
    timeout: float = 60.0
    retries: int = 2
    options: dict[str, Any] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    openai_compatible: bool = False
    grammar: bool = False
    parameters: int = 0
    prices: Prices | None = None
    sleep: Callable[[float], None] = time.sleep
    close: Callable[[], None] = lambda: None

    @property
    def place(self) -> str:
        """Where it runs, for messages."""
        return where(self.base_url) if self.base_url else self.name

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, by cl100k."""
        return count_tokens(text)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Sequence[str] = (),
        grammar: str = "",
        usage: Usage | None = None,
    ) -> Iterator[str]:
        """Pieces of the answer as they come. Closing the iterator cancels the request.

        Retries until the first piece has come; after it, a failure is final.

        Args:
            messages: the chat so far, {"role", "content"} each.
            max_tokens: the answer's length limit.
            stop: texts that end the answer.
            grammar: GBNF that the answer must follow; ignored where the endpoint has no grammars.
            usage: filled in when the stream ends.

        Raises:
            LLMUnavailable, ContextTooLong: as in app.errors.
        """
        counter = usage if usage is not None else Usage()
        counter.prompt = count_messages(list(messages))
        limit = max_tokens * CHARS_PER_TOKEN
        written = 0
        request = partial(self._request, max_tokens, stop, grammar)
        with closing(self._open(messages, request)) as chunks:
            for piece in without_thoughts(self._texts(chunks, counter)):
                written += len(piece)
                if written > limit:
                    break
                yield piece
        if self.prices is not None:
            counter.cost = (
                counter.prompt * self.prices.prompt + counter.completion * self.prices.completion
            ) / 1e6
        if not written:
            raise bad_reply(self.place)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        grammar: str = "",
        usage: Usage | None = None,
    ) -> str:
        """The whole answer at once; errors as in `stream`."""
        pieces = self.stream(messages, max_tokens=max_tokens, grammar=grammar, usage=usage)
        return "".join(pieces).strip()

    def _request(self, max_tokens: int, stop: Sequence[str], grammar: str) -> dict[str, Any]:
        if not self.openai_compatible:
            return {}
        from openai import NOT_GIVEN

        limit = "max_completion_tokens" if "max_tokens" in self.dropped else "max_tokens"
        request: dict[str, Any] = {limit: max_tokens, **self.options}
        if stop:
            request["stop"] = list(stop)
        if grammar and self.grammar:
            request["extra_body"] = {"grammar": grammar}
        return {n: NOT_GIVEN if n in self.dropped else value for n, value in request.items()}

    def _open(self, messages: Sequence[Message], request: Callable[[], dict[str, Any]]) -> Chunks:
        """The responses, the first of which was waited for: all retries happen before it."""
        from llama_index.core.llms import ChatMessage

        chat = [ChatMessage(role=m["role"], content=m["content"]) for m in messages]
        tries = 0
        while True:
            try:
                with collect_responses() as opened:
                    chunks = iter(self.llm.stream_chat(chat, **request()))
                    first = next(chunks, None)
                return self._chain(first, chunks, opened)
            except Exception as error:
                failure = self._read(error)
                if not self._drop_refused_option(failure):
                    self._wait(failure, tries, error)
                    tries += 1

    def _chain(
        self, first: ChatResponse | None, rest: Iterator[ChatResponse], opened: Sequence[Response]
    ) -> Chunks:
        try:
            if first is not None:
                yield first
            yield from rest
        except Exception as error:
            raise self._read(error).error from error
        finally:
            for response in opened:
                response.close()

    def _texts(self, chunks: Iterator[ChatResponse], usage: Usage) -> Iterator[str]:
        """The text of each response, and the counts on the way."""
        estimate = usage.prompt
        written: list[str] = []
        for chunk in chunks:
            counts = chunk.additional_kwargs
            usage.prompt = int(counts.get("prompt_tokens") or usage.prompt)
            usage.completion = int(counts.get("completion_tokens") or usage.completion)
            if chunk.delta:
                written.append(chunk.delta)
                yield chunk.delta
        usage.completion = usage.completion or count_tokens("".join(written))
        usage.cut_in_silence = usage.prompt < estimate * READ_SHARE

    def _read(self, error: Exception) -> Failure:
        return read_failure(error, self.name, self.base_url, self.timeout)

    def _wait(self, failure: Failure, tries: int, cause: Exception) -> None:
        """Sleep before the next try, or raise where there is none."""
        pause = failure.wait if failure.wait is not None else FIRST_WAIT * 2**tries
        if not failure.retry or tries >= self.retries or pause > LONGEST_WAIT:
            raise failure.error from cause
        self.sleep(pause)

    def _drop_refused_option(self, failure: Failure) -> bool:
        """Note an option that the endpoint names in its refusal, so that it is not sent again."""
        if not self.openai_compatible:
            return False
        left = {"max_tokens", *self.options} - self.dropped
        named = next((n for n in sorted(left) if re.search(rf"\b{n}\b", failure.detail)), None)
        if named is None:
            return False
        self.dropped.add(named)
        return True


def plain_options(seed: int) -> dict[str, Any]:
    """Options of every OpenAI-compatible request: deterministic, counts in the stream."""
    return {"temperature": 0.0, "seed": seed, "stream_options": {"include_usage": True}}
