"""`reading-room`: the command line. Each command is thin; the work is in `app.wiring`'s Room."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from app.errors import ContextTooLong, LLMUnavailable
from app.settings import load_settings
from app.surfaces.cli.archive import backup, export, restore
from app.surfaces.cli.chat import chat
from app.surfaces.cli.check import check
from app.surfaces.cli.doctor import doctor
from app.surfaces.cli.enrich import enrich
from app.surfaces.cli.library import ingest, list_papers, remove, show, undo
from app.surfaces.cli.measure import bench, evaluate
from app.surfaces.cli.models import models
from app.surfaces.cli.options import (
    Author,
    Home,
    Json,
    Llm,
    Reranker,
    RetrieverName,
    Source,
    Tag,
    Year,
    complain,
    note,
    one_line_errors,
    print_json,
    say,
    set_debug,
    write_file,
)
from app.surfaces.cli.output import Sort
from app.surfaces.cli.tags import tag, untag
from ingest.errors import InputError
from ingest.text import clean_field

app = typer.Typer(
    name="reading-room",
    help="Chat with your reading list: every sentence of an answer carries a checked citation.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"reading-room {version('reading-room')}")
        raise typer.Exit


@app.callback()
def _global(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    set_debug(debug)


@app.command()
@one_line_errors
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    history: Annotated[
        Path | None,
        typer.Option("--history", help="JSON list of earlier turns, {role, content}."),
    ] = None,
    year: Year = None,
    author: Author = None,
    tag: Tag = None,
    source: Source = None,
    llm: Llm = None,
    retriever: RetrieverName = None,
    reranker: Reranker = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Answer a question from the records, or from those that pass the filters, each sentence cited.

    Example: reading-room ask "How do transformers learn implicit reasoning?" --json
    """
    from app.surfaces.cli.output import make_filters, read_history, show_answer
    from app.wiring import open_room

    if not question.strip():
        raise InputError("the question is empty", hint='reading-room ask "What is grokking?"')
    turns, filters = read_history(history), make_filters(year, author, tag, source)
    settings = load_settings(home=home, llm=llm, retriever=retriever, reranker=reranker)
    with open_room(settings) as room:
        answer = show_answer(room.ask(question, turns, filters), quiet=as_json)
    if as_json:
        print_json(answer.to_dict())


@app.command()
@one_line_errors
def find(
    query: Annotated[
        str, typer.Argument(help="Words or a question; may be empty with --like.")
    ] = "",
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many papers.")] = 10,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page of k papers.")] = 1,
    year: Year = None,
    author: Author = None,
    tag: Tag = None,
    source: Source = None,
    like: Annotated[
        list[str] | None, typer.Option("--like", help="More like this paper id.")
    ] = None,
    unlike: Annotated[list[str] | None, typer.Option("--unlike", help="But not like this.")] = None,
    sort: Annotated[Sort, typer.Option("--sort", help="Order on the page.")] = "score",
    retriever: RetrieverName = None,
    reranker: Reranker = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Find papers: hybrid search, filters, more like this.

    Example: reading-room find "sparse autoencoders" -k 5 --year 2023-2025
    """
    from app.surfaces.cli.output import found, make_filters, show_found, sorted_hits
    from app.wiring import open_room

    query = clean_field(query)
    if not any(map(str.isalnum, query)) and not like:
        raise InputError("nothing to look for", hint="give a query, or --like PAPER_ID")
    with open_room(load_settings(home=home, retriever=retriever, reranker=reranker)) as room:
        filters = make_filters(year, author, tag, source)
        asked, hits, weak_from = room.look_up(query, k * page, filters, like or (), unlike or ())
    if asked != query:
        note(f"looked for: {asked}")
    hits = sorted_hits(hits[k * (page - 1) :], sort)
    if as_json:
        print_json(found(hits, asked, weak_from))
    else:
        show_found(hits, asked, k * (page - 1) + 1, weak_from if sort == "score" else None)


@app.command()
@one_line_errors
def themes(
    n: Annotated[int | None, typer.Option("-n", min=1, help="How many themes.")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Write the map as .svg or .png.")
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print a themed, annotated bibliography.")
    ] = False,
    llm: Llm = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What the whole list is about: themes, labels, cited summaries, a map.

    Example: reading-room themes --plot map.svg
    """
    from app.surfaces.cli.output import show_themes
    from app.surfaces.render.markdown import themes_markdown
    from app.themes.plot import DRAWN
    from app.wiring import open_room

    draw = DRAWN.get(plot.suffix.lower()) if plot is not None else None
    if plot is not None and draw is None:
        raise typer.BadParameter(f"{plot} ends neither in .svg nor in .png", param_hint="--plot")
    with open_room(load_settings(home=home, llm=llm)) as room:
        try:
            found_themes = room.retold_themes(n)
        except (LLMUnavailable, ContextTooLong) as error:
            note(f"{error.message} Named and summarised from the records instead.")
            found_themes = room.themes(n)
    if plot is not None and draw is not None:
        write_file(plot, draw(found_themes))
        note(f"map written to {plot}")
    if as_json:
        print_json(found_themes.to_dict())
    elif markdown:
        say(themes_markdown(found_themes))
    else:
        show_themes(found_themes)


for command in (
    chat, doctor, ingest, enrich, list_papers, show, remove, tag, untag, undo, export, backup, restore,
    bench, check,
):  # fmt: skip
    app.command("list" if command is list_papers else command.__name__)(command)
app.command("eval")(evaluate)
app.add_typer(models, name="models")


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except UnicodeEncodeError as error:
        complain(
            f"the terminal cannot show {error.object[error.start : error.end]!r}",
            "set PYTHONIOENCODING=utf-8",
        )
        sys.exit(1)
