"""Which sources of a run are applied: one that failed or shrank takes no papers away unasked."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.library.duplicates import identify
from app.library.zotero import is_zotero
from ingest.paper import Paper
from ingest.readers.base import ReadResult, Skipped


@dataclass(slots=True)
class Applied:
    """read: papers of this run. stored: papers that stay as they are. held: what is not applied."""

    read: list[Paper] = field(default_factory=list)
    stored: list[Paper] = field(default_factory=list)
    held: list[Skipped] = field(default_factory=list)


def apply_sources(
    read: ReadResult, stored: Sequence[Paper], origins: set[str], *, replace: bool, confirmed: bool
) -> Applied:
    """What of a run is applied, given the papers that are stored.

    A path of this run, or a file below it, that now gives less than half of the papers that it gave
    before is held back unless `confirmed`: what is stored of it stays, what was read is left out.
    With `replace` all stored papers are to go, and are held on to if a record could not be read and
    less than half as many would be left.
    """
    now = {paper.paper_id for paper in read.papers}
    if replace:
        if confirmed or not read.rejected or not _shrank(len(stored), len(now)):
            return Applied(read=read.papers)
        reason = f"{len(read.rejected)} records cannot be read and {_fall(len(stored), len(now))}"
        return Applied(stored=list(stored), held=[Skipped(_names(origins), reason)])
    held = {} if confirmed else _shrunken(stored, read.papers, origins)
    known = {origin for p in stored for origin in p.origins}
    # Not `Path.exists`: it raises on what lies in a folder that is shut.
    gone = {o for o in known if not (is_zotero(o) or os.path.exists(o))}  # noqa: PTH110
    result = Applied(held=[Skipped(_shown(*place), reason) for place, reason in held.items()])
    result.read = [p for p in read.papers if not any(_is_held(p, o, held) for o in p.origins)]
    for paper in stored:
        # A file that was renamed: what it held came in again under its new name.
        left = gone if paper.paper_id in now else set()
        origin = tuple(
            o
            for o in paper.origins
            if (o not in origins or _is_held(paper, o, held)) and o not in left - origins
        )
        if origin:
            result.stored.append(paper.with_changes(origins=origin))
    return result


def kept_apart(read: Sequence[Paper], stored: Sequence[Paper], merge: bool | None) -> list[Paper]:
    """The papers read, each marked whether to keep it apart.

    None: as the last run of its path did, or as the record itself says where there was none.
    """
    if merge is not None:
        return [p.with_changes(apart=not merge) for p in read]
    apart = {origin for p in stored if p.apart for origin in p.origins}
    known = {origin for p in stored for origin in p.origins}
    return [
        p if known.isdisjoint(p.origins) else p.with_changes(apart=not apart.isdisjoint(p.origins))
        for p in read
    ]


# A path given to `ingest`, and a file below it or "" for all of it.
_Place = tuple[str, str]


def _shrunken(
    stored: Iterable[Paper], read: Iterable[Paper], origins: set[str]
) -> dict[_Place, str]:
    """The places that give less than half of what they gave, and how far each fell."""
    before = Counter(place for p in stored for place in _places(p))
    # Counted as they were stored, works of one title apart; most runs need no such care.
    after = Counter(place for p in {p.paper_id: p for p in read}.values() for place in _places(p))
    if any(_shrank(count, after[place]) for place, count in before.items() if place[0] in origins):
        after = Counter(place for p in identify(read).papers for place in _places(p))
    return {
        place: _fall(count, after[place])
        for place, count in before.items()
        if place[0] in origins and _shrank(count, after[place])
        # A file that was deleted from a folder is gone on purpose; a folder that emptied is not.
        if not place[1] or os.path.exists(Path(*place))  # noqa: PTH110
    }


def _places(paper: Paper) -> list[_Place]:
    places = [(origin, "") for origin in paper.origins]
    if len(paper.origins) == 1:  # of several, only one is where `source` lies
        places.append((paper.origins[0], paper.source))
    return places


def _is_held(paper: Paper, origin: str, held: dict[_Place, str]) -> bool:
    return (origin, "") in held or (origin, paper.source) in held


def _shrank(before: int, after: int) -> bool:
    return after * 2 < before


def _fall(before: int, after: int) -> str:
    return f"it gives {after} papers where it gave {before}: not applied"


def _shown(origin: str, file: str) -> str:
    return str(Path(origin) / file) if file else origin


def _names(origins: Iterable[str]) -> str:
    return ", ".join(sorted(origins))
