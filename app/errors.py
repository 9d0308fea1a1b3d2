"""What can go wrong on the read side, as one tree under `ReadingRoomError`.

AppError (7)                    the read side cannot do what was asked
├── LLMUnavailable              the language model gives no answer: not there, or down
│   ├── LLMTimeout              it took longer than the set time
│   ├── LLMKeyRefused           it wants another key (401, 403)
│   ├── LLMBusy                 it is rate limited or out of quota (429)
│   ├── LLMBadReply             what came back is not an answer
│   └── LocalModelUnavailable   the model file or its runtime cannot be used
├── PullFailed                  a model cannot be fetched
├── ContextTooLong              the prompt exceeds the model's window; the caller shrinks it
└── ServiceUnavailable          a service that knows papers gives no answer

None of the LLM errors ends a question: the engine then answers extractively and says so. Their
messages never carry text from the endpoint, which may echo a key.
"""

from __future__ import annotations

from ingest.errors import ReadingRoomError


class AppError(ReadingRoomError):
    """The read side cannot do what was asked."""

    exit_code = 7


class LLMUnavailable(AppError):
    """The language model gives no answer: nothing listens there, or it is down."""


class LLMTimeout(LLMUnavailable):
    """The language model took longer than the set time."""


class LLMKeyRefused(LLMUnavailable):
    """The endpoint refused the key, or wants one (401, 403)."""


class LLMBusy(LLMUnavailable):
    """The endpoint is rate limited or out of quota (429)."""


class LLMBadReply(LLMUnavailable):
    """What came back is not an answer."""


class LocalModelUnavailable(LLMUnavailable):
    """The local model's file or its runtime cannot be used."""


class PullFailed(AppError):
    """A model cannot be fetched; what has come of it is kept, unless it is wrong."""


class ContextTooLong(AppError):
    """The prompt exceeds the model's window.

    limit: the window in tokens, as far as the endpoint named it, else 0.
    """

    def __init__(self, message: str, *, hint: str = "", limit: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.limit = limit


class ServiceUnavailable(AppError):
    """A service that is asked what it knows of papers gives no answer."""
