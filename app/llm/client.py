"""A language model as the engine sees it: messages in, pieces of text out, errors of one kind.

`ChatModel` adds to a backend what clients lack or do differently: tries again with backoff, one
tree of errors, counts, a limit for models that do not stop, and replies without their thoughts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass

from app.llm.backends import FREE, Backend, Form
from app.llm.chunks import Piece
from app.llm.errors import Failure, bad_reply, no_room_to_answer, read_failure, where
from app.llm.prices import Price
from app.llm.thoughts import after_thoughts, without_thoughts
from app.llm.tokens import count_messages, count_tokens
from app.llm.usage import Usage
from prompts import Message

# An endpoint that asks for a longer pause is reported instead: nobody waits a minute for an answer.
LONGEST_WAIT = 10.0
FIRST_WAIT = 0.5
# A model that ignores max_tokens is cut off at this many characters a token.
CHARS_PER_TOKEN = 12
# A prompt of which the endpoint read less than this share (by its own count) was cut in silence.
READ_SHARE = 0.6
# Room for the thoughts of a reasoning model, which count as its reply: tokens, at most a quarter of
# the window.
THOUGHT_TOKENS = 8000


@dataclass
class ChatModel:
    """A model ready to be asked.

    provider, name: what the reader is told. context_window: in tokens; window_note: what to say of
    it where it was not told. base_url: empty where there is none. timeout: seconds between two
    pieces. retries: further tries before the first piece. parameters: the size of a local model,
    else 0. thinks: whether it is known to think before it answers. price: None where no table has
    it. remembering: around a request whose prompt begins as told, where that beginning can be kept.
    """

    backend: Backend
    provider: str
    name: str
    context_window: int
    window_note: str = ""
    base_url: str = ""
    timeout: float = 60.0
    retries: int = 2
    parameters: int = 0
    thinks: bool = False
    price: Price | None = None
    sleep: Callable[[float], None] = time.sleep
    close: Callable[[], None] = lambda: None
    remembering: Callable[[str], AbstractContextManager[object]] = nullcontext

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        form: Form = FREE,
        usage: Usage | None = None,
    ) -> Generator[str, None, None]:
        """Pieces of the answer as they come. Closing the generator cancels the request.

        Args:
            messages: the chat so far, {"role", "content"} each.
            max_tokens: the answer's length limit.
            form: what the answer is held to, where the endpoint can do that.
            usage: filled in when the stream ends.

        Raises:
            LLMUnavailable, ContextTooLong: as in app.errors.
        """
        usage = usage if usage is not None else Usage()
        had_room = self.thinks
        written = yield from self._reply(messages, max_tokens, form, usage)
        if not written and usage.finish == "length" and not had_room:
            # Only now is it known that it thinks: once more, with room for that.
            self.thinks = True
            written = yield from self._reply(messages, max_tokens, form, usage)
        if not written:
            place = where(self.base_url) if self.base_url else self.name
            raise no_room_to_answer(place) if usage.finish == "length" else bad_reply(place)

    def limit(self, max_tokens: int) -> int:
        """Tokens to ask for where the answer may have so many: thoughts count too."""
        return max_tokens + self.thinks * min(THOUGHT_TOKENS, self.context_window // 4)

    def _reply(
        self, messages: Sequence[Message], max_tokens: int, form: Form, usage: Usage
    ) -> Generator[str, None, bool]:
        """The texts of one reply, without thoughts, as long as was asked for; whether any came."""
        left, written = max_tokens * CHARS_PER_TOKEN, False
        pieces = self._pieces(messages, self.limit(max_tokens), form)
        with closing(self._counted(pieces, count_messages(messages), usage)) as texts:
            for text in without_thoughts(texts):
                left -= len(text)
                if left < 0:
                    break
                written = True
                yield text
        if left < 0:
            usage.finish = "length"
        return written

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        form: Form = FREE,
        usage: Usage | None = None,
    ) -> str:
        """The whole answer at once; errors as in `stream`."""
        pieces = self.stream(messages, max_tokens=max_tokens, form=form, usage=usage)
        return after_thoughts("".join(pieces)).strip()

    def _pieces(
        self, messages: Sequence[Message], max_tokens: int, form: Form
    ) -> Generator[Piece, None, None]:
        """The reply. Until its first piece has come, a failure that may pass is tried again."""
        tries = 0
        while True:
            begun = False
            try:
                with closing(self.backend.stream(messages, max_tokens, form)) as pieces:
                    for piece in pieces:
                        begun = True
                        yield piece
                return
            except Exception as error:
                failure = read_failure(error, self.name, self.base_url, self.timeout)
                if begun:
                    raise failure.error from error
                if not self.backend.drop_refused(failure.detail):
                    self._wait(failure, tries, error)
                    tries += 1

    def _wait(self, failure: Failure, tries: int, cause: Exception) -> None:
        """Sleep before the next try, or raise where there is none."""
        pause = failure.wait if failure.wait is not None else FIRST_WAIT * 2**tries
        if not failure.retry or tries >= self.retries or pause > LONGEST_WAIT:
            raise failure.error from cause
        self.sleep(pause)

    def _counted(
        self, pieces: Generator[Piece, None, None], estimate: int, usage: Usage
    ) -> Generator[str, None, None]:
        """The text of each piece; `usage` counts the call at its end.

        estimate: our own count of the prompt's tokens.
        """
        call, told = Usage(), None
        written: list[str] = []
        try:
            for piece in pieces:
                call.prompt = piece.prompt or call.prompt or estimate
                call.completion = piece.completion or call.completion
                call.cached = piece.cached or call.cached
                told = piece.cost if piece.cost is not None else told
                call.finish = piece.finish or call.finish
                self.thinks = self.thinks or piece.thought
                if piece.text:
                    written.append(piece.text)
                    yield piece.text
                usage.cited += piece.cited
        finally:
            pieces.close()
            call.completion = call.completion or count_tokens("".join(written))
            call.prompt_cut = 0 < call.prompt < estimate * READ_SHARE
            if call.total:
                call.cost = self.price.of(call) if told is None and self.price else told
            usage.add(call)
