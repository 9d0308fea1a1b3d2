"""What all commands share: flags, one-line errors, JSON on standard output."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TextIO, TypeVar

import typer

from app.surfaces.render.words import as_json
from ingest.errors import InputError, ReadingRoomError
from ingest.text import clean_text

P = ParamSpec("P")
R = TypeVar("R")

Home = Annotated[
    Path | None, typer.Option("--home", help="Data folder [READING_ROOM_HOME].", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Llm = Annotated[
    str | None,
    typer.Option("--llm", help="auto, extractive, local, openai:MODEL or package.module:Class."),
]
RetrieverName = Annotated[
    str | None, typer.Option("--retriever", help="hybrid, dense, bm25 or rrf.", show_default=False)
]
Reranker = Annotated[
    str | None,
    typer.Option("--reranker", help="late-interaction, none, fastembed:MODEL or llm."),
]
Year = Annotated[str | None, typer.Option("--year", help="A-B, A-, -B or A.", show_default=False)]
Author = Annotated[list[str] | None, typer.Option("--author", help="Part of a name.")]
Tag = Annotated[list[str] | None, typer.Option("--tag", help="A tag.")]
Source = Annotated[list[str] | None, typer.Option("--source", help="A file name.")]

_state = {"debug": False}


def set_debug(on: bool) -> None:
    """Let errors show their traceback."""
    _state["debug"] = on


def one_line_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn errors into one line on standard error, a hint and the error's exit code."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ReadingRoomError as error:
            if _state["debug"]:
                raise
            complain(error.message, error.hint)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # The reader of our output left (`| head`); nothing more can be said to it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            if _state["debug"] or _is_usage_error(error):
                raise
            complain(
                f"internal error: {type(error).__name__}: {_first_line(error)}",
                "run again with `reading-room --debug ...` and report what it shows",
            )
            raise typer.Exit(1) from None

    return run


def write_file(path: Path, data: bytes) -> None:
    """What was asked for as a file.

    Raises:
        InputError: it cannot be written there.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"cannot write {path}: {error.strerror}", hint="name a folder that exists"
        ) from error


def say(text: str, *, to: TextIO | None = None, flush: bool = False) -> None:
    """Text for people, on standard output by default.

    Names of files, records and models may hold what a terminal would obey; none of it gets there.
    """
    print(clean_text(text), file=to, flush=flush)


def complain(message: str, hint: str = "") -> None:
    """One line on standard error, and what to do about it."""
    say(f"error: {' '.join(message.split())}", to=sys.stderr)
    if hint:
        say(f"hint: {hint}", to=sys.stderr)


def note(message: str) -> None:
    """Something to know, on standard error so that results stay clean."""
    say(f"note: {' '.join(message.split())}", to=sys.stderr)


def is_watched(as_json: bool) -> bool:
    """Whether a counter on standard error has somebody who looks at it."""
    return not as_json and sys.stderr.isatty()


def count_up(text: str, is_last: bool) -> None:
    """A line on standard error that the next one takes the place of."""
    print(f"\r{text}", end="\n" if is_last else "", file=sys.stderr)


def print_json(value: Any) -> None:
    """The one JSON object of a `--json` run."""
    print(as_json(value))


def _is_usage_error(error: Exception) -> bool:
    return hasattr(error, "exit_code") and type(error).__module__.split(".")[0] in (
        "click",
        "typer",
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:300] if text else "no message"
