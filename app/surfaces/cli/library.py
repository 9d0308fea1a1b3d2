"""The commands about the library: ingest, list, show, remove, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.settings import load_settings
from app.surfaces.cli.options import (
    Author,
    Home,
    Json,
    Source,
    Tag,
    Year,
    complain,
    count_up,
    is_watched,
    note,
    one_line_errors,
    print_json,
    say,
)
from ingest.errors import InputError
from ingest.text import counted

if TYPE_CHECKING:
    from app.library.pipeline import IngestReport
    from ingest.paper import Paper

PaperIds = Annotated[list[str], typer.Argument(help="Ids, as `list` and `find` give them.")]


@one_line_errors
def ingest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders, zotero: or zotero:COLLECTION; none: the list that ships."
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Keep only what these paths hold.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Embed everything anew (new embedder).")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Apply sources that failed or shrank, too.")
    ] = False,
    merge: Annotated[
        bool | None,
        typer.Option(
            "--merge/--no-merge",
            help="Make records of one paper one, or keep each apart; the default is as last time.",
            show_default=False,
        ),
    ] = None,
    embedder: Annotated[
        str | None,
        typer.Option("--embedder", help="minilm, openai:MODEL, fastembed:MODEL, hf:MODEL."),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read papers into the index; again and again without duplicates.

    Example: reading-room ingest my-list.txt refs.bib --json
    """
    from app.wiring import run_ingest

    if not all(path.strip() for path in paths or ()):
        raise InputError("a path is empty", hint="`.` is the folder that you are in")
    settings = load_settings(home=home, embedder=embedder)
    report = run_ingest(
        settings,
        paths or (),
        replace=replace,
        rebuild=rebuild,
        dry_run=dry_run,
        confirmed=yes,
        merge=merge,
        progress=_show_progress if is_watched(as_json) else None,
    )
    for warning in report.warnings:
        note(warning)
    if as_json:
        print_json(report.to_dict())
    else:
        _show_report(report)
    if report.held:
        complain(
            f"{counted(report.held, 'source')} not applied: failed, or smaller by more than half",
            "look at the file; `--yes` applies it all the same, `--dry-run` shows what would change",
        )
        raise typer.Exit(InputError.exit_code)


def _show_progress(done: int, total: int) -> None:
    count_up(f"embedding {done} of {total} papers", done == total)


def _show_report(report: IngestReport) -> None:
    say(
        f"{'would be: ' if report.dry_run else ''}"
        f"{counted(report.papers, 'paper')} ({report.added} added, {report.updated} updated, "
        f"{report.unchanged} unchanged, {report.removed} removed, {report.merged} merged), "
        f"{counted(report.chunks, 'chunk')}, {report.seconds:.1f} s"
    )
    for merge in report.merges:
        say(f"  merged: {merge['from']} into {merge['kept']} ({merge['why']})")
    for item in report.rejected:
        say(f"  rejected: {item['source']} record {item['record']}: {item['reason']}")
    for skipped in report.skipped:
        say(f"  skipped: {skipped['source']}: {skipped['reason']}")


@one_line_errors
def list_papers(
    year: Year = None,
    author: Author = None,
    tag: Tag = None,
    source: Source = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """The papers of the library that pass the filters, in list order.

    Example: reading-room list --tag probing --json
    """
    from app.surfaces.cli.output import make_filters
    from app.wiring import open_room

    filters = make_filters(year, author, tag, source)
    with open_room(load_settings(home=home)) as room:
        papers = room.papers(filters)
    if as_json:
        print_json({"papers": [brief(paper) for paper in papers], "count": len(papers)})
        return
    for paper in papers:
        say(f"{paper.paper_id}  {line(paper)}")


@one_line_errors
def show(
    paper_id: Annotated[str, typer.Argument(help="The id, as `list` and `find` give it.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """One paper with everything that is known of it.

    Example: reading-room show arxiv:2301.05217
    """
    from app.wiring import open_room

    with open_room(load_settings(home=home)) as room:
        paper = room.paper(paper_id)
    if paper is None:
        raise InputError(f"no paper {paper_id}", hint="`reading-room list` shows the ids")
    fields = {"paper_id": paper.paper_id, **paper.to_dict(), "text": paper.text}
    if as_json:
        print_json(fields)
        return
    for name in ("paper_id", "title", "authors", "year", "venue", "url", "doi", "arxiv_id", "tags",
                 "citekey", "citations", "retracted", "source", "record", "origins", "summary"):  # fmt: skip
        if shown := _shown(fields[name]):
            say(f"{name}: {shown}")
    for entry in paper.provenance:
        was = _shown(entry.was)
        say(f"{entry.field} is from {entry.source}" + (f"; the list had: {was}" if was else ""))


@one_line_errors
def remove(
    paper_ids: PaperIds,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take papers out of the library; `undo` brings them back.

    Example: reading-room remove arxiv:2301.05217
    """
    from app.library import changes

    removed = changes.remove(paper_ids, load_settings(home=home))
    if as_json:
        print_json({"removed": [brief(paper) for paper in removed]})
        return
    for paper in removed:
        say(f"removed: {line(paper)}")


@one_line_errors
def undo(home: Home = None, as_json: Json = False) -> None:
    """Bring the papers back as they were before the last change.

    Example: reading-room undo
    """
    from app.library import changes

    undone, plan = changes.undo(load_settings(home=home))
    counts = {
        "added": len(plan.new),
        "updated": len(plan.changed),
        "removed": len(plan.gone),
    }
    if as_json:
        print_json({"undone": undone, **counts})
    else:
        say(f"undone: {undone} ({', '.join(f'{n} {name}' for name, n in counts.items())})")


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")


def brief(paper: Paper) -> dict[str, Any]:
    """A paper in the JSON of lists."""
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "source": paper.source,
        "tags": list(paper.tags),
    }


def line(paper: Paper) -> str:
    """A paper in the text of lists."""
    byline = ", ".join(
        part for part in (", ".join(paper.authors[:3]), str(paper.year or "")) if part
    )
    return f"{paper.title} ({byline})" if byline else paper.title
