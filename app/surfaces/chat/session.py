"""What happens in the chat tab: a question streams in, is stopped, asked again, cleared."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.surfaces.chat.streaming import Stop, batches
from app.surfaces.conversation import Conversation, Exchange, Listener, cited_sources, history
from app.surfaces.render.answer import answer_html, question_html, sources_html, turn_sources_html
from app.surfaces.render.html import escape
from app.surfaces.render.markdown import to_markdown, to_text
from app.surfaces.render.words import problem
from ingest.errors import ReadingRoomError
from ingest.text import counted

if TYPE_CHECKING:
    from app.wiring import Room

LONGEST_QUESTION = 4000
_log = logging.getLogger(__name__)

# New values and properties by component.
Update = dict[Any, Any]


@dataclass(frozen=True)
class Parts:
    """The components of the tab that change."""

    chat: Any
    box: Any
    ask: Any
    stop: Any
    retry: Any
    clear: Any
    copy: Any
    save: Any
    sources: Any
    status: Any
    conversation: Any  # Conversation of this page
    stopping: Any  # Stop of the answer under way in this page
    clip: Any  # the last answer as plain text, for the clipboard
    file: Any  # the conversation as Markdown, for saving


class Chat:
    """What happens in the tab. Holds no conversation: each handler is given its page's own."""

    def __init__(self, room: Room, parts: Parts) -> None:
        self._room = room
        self._parts = parts

    def ask(self, question: str, before: Conversation) -> Iterator[Update]:
        """Stream the answer to a question into the page."""
        asked = question.strip()[:LONGEST_QUESTION]
        if not asked:
            yield {self._parts.box: ""}
            return
        stop = Stop()
        listener = Listener(asked)
        page = _Page(self._parts, self._room, before)
        yield {**page.with_(listener.now()), **self._begin(stop)}
        try:
            for events in batches(lambda: self._room.ask(asked, history(before)), stop):
                listener.take(events)
                yield page.with_(listener.now())
            if listener.now().answer is None:
                listener.note("Stopped.")
        except ReadingRoomError as error:
            listener.note(problem(error))
        except Exception:
            _log.exception("the question could not be answered")
            listener.note("Something went wrong here; the terminal shows what.")
        finally:
            stop.set()
        if stop.abandoned:
            # The page was cleared meanwhile: the last word must not bring the answer back.
            yield self._empty()
        else:
            last = listener.now(running=False)
            yield {**page.with_(last), **self._end(last)}

    def ask_example(self, before: Conversation, event: Any) -> Iterator[Update]:
        """Ask the example that was chosen."""
        yield from self.ask(str(event.value["text"]), before)

    def again(self, conversation: Conversation) -> Iterator[Update]:
        """Ask the last question once more, in place of its answer."""
        if conversation:
            yield from self.ask(conversation[-1].question, conversation[:-1])
        else:
            yield {}

    def clear(self, stopping: Stop | None) -> Update:
        """An empty page; an answer under way is stopped."""
        if stopping is not None:
            stopping.abandon()
        return self._empty()

    def stop(self, stopping: Stop | None) -> None:
        """Stop the answer under way."""
        if stopping is not None:
            stopping.set()

    def markdown(self, conversation: Conversation) -> str:
        """The conversation for saving."""
        return to_markdown(conversation, self._room.paper, self._room.model_line)

    def _begin(self, stop: Stop) -> Update:
        return {
            **self._buttons(running=True, any_turn=True),
            self._parts.box: "",
            self._parts.stopping: stop,
            self._parts.status: status_html("Looking for an answer"),
        }

    def _end(self, last: Exchange) -> Update:
        cited = len(cited_sources(last))
        said = f"Answered with {counted(cited, 'source')}" if cited else "Answered"
        return {
            **self._buttons(running=False, any_turn=True),
            self._parts.stopping: None,
            self._parts.status: status_html(said),
            self._parts.clip: to_text(last),
        }

    def _empty(self) -> Update:
        return {
            self._parts.chat: [],
            self._parts.sources: sources_html(""),
            self._parts.conversation: (),
            **self._buttons(running=False, any_turn=False),
            self._parts.stopping: None,
            self._parts.status: status_html(""),
            self._parts.clip: "",
        }

    def _buttons(self, *, running: bool, any_turn: bool) -> Update:
        import gradio as gr

        parts = self._parts
        rested = any_turn and not running
        return {
            parts.ask: gr.update(visible=not running),
            parts.stop: gr.update(visible=running),
            **{
                button: gr.update(interactive=rested)
                for button in (parts.retry, parts.copy, parts.save)
            },
            parts.clear: gr.update(interactive=any_turn),
        }


class _Page:
    """A conversation as it is shown; what was answered earlier is rendered only once."""

    def __init__(self, parts: Parts, room: Room, before: Conversation) -> None:
        self._parts = parts
        self._room = room
        self._before = before
        self._messages = [m for turn, e in enumerate(before, 1) for m in messages(e, turn)]
        turns = reversed(list(enumerate(before, 1)))
        self._sources = "".join(turn_sources_html(e, turn, room.paper) for turn, e in turns)

    def with_(self, exchange: Exchange) -> Update:
        """The page with this exchange at its end."""
        turn = len(self._before) + 1
        newest = turn_sources_html(exchange, turn, self._room.paper, unfolded=True)
        return {
            self._parts.chat: [*self._messages, *messages(exchange, turn)],
            self._parts.sources: sources_html(
                newest + self._sources, newest_cites=bool(newest) or exchange.running
            ),
            self._parts.conversation: (*self._before, exchange),
        }


def messages(exchange: Exchange, turn: int) -> list[dict[str, str]]:
    """An exchange as the chatbot shows it: escaped HTML only. turn: counted from 1."""
    return [
        {"role": "user", "content": question_html(exchange.question)},
        {"role": "assistant", "content": answer_html(exchange, turn)},
    ]


def status_html(text: str) -> str:
    """For screen readers: how the answer stands."""
    return f'<div role="status" aria-live="polite" class="rr-status">{escape(text)}</div>'
