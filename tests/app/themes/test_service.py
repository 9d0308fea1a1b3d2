from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.themes import build_themes
from ingest.index.encoder import shared_encoder
from ingest.paper import Paper

TOPICS = {
    "bees": ["honey bee foraging", "queen bee pheromones", "bee colony collapse", "hive winter"],
    "bridges": ["suspension bridge cables", "bridge load testing", "concrete bridge decks"],
    "opera": ["opera singers and breath", "baroque opera staging", "opera house acoustics"],
    "glaciers": ["glacier retreat rates", "glacier ice cores", "meltwater under glaciers"],
}


def reading_list() -> list[Paper]:
    return [
        Paper(
            f"A study of {subject}",
            f"We measure {subject} over ten years. The {topic} data show a clear pattern.",
            year=2000 + number,
        )
        for topic, subjects in TOPICS.items()
        for number, subject in enumerate(subjects)
    ]


@pytest.fixture(scope="module")
def listed():
    papers = reading_list()
    return papers, shared_encoder().encode([paper.text for paper in papers])


def members(themes):
    return {frozenset(p.paper_id for p in theme.papers) for theme in themes.themes}


def without_time(themes):
    fields = themes.to_dict()
    fields.pop("seconds")
    return json.dumps(fields)


@pytest.mark.parametrize(
    "thing", ["label noise", "garden hives", "adaptive adversaries", "seed beds", "zebra fish",
              "rural enterprises", "sample size", "coral nests"]
)  # fmt: skip
def test_a_theme_is_named_by_a_noun_whatever_it_ends_in(thing):
    papers = [
        Paper(f"{thing.capitalize()} in {place}", f"Here {thing} was seen often.")
        for place in ("winter", "summer", "spring")
    ]
    (theme,) = build_themes(papers, np.eye(3, dtype=np.float32), n=1).themes
    assert theme.label.lower() == thing


def test_topics_become_themes(listed):
    papers, vectors = listed
    found = members(build_themes(papers, vectors, n=4))
    by_title = {paper.title: paper.paper_id for paper in papers}
    expected = {
        frozenset(by_title[f"A study of {subject}"] for subject in subjects)
        for subjects in TOPICS.values()
    }
    assert found == expected


def test_same_bytes_whatever_the_order(listed):
    papers, vectors = listed
    once = build_themes(papers, vectors)
    assert without_time(once) == without_time(build_themes(papers, vectors))
    back = build_themes(papers[::-1], vectors[::-1])
    assert without_time(once) == without_time(back)


def test_names_are_unique_short_and_from_the_records(listed):
    papers, vectors = listed
    themes = build_themes(papers, vectors).themes
    words = set(re.findall(r"\w+", " ".join(paper.text for paper in papers).lower())) | {"and"}
    labels = [theme.label for theme in themes]
    assert len(set(labels)) == len(labels) == len({theme.id for theme in themes})
    for label in labels:
        assert 1 <= len(label.split()) <= 5
        assert {word.lower() for word in re.findall(r"\w+", label)} <= words


def test_summaries_are_verbatim_and_cite_the_theme(listed):
    papers, vectors = listed
    known = {paper.paper_id: paper for paper in papers}
    for theme in build_themes(papers, vectors).themes:
        own = {paper.paper_id for paper in theme.papers}
        assert theme.sentences
        assert theme.summarised == len(theme.papers)
        for sentence in theme.sentences:
            for citation in sentence.citations:
                assert citation.paper_id in own
                text = known[citation.paper_id].text
                assert citation.quote == text[citation.start : citation.end] == sentence.text


@settings(max_examples=20, deadline=None)
@given(count=st.integers(1, 40), wanted=st.none() | st.integers(1, 50), seed=st.integers(0, 99))
def test_every_paper_is_in_exactly_one_theme(count, wanted, seed):
    papers = [Paper(f"Paper {number}", "Some words here.") for number in range(count)]
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = build_themes(papers, vectors, n=wanted)
    placed = [paper for theme in found.themes for paper in theme.papers]
    assert sorted(p.paper_id for p in placed) == sorted(p.paper_id for p in papers)
    assert all(abs(p.x) <= 1 and abs(p.y) <= 1 and 0 <= p.score <= 1 for p in placed)
    assert wanted is None or len(found.themes) == min(wanted, count)


def test_equal_vectors_and_empty_summaries_are_no_trouble():
    papers = [Paper(f"Title {number}") for number in range(12)]
    found = build_themes(papers, np.ones((12, 4), np.float32) / 2)
    assert sum(len(theme.papers) for theme in found.themes) == 12


def test_no_papers_no_themes():
    assert build_themes([], np.zeros((0, 384), np.float32)).to_dict()["themes"] == []


def test_an_earlier_map_is_carried_on(listed):
    papers, vectors = listed
    before = build_themes(papers[1:], vectors[1:], n=4).to_dict()
    for theme in before["themes"]:
        theme["id"], theme["label"] = f"old-{theme['id']}", f"Old {theme['label']}"
    after = build_themes(papers, vectors, previous=before)
    assert {theme.id for theme in after.themes} == {theme["id"] for theme in before["themes"]}
    assert all(theme.label.startswith("Old ") for theme in after.themes)
    home = {p["paper_id"]: theme["id"] for theme in before["themes"] for p in theme["papers"]}
    kept = [home.get(p.paper_id) == theme.id for theme in after.themes for p in theme.papers]
    assert sum(kept) == len(papers) - 1


def test_an_earlier_map_of_another_list_is_not():
    papers = [Paper(f"Title {number}") for number in range(12)]
    vectors = np.eye(12, dtype=np.float32)
    other = build_themes([Paper(f"Other {n}") for n in range(12)], vectors).to_dict()
    fresh = build_themes(papers, vectors)
    assert without_time(build_themes(papers, vectors, previous=other)) == without_time(fresh)
