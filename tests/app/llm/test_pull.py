from __future__ import annotations

import hashlib
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from app.errors import PullFailed
from app.llm.pull import pull
from tests.support.model_hub import FILE, REPO, Hub, model_hub

Told = list[tuple[int, int]]


def fetch(
    hub: Hub, folder: Path, monkeypatch: pytest.MonkeyPatch, told: Told | None = None
) -> Path:
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    return pull(REPO, FILE, folder, lambda *row: (told if told is not None else []).append(row))


@pytest.mark.parametrize("faults", [{}, {"moved": True}, {"ranges": False}])
def test_a_file_is_fetched_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: dict[str, Any]
) -> None:
    told: Told = []
    with model_hub(**faults) as hub:
        path = fetch(hub, tmp_path / "models", monkeypatch, told)
        assert path.read_bytes() == hub.content
        assert [p.name for p in path.parent.iterdir()] == [FILE]
        assert told[-1] == (len(hub.content), len(hub.content))
        assert hub.asked[0][1] == f"/{REPO}/resolve/main/{FILE}"
        assert fetch(hub, tmp_path / "models", monkeypatch) == path
        assert len(hub.sent) == 1


def test_a_cut_connection_goes_on_where_it_broke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_hub(cut=40_000) as hub:
        assert fetch(hub, tmp_path, monkeypatch).read_bytes() == hub.content
        assert hub.sent == ["bytes=0-", "bytes=40000-", "bytes=80000-"]


def test_what_came_is_kept_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_hub(cut=5000) as hub:
        with pytest.raises(PullFailed, match="broke off") as caught:
            fetch(hub, tmp_path, monkeypatch)
        assert "goes on" in caught.value.hint
        assert not (tmp_path / FILE).exists()
        hub.cut = None
        assert fetch(hub, tmp_path, monkeypatch).read_bytes() == hub.content
        assert hub.sent[-1] == "bytes=20000-"


def test_a_server_that_starts_anew_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_hub(ranges=False) as hub:
        part(hub, tmp_path).write_bytes(b"GGUF and more")
        assert fetch(hub, tmp_path, monkeypatch).read_bytes() == hub.content


def test_a_part_that_is_too_long_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_hub() as hub:
        part(hub, tmp_path).write_bytes(hub.content + b"more")
        assert fetch(hub, tmp_path, monkeypatch).read_bytes() == hub.content
        assert hub.sent[-1] == "bytes=0-"


def part(hub: Hub, folder: Path) -> Path:
    return folder / f"{hashlib.sha256(hub.content).hexdigest()}.part"


def test_wrong_bytes_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_hub(checksum="0" * 64) as hub, pytest.raises(PullFailed, match="checksum"):
        fetch(hub, tmp_path, monkeypatch)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"status": 404}, "no such file"),
        ({"status": 401}, "no such repository"),
        ({"status": 403}, "consent"),
        ({"status": 429}, "429"),
        ({"status": 503}, "503"),
        ({"checksum": None}, "no checksum"),
        ({"away": "http://192.0.2.1/bytes"}, "without HTTPS"),
    ],
)
def test_what_the_hub_refuses_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: dict[str, Any], said: str
) -> None:
    with model_hub(**faults) as hub, pytest.raises(PullFailed, match=said) as caught:
        fetch(hub, tmp_path, monkeypatch)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_hub_that_is_away_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_hub() as hub:
        pass
    with pytest.raises(PullFailed, match="cannot be reached"):
        fetch(hub, tmp_path, monkeypatch)


def test_too_little_space_is_said_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "free")(100)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with model_hub() as hub:
        with pytest.raises(PullFailed, match="No space left"):
            fetch(hub, tmp_path, monkeypatch)
        assert hub.sent == []
