"""The commands about tags: tag, untag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import load_settings
from app.surfaces.cli.library import PaperIds, brief, line
from app.surfaces.cli.options import Home, Json, one_line_errors, print_json, say

if TYPE_CHECKING:
    from ingest.paper import Paper

TagName = Annotated[str, typer.Argument(help="The tag; in capitals or not, it is the same.")]


@one_line_errors
def tag(name: TagName, paper_ids: PaperIds, home: Home = None, as_json: Json = False) -> None:
    """Give papers a tag, which stays when their files are read again; `--tag` filters by it.

    Example: reading-room tag "to read" arxiv:2301.05217
    """
    from app.library import tags

    _show_tagged(tags.tag(name, paper_ids, load_settings(home=home)), as_json)


@one_line_errors
def untag(name: TagName, paper_ids: PaperIds, home: Home = None, as_json: Json = False) -> None:
    """Take a tag from papers, also one that came with a file; it does not come back with it.

    Example: reading-room untag "to read" arxiv:2301.05217
    """
    from app.library import tags

    _show_tagged(tags.untag(name, paper_ids, load_settings(home=home)), as_json)


def _show_tagged(papers: list[Paper], as_json: bool) -> None:
    if as_json:
        print_json({"papers": [brief(paper) for paper in papers]})
        return
    for paper in papers:
        say(f"{line(paper)}: {', '.join(paper.tags) or 'no tags'}")
