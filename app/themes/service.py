"""A list of papers into a map of its themes: the one entry point that surfaces call."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.themes.cluster import Clustering, cluster, expected_count
from app.themes.continuity import distinct_ids, earlier_labels, keep_names
from app.themes.label import Label, label_themes
from app.themes.layout import place
from app.themes.model import SubTheme, Theme, ThemedPaper, ThemeMap
from app.themes.summary import CANDIDATE_PAPERS, summarise
from app.themes.terms import tfidf
from app.themes.views import Views, make_views
from ingest.paper import Paper, normalise_title

# A theme longer than this is parted into sub-themes.
READABLE_THEME = 40
PART_LANDMARKS = 300
MOST_PARTS = 8
# Papers of a theme that its name is taken from, and of a sub-theme.
SPEAKERS, PART_SPEAKERS = 50, 20


def build_themes(
    papers: Sequence[Paper],
    vectors: NDArray[np.float32],
    n: int | None = None,
    previous: Mapping[str, Any] | None = None,
) -> ThemeMap:
    """The themes of a list, each with a name, a cited summary and its papers' places on a map.

    papers and vectors (papers, d), unit rows, are in the same order; another order gives the same
    themes. n: the number of themes wanted. previous: `to_dict` of an earlier map of this list; its
    themes, ids and names are carried on where the list has not changed much since.
    """
    # Limits reach only the libraries that are loaded by then: SciPy brings a BLAS of its own.
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    began = time.perf_counter()
    if not papers:
        return ThemeMap((), 0)
    # One thread: sums do not depend on the number of cores, and for matrices of this size threads
    # that wait for each other cost more than they bring (measured: 5 times on a busy machine).
    with threadpool_limits(limits=1, user_api="blas"):
        themes = _build(papers, vectors, n, previous)
    return ThemeMap(themes, len(papers), round(time.perf_counter() - began, 3))


def _build(
    papers: Sequence[Paper],
    vectors: NDArray[np.float32],
    n: int | None,
    previous: Mapping[str, Any] | None,
) -> tuple[Theme, ...]:
    order = sorted(range(len(papers)), key=lambda row: papers[row].paper_id)
    papers = [papers[row] for row in order]
    views = make_views(np.asarray(vectors, np.float32)[order], tfidf(papers))
    keys = [paper.paper_id for paper in papers]
    found = cluster(views, keys, n, earlier_labels(keys, previous, n))
    names = keep_names(_names(papers, found, SPEAKERS), keys, found.labels, previous)
    build = _Map(papers, views, found, names, place(views.similarity, found.labels))
    return tuple(build.theme(number) for number in range(found.count))


@dataclass(frozen=True, slots=True)
class _Map:
    """What the themes of one map are put together from.

    names: (id, label) of each theme. places: (n, 2) of the papers.
    """

    papers: Sequence[Paper]
    views: Views
    found: Clustering
    names: Sequence[tuple[str, Label]]
    places: NDArray[np.float64]

    def theme(self, number: int) -> Theme:
        rows = np.flatnonzero(self.found.labels == number)
        rows = rows[np.argsort(-self.found.affinity[rows, number], kind="stable")]
        members = [self.papers[row] for row in rows.tolist()]
        near = self.views.similarity(rows[:CANDIDATE_PAPERS], rows).astype(np.float64)
        theme_id, label = self.names[number]
        centrality = self.found.affinity[rows, number]
        sentences = summarise(members, np.clip(near, 0.0, 1.0), centrality, label.name)
        return Theme(
            id=theme_id,
            label=label.name,
            keywords=label.keywords,
            sentences=sentences,
            papers=tuple(self._placed(row) for row in rows.tolist()),
            subthemes=_parts(members, self.views, rows),
        )

    def _placed(self, row: int) -> ThemedPaper:
        affinity = [round(share, 3) for share in self.found.affinity[row].tolist()]
        x, y = self.places[row].tolist()
        placed = ThemedPaper(self.papers[row], x, y, affinity[self.found.labels[row]])
        if self.found.count == 1:
            return placed
        runner = self.found.runner_up(row)
        return replace(placed, next_theme=self.names[runner][0], next_score=affinity[runner])


def _names(papers: Sequence[Paper], found: Clustering, speakers: int) -> list[tuple[str, Label]]:
    own = found.affinity[np.arange(len(papers)), found.labels]
    labels = label_themes(papers, found.labels, own, speakers)
    slugs = (re.sub(r"\W+", "-", normalise_title(label.name)) or "theme" for label in labels)
    return distinct_ids(list(zip(slugs, labels, strict=True)))


def _parts(members: Sequence[Paper], views: Views, rows: NDArray[np.intp]) -> tuple[SubTheme, ...]:
    if len(members) <= READABLE_THEME:
        return ()
    keys = [paper.paper_id for paper in members]
    part_views = make_views(views.meaning[rows], views.words[rows])
    count = min(round(expected_count(len(keys))), MOST_PARTS)
    found = cluster(part_views, keys, count, landmarks=PART_LANDMARKS)
    named = _names(members, found, PART_SPEAKERS)
    rows_of = [np.flatnonzero(found.labels == part).tolist() for part in range(found.count)]
    return tuple(
        SubTheme(part_id, label.name, label.keywords, tuple(keys[row] for row in part))
        for (part_id, label), part in zip(named, rows_of, strict=True)
    )
