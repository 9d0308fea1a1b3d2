"""The list that ships, against the development pairs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.themes import build_themes
from ingest.index.encoder import shared_encoder
from ingest.paper import Paper

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def seeds(eval_data):
    titles = json.loads((eval_data / "seeds" / "titles.json").read_text("utf-8"))
    (source,) = (ROOT / "seeds").glob("*.txt")
    records = [line[2:] for line in source.read_text("utf-8").splitlines() if line[:2] == "- "]
    papers = [
        Paper(title, record[len(title) :].strip())
        for title, record in zip(titles, records, strict=True)
    ]
    return papers, shared_encoder().encode([paper.text for paper in papers])


def theme_of(themes):
    return {p.paper.title: theme.id for theme in themes.themes for p in theme.papers}


def test_pairs(seeds, eval_data):
    pairs = json.loads((eval_data / "seeds" / "themes.json").read_text("utf-8"))
    themes = build_themes(*seeds)
    home = theme_of(themes)
    assert len(home) == 69
    assert 8 <= len(themes.themes) <= 14
    assert np.mean([home[one] == home[other] for one, other in pairs["together"]]) >= 0.79
    assert np.mean([home[one] != home[other] for one, other in pairs["apart"]]) >= 0.96


def test_papers_keep_their_theme_when_five_more_come(seeds):
    papers, vectors = seeds
    for start in (0, 20, 40):
        keep = np.r_[0:start, start + 5 : 69]
        before = build_themes([papers[row] for row in keep], vectors[keep])
        after = theme_of(build_themes(papers, vectors, previous=before.to_dict()))
        home = theme_of(before)
        assert np.mean([after[title] == theme for title, theme in home.items()]) >= 0.95
