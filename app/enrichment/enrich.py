"""The use case: papers -> records of catalogues and services -> papers with what these know."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.enrichment.catalogue import look_up
from app.enrichment.client import Client
from app.enrichment.matching import Found, choose
from app.errors import ServiceUnavailable
from app.library.enriched import enriched
from app.library.groups import Shelf
from app.library.library import look_into, open_library
from ingest.errors import IndexMissing
from ingest.paper import Paper
from ingest.settings import IndexSettings

# A service that failed so many papers in a row is down.
FAILURES = 3

# Which service is asked, for how many papers it was, of how many.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class EnrichReport:
    """What a run did, or with `dry_run` would do; `to_dict` is the contract of `enrich --json`.

    papers: in the library. enriched: how many changed. fields: how many papers got each field anew.
    matches: the records found, with the key by which. unsure: papers that one of several records
    may be of. failed: services that did not answer for some papers.
    """

    papers: int = 0
    enriched: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    matches: list[dict[str, str]] = field(default_factory=list)
    unsure: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def enrich(
    settings: IndexSettings,
    catalogues: Sequence[Path] = (),
    clients: Sequence[Client] = (),
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> EnrichReport:
    """Fill in the papers of a library from catalogues, then services; one change, to be undone.

    Nothing is written before all were asked, but the answers of services: a run that was ended
    goes on from there. `dry_run` writes only these.

    Raises:
        IndexMissing: there is no paper yet. InputError: a catalogue cannot be read.
        StoreError: the home or the store cannot be used.
    """
    began = time.perf_counter()
    library = look_into(settings)
    if not library.papers:
        raise IndexMissing("nothing is stored yet", hint="run `reading-room ingest` first")
    run = _Run(sorted(library.papers, key=lambda p: (p.source, p.record, p.paper_id)))
    for path in catalogues:
        for place, found in look_up(path, run.papers).items():
            run.take(place, found, path.name)
    for client in clients:
        run.ask(client, progress or (lambda *_: None))
    if dry_run:
        plan = library.plan(run.papers)
    else:
        # Opened only now: asking may take hours, in which others may write.
        names = [*(path.name for path in catalogues), *(client.name for client in clients)]
        with open_library(settings) as library:
            wanted = [run.applied_to(paper) for paper in library.papers]
            plan = library.sync(wanted, f"enrich from {', '.join(names)}")
    run.report.papers, run.report.dry_run = len(run.papers), dry_run
    run.report.enriched, run.report.fields = len(plan.changed), run.fields()
    run.report.seconds = round(time.perf_counter() - began, 3)
    return run.report


class _Run:
    """The papers as far as they are known by now, and what was found on the way."""

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers
        self.report = EnrichReport()
        self._before = list(papers)
        self._added: dict[str, list[tuple[Paper, str]]] = {}

    def take(self, place: int, found: Sequence[Found], source: str) -> None:
        """Fill in a paper from the records found, if it is sure that they are of it."""
        paper = self.papers[place]
        record = choose(paper, found)
        about = {"paper_id": paper.paper_id, "title": paper.title, "source": source}
        if record is None:
            self.report.unsure.append(about)
            return
        by = next((key for _, key in found if key != "title"), "title")
        self.report.matches.append({**about, "found_title": record.title, "by": by})
        self._added.setdefault(paper.paper_id, []).append((record, source))
        self.papers[place] = enriched(paper, record, source)

    def ask(self, client: Client, progress: Progress) -> None:
        """Ask a service for each paper, until it fails too often in a row."""
        shelf, total = Shelf(self.papers), len(self.papers)
        unanswered, in_a_row, reason = 0, 0, ""
        for place, paper in enumerate(self.papers):
            try:
                found = _found(client, paper, shelf, place)
            except ServiceUnavailable as error:
                unanswered, in_a_row, reason = unanswered + 1, in_a_row + 1, error.message
                if in_a_row == FAILURES:
                    unanswered += total - place - 1
                    break
                continue
            in_a_row = 0
            if found:
                self.take(place, found, client.name)
            progress(client.name, place + 1, total)
        if unanswered:
            failure = {"service": client.name, "reason": reason, "unanswered": unanswered}
            self.report.failed.append(failure)

    def applied_to(self, paper: Paper) -> Paper:
        """A paper of the library with what was found of it."""
        for record, source in self._added.get(paper.paper_id, ()):
            paper = enriched(paper, record, source)
        return paper

    def fields(self) -> dict[str, int]:
        """How many papers got each field from this run."""
        pairs = zip(self._before, self.papers, strict=True)
        new = (entry.field for old, paper in pairs for entry in paper.provenance
               if getattr(old, entry.field) != getattr(paper, entry.field))  # fmt: skip
        return dict(sorted(Counter(new).items()))


def _found(client: Client, paper: Paper, shelf: Shelf, place: int) -> list[Found]:
    """The records that a service has of a paper, by the first way of asking that gives any."""
    for query in client.service.queries(paper):
        matches = [(record, shelf.find(record)) for record in client.ask(query)]
        found = [(record, match[1]) for record, match in matches if match and match[0] == place]
        if found:
            return found
    return []
