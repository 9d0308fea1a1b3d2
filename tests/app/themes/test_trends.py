from __future__ import annotations

import numpy as np

from app.themes import build_themes
from app.themes.gaps import gaps
from app.themes.trends import trends
from ingest.paper import Paper


def themes_of(years, summary="Some words."):
    papers = [Paper(f"Paper {n}", summary, year=year) for n, year in enumerate(years)]
    vectors = np.zeros((len(years), 3), np.float32)
    vectors[:, 0] = 1.0
    return build_themes(papers, vectors, n=1)


def test_counts_by_year_with_the_years_between():
    found = trends(themes_of([2020, 2020, 2023, None]))
    assert found.years == (2020, 2021, 2022, 2023)
    assert found.rows[0].counts == (2, 0, 0, 1)
    assert found.undated == 1


def test_no_years_are_no_years():
    assert trends(themes_of([None, None])).years == ()


def test_gaps_are_counted_ones():
    texts = [gap.text for gap in gaps(themes_of([2020, 2020, 2022]))]
    assert texts == ["No paper is from 2021."]
    (bare,) = gaps(themes_of([None, None], summary=""))
    assert bare.text == "2 papers come with a title alone."
    assert gaps(build_themes([], np.zeros((0, 3), np.float32))) == []


def test_thin_themes_are_named():
    papers = [Paper(f"Bee hive {n}", "Bees and hives.") for n in range(6)]
    papers += [Paper(f"Opera house {n}", "Opera and song.") for n in range(6)]
    papers.append(Paper("Glacier melt", "Ice and water."))
    vectors = np.eye(3, dtype=np.float32)[[0] * 6 + [1] * 6 + [2]]
    themes = build_themes(papers, vectors, n=3)
    (gap,) = gaps(themes)
    assert [passage.paper for passage in gap.passages] == [papers[-1]]
    assert "rests on 1 paper." in gap.text
