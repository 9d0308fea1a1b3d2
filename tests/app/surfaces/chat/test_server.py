"""Where the chat listens, to whom it answers, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.surfaces.chat.page import run_chat
from app.surfaces.chat.server import is_loopback, listen, url_of
from ingest.errors import SettingsError
from tests.support.scripted_room import ScriptedRoom
from tests.support.served_chat import served_chat

ROOT = Path(__file__).resolve().parents[4]
SCRIPT = """
import sys, pathlib
from tests.support.scripted_room import ScriptedRoom
from app.surfaces.chat.page import run_chat
run_chat(ScriptedRoom(pathlib.Path(sys.argv[1])), port=0, open_browser=False)
"""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])
def test_loopback_addresses(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "reading.example", ""])
def test_addresses_that_others_can_reach(host):
    assert not is_loopback(host)


def test_others_are_not_let_in_without_a_password(tmp_path):
    with pytest.raises(SettingsError, match="no password is set") as caught:
        run_chat(ScriptedRoom(tmp_path), "0.0.0.0", 0, open_browser=False)
    assert "READING_ROOM_PASSWORD" in caught.value.hint


def test_with_a_password_it_may_listen_to_others():
    with listen("0.0.0.0", 0, "secret") as bound:
        assert url_of(bound).startswith("http://127.0.0.1:")


def test_a_port_in_use_is_one_clear_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port}: address already in") as caught:
            run_chat(ScriptedRoom(tmp_path), "127.0.0.1", port, open_browser=False)
    assert "--port" in caught.value.hint


def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(SettingsError, match="cannot listen on 203"):
        listen("203.0.113.7", 0, "secret")


def test_the_page_may_load_nothing_from_elsewhere_and_knows_its_name(tmp_path):
    with served_chat(ScriptedRoom(tmp_path)) as url:
        page = httpx.get(url)
        stranger = httpx.get(url, headers={"host": "rebound.example"})
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert stranger.status_code == 421


def test_a_password_keeps_the_list_closed(tmp_path):
    with (
        served_chat(ScriptedRoom(tmp_path), password="open sesame") as url,
        httpx.Client() as guest,
    ):
        assert "Sparse autoencoders" not in guest.get(url).text
        assert guest.get(f"{url}/config").status_code == 401
        wrong = guest.post(f"{url}/login", data={"username": "a", "password": "wrong"})
        assert wrong.status_code == 400
        right = guest.post(f"{url}/login", data={"username": "a", "password": "open sesame"})
        assert right.status_code == 200
        assert guest.get(f"{url}/config").status_code == 200


def test_importing_the_chat_does_not_load_the_web_framework():
    code = "import app.surfaces.chat.page, sys; print({'gradio', 'fastapi'} & set(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "set()"


def test_it_says_where_it_is_and_ends_at_ctrl_c(tmp_path):
    started = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        first = started.stdout.readline()
        assert first.startswith("Reading Room is ready at http://127.0.0.1:")
        url = first.split()[-1]
        assert httpx.get(url).status_code == 200
        # An open page holds this connection.
        with httpx.stream("GET", f"{url}/gradio_api/heartbeat/page") as page:
            next(page.iter_text())
            started.send_signal(signal.SIGINT)
            rest, errors = started.communicate(timeout=20)
    finally:
        started.kill()
    assert (rest, errors, started.returncode) == ("", "", 0)
