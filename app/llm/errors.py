"""Turns whatever a client raises into one of our errors, and says what to try again.

Works on what the clients share (a status code, a response, the name of the exception) and not on
their classes, so that any LlamaIndex integration is covered. Nothing that the endpoint sent is put
into a message: servers echo keys.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from app.errors import (
    AppError,
    ContextTooLong,
    LLMBadReply,
    LLMBusy,
    LLMKeyRefused,
    LLMTimeout,
    LLMUnavailable,
)

KEYLESS = "or set READING_ROOM_LLM=extractive, which needs no model and no key"

_TOO_LONG = re.compile(
    r"context.{0,20}(length|window|size)|maximum context|too many tokens|prompt is too long"
    r"|exceed_context_size|input is too long|reduce the length|max_new_tokens\W+must be <=",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(?:context (?:length|window|size)(?: is|:| of)?|n_ctx\W+|must be <=)\D{0,12}(\d{3,8})",
    re.IGNORECASE,
)
# The statuses of a refused prompt and of a refused key.
_BAD_INPUT, _KEY = frozenset((400, 413, 422)), frozenset((401, 403))


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed call, read.

    error: what to show or handle. retry: whether another try may help. wait: seconds that the
    endpoint asked for, else None. detail: the endpoint's own text, for deciding only, never shown.
    """

    error: AppError
    retry: bool = False
    wait: float | None = None
    detail: str = ""


def read_failure(error: Exception, model: str, base_url: str, timeout: float) -> Failure:
    """What an exception of a LLM call means."""
    asked = f" (model {model!r})" if model else ""
    place = where(base_url) + asked if base_url else f"the model {model!r}"
    status = _status(error)
    detail = f"{error} {getattr(error, 'body', '')}" if status in _BAD_INPUT else ""
    if _TOO_LONG.search(detail):
        found = _LIMIT.search(detail)
        limit = int(found.group(1)) if found else 0
        return Failure(ContextTooLong(f"The prompt is too long for {place}.", limit=limit))
    if status is not None:
        # A spent quota looks like a rush of requests, but no wait brings it back.
        spent = "insufficient_quota" in f"{error} {getattr(error, 'body', '')}"
        passing = (status == HTTPStatus.TOO_MANY_REQUESTS and not spent) or status >= 500
        return Failure(_by_status(status, place), passing, _retry_after(error), detail)
    if _names(error, "Timeout"):
        seconds = f"The language model at {place} did not answer within {timeout:.0f} s."
        hint = f"Raise READING_ROOM_LLM_TIMEOUT, {KEYLESS}."
        # Not again: a slow machine would have to read the whole prompt anew.
        return Failure(LLMTimeout(seconds, hint=hint))
    if isinstance(error, OSError) or _names(error, "Connect", "ReadError", "RemoteProtocol"):
        hint = f"Start it or correct READING_ROOM_LLM_BASE_URL, {KEYLESS}."
        silent = LLMUnavailable(f"No language model answers at {place}.", hint=hint)
        return Failure(silent, retry=True)
    return Failure(bad_reply(place))


def bad_reply(place: str) -> LLMBadReply:
    """The error for an answer that is none."""
    hint = f"Check that READING_ROOM_LLM_BASE_URL ends where the API starts (often /v1), {KEYLESS}."
    return LLMBadReply(f"What came back from {place} is not an answer.", hint=hint)


def no_room_to_answer(place: str) -> LLMBadReply:
    """The error for a reply that ended before it began: models that think first need more room."""
    hint = (
        "Raise READING_ROOM_LLM_MAX_TOKENS, lower READING_ROOM_LLM_REASONING_EFFORT, "
        + KEYLESS
        + "."
    )
    said = f"The model at {place} used up its tokens by thinking, before it answered."
    return LLMBadReply(said, hint=hint)


def where(base_url: str) -> str:
    """A base URL as it may be shown: without user, password and query."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"


def _by_status(status: int, place: str) -> LLMUnavailable:
    if status in _KEY:
        hint = f"Set READING_ROOM_LLM_API_KEY or OPENAI_API_KEY to a valid key, {KEYLESS}."
        return LLMKeyRefused(f"The key was refused by {place} ({status}).", hint=hint)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        hint = f"Wait, check the account's quota, {KEYLESS}."
        return LLMBusy(f"Too many requests, or no quota left, at {place} (429).", hint=hint)
    if status >= 500:
        hint = f"Look at the endpoint's own log, {KEYLESS}."
        return LLMUnavailable(f"The endpoint failed: {place} ({status}).", hint=hint)
    hint = f"Check the model's name in READING_ROOM_LLM and READING_ROOM_LLM_BASE_URL, {KEYLESS}."
    if status == HTTPStatus.NOT_FOUND:
        return LLMUnavailable(f"Nothing is found at {place} (404).", hint=hint)
    return LLMBadReply(f"The request was not accepted by {place} ({status}).", hint=hint)


def _status(error: Exception) -> int | None:
    holders = (error, getattr(error, "response", None))
    found = (getattr(holder, "status_code", None) for holder in holders)
    return next((status for status in found if isinstance(status, int)), None)


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return seconds_to_wait(str(headers.get("retry-after", "")))


def seconds_to_wait(value: str) -> float | None:
    """What a Retry-After header says, as a number or a date (RFC 9110, 10.2.3); None where neither."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def _names(error: BaseException, *parts: str) -> bool:
    if any(part in base.__name__ for base in type(error).__mro__ for part in parts):
        return True
    return error.__cause__ is not None and _names(error.__cause__, *parts)
