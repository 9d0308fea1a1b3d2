"""Events that can be stopped at any time, also while the next one is still being worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from app.answering.events import Event

# Seconds between two looks at the stop flag while no event comes.
_TICK = 0.05
# An event, what went wrong, or None: nothing more will come.
_Item = Event | Exception | None
_Ready = queue.SimpleQueue[_Item]


class Stop:
    """A reader's wish to stop one answer; abandoned: the reader does not want to see it either."""

    def __init__(self) -> None:
        self._flag = threading.Event()
        self.abandoned = False

    def set(self) -> None:
        """Stop."""
        self._flag.set()

    def abandon(self) -> None:
        """Stop, and forget what there is."""
        self.abandoned = True
        self.set()

    def __bool__(self) -> bool:
        return self._flag.is_set()


def batches(start: Callable[[], Iterator[Event]], stop: Stop) -> Iterator[list[Event]]:
    """Events in lists, as many as are ready at a time; ends at once when stop is set.

    The events are made in a thread of their own. After a stop that thread closes them as soon as it
    gets control back, which ends what stands behind them, such as a request to a model.

    Raises:
        Exception: what the events raised.
    """
    ready: _Ready = queue.SimpleQueue()
    threading.Thread(target=_pump, args=(start, stop, ready), daemon=True).start()
    try:
        while not stop:
            batch = _drain(ready)
            if events := [item for item in batch if isinstance(item, Event)]:
                yield events
            if batch and isinstance(batch[-1], Exception):
                raise batch[-1]
            if None in batch:
                return
    finally:
        stop.set()


def _drain(ready: _Ready) -> list[_Item]:
    batch: list[_Item] = []
    with suppress(queue.Empty):
        batch.append(ready.get(timeout=_TICK))
        while True:
            batch.append(ready.get_nowait())
    return batch


def _pump(start: Callable[[], Iterator[Event]], stop: Stop, ready: _Ready) -> None:
    try:
        events = start()
        try:
            for event in events:
                if stop:
                    break
                ready.put(event)
        finally:
            getattr(events, "close", lambda: None)()
        ready.put(None)
    except Exception as error:
        ready.put(error)
