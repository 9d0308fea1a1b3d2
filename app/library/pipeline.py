"""The use case: files -> papers -> identities -> the library brought in line."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.library.duplicates import identify
from app.library.enriched import carried_over
from app.library.library import look_into, open_library
from app.library.sources import apply_sources, kept_apart
from app.library.tags import with_edits_of
from app.library.zotero import ZoteroSource, is_zotero, zotero_source
from ingest.index.embedding import Embedder
from ingest.index.writer import Progress
from ingest.paper import Paper
from ingest.readers.base import ReadResult
from ingest.readers.registry import located, read_path
from ingest.settings import IndexSettings


@dataclass(slots=True)
class IngestReport:
    """What a run did, or with `dry_run` would do; `to_dict` is the contract of `ingest --json`.

    held: how many sources were not applied because they failed or shrank; they stand in `skipped`.
    """

    papers: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    merged: int = 0
    merges: list[dict[str, str]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, str]] = field(default_factory=list)
    held: int = 0
    chunks: int = 0
    seconds: float = 0.0
    fingerprint: str = ""
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The contract's keys; warnings are for people."""
        fields = asdict(self)
        fields.pop("warnings")
        return fields


def ingest(
    paths: Sequence[Path | str],
    settings: IndexSettings,
    *,
    replace: bool = False,
    rebuild: bool = False,
    dry_run: bool = False,
    confirmed: bool = False,
    merge: bool | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the store in line with the files under `paths`, or with a Zotero library.

    Papers that an earlier run brought from the same paths and that are gone from them are removed;
    papers from other paths stay, unless `replace`. A source that failed or shrank by more than half
    is not applied unless `confirmed`. `rebuild` embeds everything anew. `dry_run` changes nothing.
    `merge` False keeps every record of these paths a paper of its own, this time and, while it is
    None, the next times.

    Raises:
        InputError: a path cannot be used. StoreError: the home or the store cannot be used.
    """
    began = time.perf_counter()
    sources = dict(_source(path, settings) for path in paths)
    read = _read_all(sources, dry_run=dry_run)
    with (
        nullcontext(look_into(settings, rebuild=rebuild))
        if dry_run
        else open_library(settings, rebuild=rebuild, embedder=embedder)
    ) as library:
        read.papers = kept_apart(read.papers, library.papers, merge)
        applied = apply_sources(
            read, library.papers, set(sources), replace=replace, confirmed=confirmed
        )
        # Whose records are one paper is for the lists to say, and not for what was added to them.
        identity = identify(paper.given for paper in (*applied.read, *applied.stored))
        papers = carried_over(identity.papers, [*library.papers, *applied.read])
        papers = with_edits_of(papers, library.papers)
        if dry_run:
            plan = library.plan(papers)
        else:
            why = f"ingest {', '.join(str(path) for path in paths)}"
            plan = library.sync(papers, why, progress)
        chunks = library.chunks(papers)
    return IngestReport(
        papers=len(papers),
        added=len(plan.new),
        updated=len(plan.changed),
        unchanged=len(papers) - len(plan.new) - len(plan.changed),
        removed=len(plan.gone),
        merged=len(identity.merges),
        merges=[merge.to_dict() for merge in identity.merges],
        rejected=[asdict(item) for item in read.rejected],
        skipped=[asdict(item) for item in (*read.skipped, *applied.held)],
        held=len(applied.held),
        chunks=chunks,
        seconds=round(time.perf_counter() - began, 3),
        fingerprint=settings.fingerprint(),
        dry_run=dry_run,
        warnings=read.warnings,
    )


def index_papers(papers: Sequence[Paper], settings: IndexSettings) -> None:
    """Make the store hold just these papers, as they come: for corpora with ids of their own."""
    with open_library(settings) as library:
        library.sync(papers, "")


def _source(path: Path | str, settings: IndexSettings) -> tuple[str, Path | ZoteroSource]:
    """What a path is kept as the origin of papers, and what is read."""
    if is_zotero(str(path)):
        source = zotero_source(str(path), settings)
        return source.origin, source
    place = located(path)
    return str(place.resolve()), place


def _read_all(sources: Mapping[str, Path | ZoteroSource], *, dry_run: bool) -> ReadResult:
    result = ReadResult()
    for origin, source in sources.items():
        one = read_path(source) if isinstance(source, Path) else source.read(dry_run=dry_run)
        one.papers = [paper.with_changes(origins=(origin,)) for paper in one.papers]
        result.extend(one)
    return result
