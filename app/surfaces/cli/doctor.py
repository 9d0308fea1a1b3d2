"""`reading-room doctor`: the settings in force, where each is from, whether each part works."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from app.settings import Settings, load_settings, masked
from app.surfaces.cli.options import Home, Json, Llm, note, one_line_errors, print_json, say
from ingest.errors import ReadingRoomError
from ingest.text import counted


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """A setting, its value (secrets masked) and where it comes from."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Check:
    """One part and whether it works; hint says what to do if not."""

    part: str
    ok: bool
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    settings: tuple[SettingInForce, ...]
    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether every check passed."""
        return all(check.ok for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {**asdict(self), "healthy": self.healthy}


@one_line_errors
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make store and snapshot whole, each from the other.")
    ] = False,
    home: Home = None,
    llm: Llm = None,
    as_json: Json = False,
) -> None:
    """Show the settings in force and check each part, with a fix for what fails.

    Example: reading-room doctor --repair
    """
    from app.library.changes import repair as repair_home

    settings = load_settings(home=home, llm=llm)
    if repair:
        papers, was_damaged = repair_home(settings)
        state = "was damaged and is restored" if was_damaged else "is whole"
        note(f"{counted(papers, 'paper')}; the store {state}; the index was checked")
    report = examine(settings, flags={"home": home, "llm": llm})
    if as_json:
        print_json(report.to_dict())
    else:
        show_examination(report)
    if not report.healthy:
        raise typer.Exit(7)


def examine(settings: Settings, flags: Mapping[str, object]) -> Report:
    """Look at everything; never raises for what it finds."""
    checks = (
        _check("data folder", lambda: _home(settings)),
        _check("embedder", lambda: _embedder(settings)),
        _check("store", lambda: _store(settings)),
        _check("index", lambda: _index(settings)),
        _check("answers", lambda: _answers(settings)),
    )
    return Report(tuple(_settings(settings, flags)), checks)


def show_examination(report: Report) -> None:
    """The report for people."""
    width = max(len(item.name) for item in report.settings)
    for item in report.settings:
        say(f"{item.name:<{width}}  {item.value}  [{item.origin}]")
    say("")
    for check in report.checks:
        say(f"{'ok  ' if check.ok else 'FAIL'}  {check.part}: {check.detail}")
        if check.hint:
            say(f"      hint: {check.hint}")


def _settings(settings: Settings, flags: Mapping[str, object]) -> list[SettingInForce]:
    in_file = _env_file_names(Path(str(settings.model_config.get("env_file"))))
    # Settings are read without regard to case.
    given = {variable.upper() for variable in os.environ}
    rows = []
    for name in type(settings).model_fields:
        variable = f"READING_ROOM_{name.upper()}"
        if flags.get(name) is not None:
            origin = "flag"
        elif variable in given:
            origin = "environment"
        elif variable in in_file:
            origin = ".env"
        else:
            origin = "default"
        rows.append(SettingInForce(variable, str(masked(getattr(settings, name))), origin))
    return rows


def _env_file_names(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    from dotenv import dotenv_values

    return {name.upper() for name in dotenv_values(path)}


def _check(part: str, look: Callable[[], str]) -> Check:
    try:
        return Check(part, True, look())
    except ReadingRoomError as error:
        return Check(part, False, error.message, error.hint)
    except Exception as error:
        return Check(part, False, f"{type(error).__name__}: {error}")


def _home(settings: Settings) -> str:
    from app.library.home import check_writable

    check_writable(settings.home)
    return f"{settings.home} is writable"


def _embedder(settings: Settings) -> str:
    from ingest.index.embedding import make_embedder

    embedder = make_embedder(settings.embedder, settings.embedder_base_url)
    rows = embedder.encode(["a test"])
    return f"{embedder.name}, {rows.shape[1]} dimensions"


def _store(settings: Settings) -> str:
    from app.library.changes import survey

    papers, chunks = survey(settings)
    return f"{papers} papers, {chunks} chunks, all of them whole"


def _index(settings: Settings) -> str:
    from ingest.index.snapshot import Index

    index = Index.open(settings.home, settings.fingerprint())
    return (
        f"{counted(index.papers_count, 'paper')}, {counted(index.chunks_count, 'chunk')}, "
        f"fingerprint {index.fingerprint}, generation {index.generation}"
    )


def _answers(settings: Settings) -> str:
    from app.answering.generators.factory import Models

    models = Models(settings)
    if models.extractive:
        return models.line
    try:
        model = models.chat_model()
        model.complete([{"role": "user", "content": "Say yes."}], max_tokens=8)
        told = f"{models.line}; window of {model.context_window} tokens. {model.window_note}"
        return told.rstrip(". ")
    finally:
        models.close()
