"""Events that can be stopped at any time, also while the next one is still being worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from app.answering.events import Event

# Seconds between two looks at the stop flag; also the shortest time between two redraws.
_TICK = 0.05


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


class _End:
    """Nothing more will come; error is what went wrong, if anything did."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error


def batches(start: Callable[[], Iterator[Event]], stop: Stop) -> Iterator[list[Event]]:
    """Events in lists, as many as are ready at a time; ends at once when stop is set.

    The events are made in a thread of their own. After a stop that thread closes them as soon as it
    gets control back, which ends what stands behind them, such as a request to a model.

    Raises:
        Exception: what the events raised.
    """
    ready: queue.SimpleQueue[Event | _End] = queue.SimpleQueue()
    threading.Thread(target=_pump, args=(start, stop, ready), daemon=True).start()
    try:
        while not stop:
            batch = _drain(ready)
            events = [item for item in batch if not isinstance(item, _End)]
            if events:
                yield events
            if batch and isinstance(batch[-1], _End):
                if batch[-1].error is not None:
                    raise batch[-1].error
                return
    finally:
        stop.set()


def _drain(ready: queue.SimpleQueue[Event | _End]) -> list[Event | _End]:
    batch: list[Event | _End] = []
    with suppress(queue.Empty):
        batch.append(ready.get(timeout=_TICK))
        while True:
            batch.append(ready.get_nowait())
    return batch


def _pump(
    start: Callable[[], Iterator[Event]], stop: Stop, ready: queue.SimpleQueue[Event | _End]
) -> None:
    try:
        events = start()
        try:
            for event in events:
                if stop:
                    break
                ready.put(event)
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
    except Exception as error:
        ready.put(_End(error))
    else:
        ready.put(_End())
