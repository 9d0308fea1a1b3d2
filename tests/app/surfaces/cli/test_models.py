from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.llm import discover
from app.surfaces.cli import app
from tests.support.gguf_files import write_gguf
from tests.support.model_hub import FILE, REPO, model_hub
from tests.support.scripted_llm import scripted_llm


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["models", *words])


@pytest.fixture(autouse=True)
def no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "PORTS", {})


def test_what_is_there_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gguf(tmp_path / "home" / "models" / "mine.gguf", parameters=8_000_000_000)
    with scripted_llm(models=[{"id": "a:1b"}]) as server:
        port = int(server.base_url.split(":")[2].removesuffix("/v1"))
        monkeypatch.setattr(discover, "PORTS", {"Ollama": port})
        told = json.loads(run("--json").stdout)
        shown = run().stdout
    assert told["running"] == [
        {"program": "Ollama", "base_url": server.base_url, "models": ["a:1b"]}
    ]
    assert [f["writes"] for f in told["files"] if f["path"].endswith("mine.gguf")] == [True]
    assert {"name", "repo", "file", "parameters", "memory", "fits"} <= set(told["recommended"][0])
    assert f"Ollama, {server.base_url}: a:1b" in shown
    assert "mine.gguf (0.0 GB, 8.0B parameters): writes answers" in shown


def test_a_model_is_fetched_and_then_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with model_hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        shown = run("pull", f"{REPO}/{FILE}").stdout
        again = json.loads(run("pull", f"{REPO}/{FILE}", "--json").stdout)
    path = tmp_path / "home" / "models" / FILE
    assert again == {"path": str(path), "bytes": len(hub.content)}
    assert f"READING_ROOM_LOCAL_MODEL={path}" in shown


def test_a_recommended_one_goes_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    row = discover.recommended(0)[0]
    with model_hub(status=404) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        result = run("pull", row.name)
    assert hub.asked[0][1] == f"/{row.repo}/resolve/main/{row.file}"
    assert result.exit_code == 7
    assert result.stderr.startswith("error: The hub has no such file.")


@pytest.mark.parametrize("name", ["nonsense", "a/b", "a/b/c.txt", "a/b/../c.gguf", "/b/c.gguf"])
def test_a_name_that_is_none_is_said(name: str) -> None:
    result = run("pull", name)
    assert result.exit_code == 3
    assert "OWNER/REPOSITORY/FILE.gguf" in result.stderr
