"""`reading-room models`: what could answer on this machine, and how to fetch more."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import load_settings
from app.surfaces.cli.options import (
    Home,
    Json,
    count_up,
    is_watched,
    one_line_errors,
    print_json,
    say,
)
from ingest.errors import InputError

if TYPE_CHECKING:
    from app.llm.discover import ModelFile, Recommended, Running

models = typer.Typer(rich_markup_mode=None)
GIGA = 1e9


@models.callback(invoke_without_command=True)
@one_line_errors
def show_models(context: typer.Context, home: Home = None, as_json: Json = False) -> None:
    """Show the models of this machine, and some worth fetching.

    Example: reading-room models --json
    """
    if context.invoked_subcommand:
        return
    from app.llm import discover

    settings = load_settings(home=home)
    given = [path for path in (settings.local_model, settings.models) if path]
    memory = discover.memory()
    found = list(discover.running(discover.PORTS))
    files = list(discover.model_files(given))
    rows = discover.recommended(memory)
    if as_json:
        print_json(
            {
                "memory": memory or None,
                "running": [asdict(row) for row in found],
                "files": [asdict(row) for row in files],
                "recommended": [asdict(row) for row in rows],
            }
        )
        return
    _show_running(found)
    _show_files(files)
    _show_recommended([row for row in rows if row.fits], memory)


@models.command()
@one_line_errors
def pull(
    name: Annotated[
        str, typer.Argument(help="A recommended one, or OWNER/REPOSITORY/FILE.gguf of the hub.")
    ],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Fetch a model from huggingface.co; called again it goes on where it stopped.

    Example: reading-room models pull qwen3-4b
    """
    from app.llm.pull import pull as fetch

    repo, file = _place(name)
    settings = load_settings(home=home)
    progress = _show_progress if is_watched(as_json) else lambda *_: None
    path = fetch(repo, file, settings.models, progress)
    if as_json:
        print_json({"path": str(path), "bytes": path.stat().st_size})
    else:
        say(f"{path}\nTo use it: READING_ROOM_LLM=local and READING_ROOM_LOCAL_MODEL={path}")


def _place(name: str) -> tuple[str, str]:
    """The repository and the file in it that a name stands for."""
    from app.llm.discover import recommended

    for row in recommended(0):
        if row.name == name:
            return row.repo, row.file
    owner, _, rest = name.partition("/")
    repo, _, file = rest.partition("/")
    if not (owner and repo and file.endswith(".gguf")) or ".." in Path(name).parts:
        hint = "`reading-room models` names some; else OWNER/REPOSITORY/FILE.gguf"
        raise InputError(f"no model {name!r}", hint=hint)
    return f"{owner}/{repo}", file


def _show_progress(done: int, total: int) -> None:
    count_up(f"{done / GIGA:.2f} of {total / GIGA:.2f} GB", done == total)


def _show_running(found: list[Running]) -> None:
    say("Running on this machine:" if found else "No server runs on this machine.")
    for server in found:
        say(f"  {server.program}, {server.base_url}: {', '.join(server.models) or 'no model'}")
    if found:
        say("  To use one: READING_ROOM_LLM=openai:MODEL and READING_ROOM_LLM_BASE_URL=ADDRESS")


def _show_files(files: list[ModelFile]) -> None:
    say("GGUF files:" if files else "No GGUF file was found.")
    for file in files:
        use = "writes answers" if file.writes else "chooses and shortens"
        say(f"  {file.path} ({file.bytes / GIGA:.1f} GB, {_size(file.parameters)}): {use}")
    if files:
        say("  To use one: READING_ROOM_LLM=local and READING_ROOM_LOCAL_MODEL=FILE")


def _show_recommended(rows: list[Recommended], memory: int) -> None:
    known = f" for {memory / GIGA:.0f} GB of memory" if memory else ""
    say(f"Recommended{known}, fetched by `reading-room models pull NAME`:" if rows else "")
    for row in rows:
        need = f"needs about {row.memory / GIGA:.0f} GB"
        say(f"  {row.name}: {_size(row.parameters)}, {need}, licence {row.licence}")


def _size(parameters: int) -> str:
    if parameters < GIGA:
        return f"{parameters / 1e6:.0f}M parameters"
    return f"{parameters / GIGA:.1f}B parameters"
