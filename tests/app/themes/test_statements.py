from __future__ import annotations

import typing

import numpy as np
import pytest

from app.query.model import Facet
from app.themes import build_themes
from app.themes.statements import overview
from ingest.paper import Paper

FACETS = typing.get_args(Facet)
HIVE = [
    Paper("Bee dancing: a survey of forty years", "We review what is known.", year=2020),
    Paper(
        "Open problems in bee dancing",
        "Bees dance. Their signals remain poorly understood.",
        year=2021,
    ),
    Paper(
        "Honey bees dance in the dark",
        "Bee dancing aims to tell the hive where flowers are.",
        year=2023,
    ),
    Paper("Do honey bees dance alone?", "It remains unclear whether honey bees need an audience."),
    Paper(
        "Rethinking bee dancing: honey bees follow scent",
        "There is a debate on whether dancing matters.",
    ),
]
ROCKS = [
    Paper("Glacier ice flows faster near the sea", "We find that glacier ice speeds up in summer."),
    Paper(
        "Measuring glacier ice",
        "Glacier ice was measured for a decade, and the results of this were…",
    ),
    Paper("A record of glacier ice", "We introduce a radar that sees through glacier ice."),
]


@pytest.fixture(scope="module")
def themes():
    vectors = np.eye(2, dtype=np.float32)[[0] * len(HIVE) + [1] * len(ROCKS)]
    return build_themes([*HIVE, *ROCKS], vectors, n=2)


def told(themes, facet):
    return [s for draft in overview(themes, facet) for s in draft.statements]


def texts(themes, facet):
    return [statement.text for statement in told(themes, facet)]


@pytest.mark.parametrize("facet", FACETS)
def test_every_entry_cites_and_every_quote_is_the_records_own(themes, facet):
    for draft in overview(themes, facet):
        assert draft.statements
        for statement in draft.statements:
            assert draft.kind == "note" or statement.passages
            if statement.support == "verbatim":
                assert statement.text == statement.passages[0].quote


@pytest.mark.parametrize("facet", FACETS)
def test_part_of_a_list_speaks_of_that_part_alone(themes, facet):
    few = {ROCKS[1].paper_id, HIVE[3].paper_id}
    for statement in told(themes.within(few), facet):
        assert {passage.paper.paper_id for passage in statement.passages} <= few


def test_a_summary_has_a_claim_of_each_theme(themes):
    _, *entries = told(themes, "summary")
    assert [entry.lead for entry in entries] == [
        f"{t.label} ({len(t.papers)} papers):" for t in themes.themes
    ]
    assert entries[0].text in (HIVE[2].title, HIVE[2].summary, "honey bees follow scent")
    assert entries[1].text in (ROCKS[0].title, ROCKS[0].summary)


def test_groups_hold_every_title(themes):
    said = " ".join(texts(themes, "group"))
    assert all(paper.title in said for paper in (*HIVE, *ROCKS))


def test_reading_begins_with_surveys_and_open_problems(themes):
    first = texts(themes, "reading_order")[1:3]
    assert sorted(first) == sorted([HIVE[0].title, HIVE[1].title])


def test_few_papers_are_read_one_by_one_and_many_theme_by_theme(themes, monkeypatch):
    assert len(texts(themes, "reading_order")) == 1 + themes.papers
    monkeypatch.setattr("app.themes.statements.ALL_IN_ORDER", 0)
    assert len(texts(themes, "reading_order")) == 1 + 2 + len(themes.themes)


def test_a_newcomer_first_reads_what_the_field_is(themes):
    assert texts(themes, "newcomer")[0] == "Bee dancing aims to tell the hive where flowers are."


def test_open_problems_come_from_records(themes):
    said = texts(themes, "open_problems")
    assert HIVE[1].title in said
    assert "It remains unclear whether honey bees need an audience." in said
    assert HIVE[3].title in said
    assert not any("speeds up" in text for text in said)


def test_debates_are_named_ones_first_and_questions_apart(themes):
    said = texts(themes, "debates")
    assert said[1] == "There is a debate on whether dancing matters."
    assert said[-1] == HIVE[3].title


SIDES = [
    Paper("Willow bark in the ward", "It is widely believed that willow bark cures fevers."),
    Paper("Leeches on trial", "Our trials cast doubt on the use of leeches."),
    Paper("Slag as a road bed", "We challenge the long-held assumption that slag is waste."),
    Paper("Chant in the cloister", "There is an intense debate on who sang first."),
    Paper("Tides are not driven by wind"),
    Paper("Bronze, not iron, made the plough"),
    Paper("The myth of the silent monastery"),
]
NO_SIDES = [
    Paper("Beyond the harbour: trade in old ports", "Ships came with salt and left with rope."),
    Paper("Voting without ballots", "The questions the clerk put to voters were short."),
    Paper("Clubs where students debate", "Two teams debate each other before a jury."),
    Paper("Paths against the slope", "A misleading sign stood there, raising concerns of walkers."),
]


def test_what_takes_a_side_is_told_by_how_it_is_put_in_any_field():
    papers = [*SIDES, *NO_SIDES]
    found = build_themes(papers, np.eye(1, 3, dtype=np.float32).repeat(len(papers), 0), n=1)
    quoted = {s.passages[0].paper for s in told(found, "debates") if s.passages}
    assert quoted == set(SIDES)


def test_what_is_common_is_counted(themes):
    said = {s.lead: s.text for s in told(themes, "common")}
    assert said["“glacier ice”:"] == "3 of 8 papers."


def test_trends_count_by_year_and_say_what_is_missing(themes):
    note, entry = told(themes, "trends")
    assert note.text == "Papers by year, from 2020 to 2023. 5 papers without a year left out."
    assert entry.text == "2020: 1, 2021: 1, 2023: 1."
    undated = build_themes(ROCKS, np.eye(3, dtype=np.float32))
    assert texts(undated, "trends")[0].startswith("No record gives a year")


def test_an_empty_map_is_no_trouble():
    empty = build_themes([], np.zeros((0, 3), np.float32))
    assert [overview(empty, facet) for facet in FACETS] == [[]] * len(FACETS)


def test_a_part_of_the_map_counts_its_own_papers_the_largest_theme_first(themes):
    part = themes.within({paper.paper_id for paper in (HIVE[4], *ROCKS)})
    assert [len(theme.papers) for theme in part.themes] == [3, 1]
    for theme, told in zip(part.themes, part.to_dict()["themes"], strict=True):
        assert theme.summarised == told["summarised"] == len(theme.papers)
        assert theme.summary == told["summary"]
        assert all(sentence.text in theme.summary for sentence in theme.sentences)
        assert theme.summary.count("[") == len(theme.sentences)
