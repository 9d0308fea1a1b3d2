"""Events come in batches, and can be stopped at any time."""

from __future__ import annotations

import threading
import time

import pytest

from app.answering.events import Stage
from app.surfaces.chat.streaming import Stop, batches


def test_events_arrive_in_order_and_end(room):
    events = [event for batch in batches(lambda: room.ask("q"), Stop()) for event in batch]
    assert [type(e).__name__ for e in events] == [
        "Stage", "Delta", "BlockStarted", "SentenceChecked", "SentenceChecked", "Notice", "Done",
    ]  # fmt: skip


def test_stopping_ends_the_stream_and_closes_what_is_behind_it(room):
    stop = Stop()
    for batch in batches(lambda: room.ask("slow"), stop):
        assert batch
        stop.set()
    assert eventually(lambda: room.closed == 1)


def test_a_stop_does_not_wait_for_the_next_event():
    release = threading.Event()

    def stuck():
        yield Stage("searching")
        release.wait(20)

    stop = Stop()
    stream = batches(stuck, stop)
    next(stream)
    threading.Timer(0.1, stop.set).start()
    assert list(stream) == []
    assert not release.is_set()
    release.set()


def test_leaving_the_stream_stops_it(room):
    stream = batches(lambda: room.ask("slow"), Stop())
    next(stream)
    stream.close()
    assert eventually(lambda: room.closed == 1)


def test_an_error_behind_the_stream_reaches_its_reader():
    def broken():
        yield Stage("searching")
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(batches(broken, Stop()))


def eventually(condition) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.02)
    return False
