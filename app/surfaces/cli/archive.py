"""The commands that take a library elsewhere and bring it back: export, backup, restore."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.settings import load_settings
from app.surfaces.cli.options import Home, Json, one_line_errors, print_json, write_file
from app.surfaces.render.export import Format


@one_line_errors
def export(
    form: Annotated[Format, typer.Option("--format", help="What other programs read.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File; default: standard output.")
    ] = None,
    home: Home = None,
) -> None:
    """Write the list for other programs.

    Example: reading-room export --format bibtex -o list.bib
    """
    from app.surfaces.render.export import FORMATS
    from app.wiring import open_room

    with open_room(load_settings(home=home)) as room:
        text = FORMATS[form](room.papers())
    if output is None:
        sys.stdout.write(text)
        return
    write_file(output, text.encode())


@one_line_errors
def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write, such as list.tar.gz.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Keep the whole library in one file.

    Example: reading-room backup list.tar.gz
    """
    from app.library.backup import back_up

    papers = back_up(load_settings(home=home), file)
    if as_json:
        print_json({"file": str(file), "papers": papers, "bytes": file.stat().st_size})
    else:
        print(f"{papers} papers kept in {file}")


@one_line_errors
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `backup` wrote.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make the library what a backup holds; what is there now is kept beside it.

    Example: reading-room restore list.tar.gz
    """
    from app.library import backup

    papers, kept = backup.restore(load_settings(home=home), file)
    if as_json:
        print_json({"papers": papers, "kept": str(kept) if kept else None})
    else:
        print(f"{papers} papers restored" + (f"; the library before is in {kept}" if kept else ""))
