"""A scripted room and what it answers."""

from __future__ import annotations

import pytest

from tests.support.scripted_room import ScriptedRoom


@pytest.fixture
def room(tmp_path):
    return ScriptedRoom(tmp_path)
