"""An OpenAI-compatible endpoint on loopback that follows a script and records its requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from app.llm.client import ChatModel
from app.llm.factory import LLMSettings, build
from tests.support.loopback import serving

Rows = list[dict[str, Any]]


@dataclass
class Reply:
    """One scripted answer.

    text: what is streamed, in pieces of a word. thoughts: what is streamed before it, apart.
    deltas: raw ones sent after it. delay: seconds before the first byte. pause: seconds between
    pieces. body: raw bytes sent instead of an answer. missing: bytes promised after it that never
    come. usage: (prompt, completion) tokens in the last chunk; counted: what is told beside them.
    finish: why the reply ends, None where it just does.
    """

    text: str = ""
    thoughts: str = ""
    deltas: Rows = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pause: float = 0.0
    body: bytes | None = None
    missing: int = 0
    usage: tuple[int, int] | None = None
    counted: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    finish: str | None = "stop"


@dataclass
class ScriptedLLM:
    """The endpoint's script and its record.

    props, loaded, shown, native: what llama-server's /props, Ollama's /api/ps and /api/show and LM
    Studio's /api/v1/models tell.
    """

    replies: list[Reply] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], str] | None = None
    models: Rows = field(default_factory=lambda: [{"id": "scripted", "max_model_len": 4096}])
    props: dict[str, Any] = field(default_factory=dict)
    loaded: Rows = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)
    native: Rows = field(default_factory=list)
    lm_studio: Rows = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    sent: str = ""
    hung_up: threading.Event = field(default_factory=threading.Event)
    base_url: str = ""

    def say(self, *texts: str) -> None:
        """Queue plain answers."""
        self.replies += [Reply(text) for text in texts]

    @property
    def prompts(self) -> list[str]:
        """The text of each request's messages."""
        return ["\n".join(m["content"] for m in r["messages"]) for r in self.requests]

    def next_reply(self, request: dict[str, Any]) -> Reply:
        """The next in the queue, else what `answer` makes of the request."""
        if self.replies:
            return self.replies.pop(0)
        return Reply(self.answer(request) if self.answer else "Nothing more is scripted.")


@contextmanager
def scripted_llm(**script: Any) -> Iterator[ScriptedLLM]:
    """Run the endpoint for the length of a test."""
    state = ScriptedLLM(**script)

    class Handler(_Handler):
        llm = state

    with serving(Handler) as port:
        state.base_url = f"http://127.0.0.1:{port}/v1"
        yield state


class _Handler(BaseHTTPRequestHandler):
    llm: ScriptedLLM

    def do_GET(self) -> None:
        self.llm.paths.append(self.path)
        self.llm.headers.append(dict(self.headers))
        known = {
            "/v1/models": {"data": self.llm.models},
            "/props": self.llm.props,
            "/api/ps": {"models": self.llm.loaded},
            "/api/v1/models": {"models": self.llm.native},
            "/api/v0/models": {"data": self.llm.lm_studio},
        }
        found = known.get(self.path)
        self._json(200 if found else 404, found or {"error": "not found"})

    def do_POST(self) -> None:
        self.llm.paths.append(self.path)
        self.llm.headers.append(dict(self.headers))
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            self._json(200 if self.llm.shown else 404, self.llm.shown)
            return
        self.llm.requests.append(request)
        reply = self.llm.next_reply(request)
        time.sleep(reply.delay)
        try:
            self._answer(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.llm.hung_up.set()

    def _answer(self, reply: Reply) -> None:
        if reply.status != 200:
            error = {"error": {"message": reply.error, "type": "scripted"}}
            self._json(reply.status, error, reply.headers)
        elif reply.body is not None:
            self._start("text/html", {"Content-Length": str(len(reply.body) + reply.missing)})
            self.wfile.write(reply.body)
        else:
            self._start("text/event-stream", {})
            self._stream(reply)

    def _stream(self, reply: Reply) -> None:
        pieces = [word + " " for word in reply.text.split(" ")]
        pieces[-1] = pieces[-1][:-1]
        self._chunk({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
        if reply.thoughts:
            self._chunk({"choices": [{"index": 0, "delta": {"reasoning_content": reply.thoughts}}]})
        for piece in pieces:
            self.llm.sent += piece
            self._chunk({"choices": [{"index": 0, "delta": {"content": piece}}]})
            time.sleep(reply.pause)
        for delta in reply.deltas:
            self._chunk({"choices": [{"index": 0, "delta": delta}]})
        if reply.finish:
            self._chunk({"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        if reply.usage:
            prompt, completion = reply.usage
            counts = {"prompt_tokens": prompt, "completion_tokens": completion}
            total = {"total_tokens": prompt + completion, **reply.counted}
            self._chunk({"choices": [], "usage": {**counts, **total}})
        self.wfile.write(b"data: [DONE]\n\n")

    def _chunk(self, fields: dict[str, Any]) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        self.wfile.write(b"data: " + json.dumps({**chunk, **fields}).encode() + b"\n\n")
        self.wfile.flush()

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def _start(self, kind: str, headers: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


KEY = "sk-very-secret-key"
ASK = [{"role": "user", "content": "Say something."}]


def chat_model(server: ScriptedLLM, *, retries: int = 2, **changes: Any) -> ChatModel:
    """A model at the scripted endpoint that does not wait between tries."""
    given = {"spec": "openai:scripted", "base_url": server.base_url, "api_key": KEY, **changes}
    model = build(LLMSettings(**given))
    assert model is not None
    model.retries = retries
    model.sleep = lambda seconds: None
    return model
