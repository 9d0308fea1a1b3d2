from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.llm import discover, gguf
from app.llm.gguf_header import read_header
from tests.support.gguf_files import write_gguf
from tests.support.model_hub import model_hub
from tests.support.scripted_llm import scripted_llm

EIGHT = 8_000_000_000


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "user")
    monkeypatch.setattr(gguf, "PACKAGE", "no_such_model_package")
    monkeypatch.setenv("LLAMA_CACHE", str(tmp_path / "llama"))
    for name in ("HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)


def test_servers_are_found_on_their_ports() -> None:
    with scripted_llm() as closed:
        pass
    with scripted_llm(models=[{"id": "a:1b"}, {"id": "b:8b"}]) as full, scripted_llm() as empty:
        empty.models = []
        servers = {"Ollama": full, "LM Studio": empty, "vLLM": closed}
        ports = {name: urlsplit(one.base_url).port or 0 for name, one in servers.items()}
        ollama, studio = discover.running(ports)
        assert (ollama.program, ollama.base_url) == ("Ollama", full.base_url)
        assert ollama.models == ("a:1b", "b:8b")
        assert studio.models == ()


def test_another_program_on_a_port_is_no_server() -> None:
    with model_hub(ranges=False) as other:
        assert list(discover.running({"vLLM": urlsplit(other.url).port or 0})) == []


def test_files_are_found_where_programs_keep_them(tmp_path: Path) -> None:
    user, own = tmp_path / "user", tmp_path / "home" / "models"
    hub = user / ".cache" / "huggingface" / "hub" / "models--moss--Moss" / "snapshots" / "1"
    mine = write_gguf(own / "mine.gguf", parameters=EIGHT, window=32_768)
    small = write_gguf(hub / "small.gguf", parameters=500_000_000)
    (hub / "again.gguf").symlink_to(small)
    write_gguf(hub / "mmproj.gguf", parameters=EIGHT, architecture="clip")
    (hub / "broken.gguf").write_bytes(b"GGUF")
    for n in (1, 2):
        write_gguf(tmp_path / "llama" / f"split-70b-0000{n}-of-00002.gguf", parameters=EIGHT)
    studio = write_gguf(user / ".lmstudio" / "models" / "a" / "b.gguf", parameters=EIGHT)
    found = {file.path: file for file in discover.model_files([mine, own])}
    assert len(found) == 4
    assert (found[str(mine)].parameters, found[str(mine)].window) == (EIGHT, 32_768)
    assert found[str(mine)].writes
    (chooser,) = [file for file in found.values() if not file.writes]
    assert Path(chooser.path).resolve() == small.resolve()
    assert 70_000_000_000 in [file.parameters for file in found.values()]
    assert str(studio) in found


def test_a_header_that_is_cut_off_is_none(tmp_path: Path) -> None:
    whole = write_gguf(tmp_path / "m.gguf", parameters=EIGHT)
    content = whole.read_bytes()
    assert read_header(whole) is not None
    for length in range(len(content) - 12):  # what follows the shape of the last tensor is not read
        whole.write_bytes(content[:length])
        assert read_header(whole) is None, length
    whole.write_bytes(content[:24] + b"\xff" * 8 + content[32:])
    assert read_header(whole) is None


def test_what_is_recommended_fits_and_can_write() -> None:
    for gigabytes, fits in ((2, False), (64, True), (0, True)):
        rows = discover.recommended(gigabytes * 10**9)
        assert {row.fits for row in rows} == {fits}
    assert all(row.parameters >= 3e9 and row.file.endswith(".gguf") for row in rows)
    assert len({row.name for row in rows}) == len(rows)
