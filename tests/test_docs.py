"""The README is true: its commands run, its tables match the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [line for block in SHELL for line in block.splitlines() if line.strip()]


def commands():
    return [line for line in LINES if line.startswith("reading-room ")]


@pytest.mark.parametrize("line", commands())
def test_commands_of_the_readme_run(line, seeded_home, seeds, tmp_path, monkeypatch):
    from app.surfaces.cli import app

    if " ingest" in line:  # writes, so not into the shared home
        monkeypatch.setenv("READING_ROOM_HOME", str(tmp_path / "home"))
        monkeypatch.chdir(ROOT)
    else:
        monkeypatch.setenv("READING_ROOM_HOME", str(seeded_home))
    result = CliRunner().invoke(app, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_programs_of_the_readme_run(code, seeded_home, monkeypatch, capsys):
    monkeypatch.setenv("READING_ROOM_HOME", str(seeded_home))
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_every_other_command_is_a_make_target():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    rest = [line for line in LINES if not line.startswith("reading-room ")]
    assert rest
    for line in rest:
        program, target, *_ = line.split()
        assert program == "make"
        assert target in targets


def test_the_settings_table_is_the_code():
    from tests.support.readme import replace_section, settings_table

    assert replace_section(README, "settings", settings_table()) == README
    assert settings_table() in README


def test_every_setting_named_in_the_readme_exists():
    from app.settings import Settings

    known = {f"READING_ROOM_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"READING_ROOM_[A-Z_]+", README)) - known - {"READING_ROOM_"} == set()


def test_linked_files_exist():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_help_of_every_command_has_an_example():
    from app.surfaces.cli import app

    groups = [group.typer_instance for group in app.registered_groups]
    callbacks = [group.registered_callback for group in groups]
    commands = [command for part in (app, *groups) for command in part.registered_commands]
    for command in (*commands, *callbacks):
        assert "Example: reading-room" in (command.callback.__doc__ or ""), command.callback
