"""The command that fills in the papers of the library from catalogues and services."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.enrichment.services import ServiceName
from app.errors import ServiceUnavailable
from app.settings import load_settings
from app.surfaces.cli.options import (
    Home,
    Json,
    complain,
    count_up,
    is_watched,
    one_line_errors,
    print_json,
    say,
)
from ingest.errors import InputError
from ingest.text import counted

if TYPE_CHECKING:
    from app.enrichment.enrich import EnrichReport


@one_line_errors
def enrich(
    catalogues: Annotated[
        list[Path] | None,
        typer.Option("--catalogue", help="JSON lines of records, also as .gz."),
    ] = None,
    services: Annotated[
        list[ServiceName] | None, typer.Option("--from", help="A service to ask, over the network.")
    ] = None,
    mailto: Annotated[
        str | None, typer.Option("--mailto", help="Your address, told to the services.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Fill in abstracts, authors, years, venues, ids, links and citations; `undo` takes it back.

    Example: reading-room enrich --catalogue papers.jsonl.gz --from arxiv
    """
    from app.wiring import run_enrich

    if not catalogues and not services:
        raise InputError("nothing to enrich from", hint="give `--catalogue FILE` or `--from arxiv`")
    settings = load_settings(home=home, mailto=mailto)
    progress = _show_progress if is_watched(as_json) else None
    report = run_enrich(
        settings, catalogues or (), services or (), dry_run=dry_run, progress=progress
    )
    if as_json:
        print_json(report.to_dict())
    else:
        _show_report(report)
    for failed in report.failed:
        complain(
            f"{failed['reason']} ({counted(failed['unanswered'], 'paper')})",
            "run the same again later: what was answered is kept",
        )
    if report.failed:
        raise typer.Exit(ServiceUnavailable.exit_code)


def _show_progress(service: str, done: int, total: int) -> None:
    count_up(f"asking {service} for {done} of {total} papers", done == total)


def _show_report(report: EnrichReport) -> None:
    fields = ", ".join(f"{name} {count}" for name, count in report.fields.items())
    say(
        f"{'would be: ' if report.dry_run else ''}{report.enriched} of "
        f"{counted(report.papers, 'paper')} enriched, {report.seconds:.1f} s"
        + (f" ({fields})" if fields else "")
    )
    for match in report.matches:
        say(f"  {match['source']}, by {match['by']}: {match['title']}")
    for unsure in report.unsure:
        say(f"  {unsure['source']}, unsure, left as it is: {unsure['title']}")
