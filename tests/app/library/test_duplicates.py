from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.duplicates import identify
from app.library.groups import Group
from ingest.paper import Paper


def test_duplicates_are_merged_into_the_richest_record() -> None:
    papers = [
        Paper("Reading Rooms", "Short.", raw="r1", tags=("a",), year=2020, source="x", record=1),
        Paper("Other", source="x", record=2),
        Paper("READING ROOMS.", "A longer summary.", raw="r2", authors=("Ann Lee",), year=2020,
              doi="10.1000/1", tags=("b", "a"), source="y", record=1),
        Paper("Reading rooms (preprint)", venue="Journal", doi="10.1000/1", source="z", record=7),
    ]  # fmt: skip
    result = identify(papers)
    merged, other = result.papers
    assert (merged.title, merged.summary) == ("Reading Rooms", "A longer summary.")
    assert (merged.authors, merged.year, merged.doi) == (("Ann Lee",), 2020, "10.1000/1")
    assert (merged.venue, merged.tags, merged.raw) == ("Journal", ("a", "b"), "r1\nr2")
    assert (merged.source, merged.record) == ("x", 1)
    assert other.title == "Other"
    assert [(m.by, m.kept, m.merged) for m in result.merges] == [
        ("title", "x, record 1", "y, record 1"),
        ("doi", "x, record 1", "z, record 7"),
    ]
    assert {m.paper_id for m in result.merges} == {merged.paper_id}


def test_merging_again_adds_nothing() -> None:
    (once,) = identify([Paper("A", raw="r1"), Paper("a", raw="r2")]).papers
    assert identify([Paper("A", raw="r1"), once]).papers == [once]


def test_one_title_with_two_dois_stays_two_papers() -> None:
    papers = [Paper("Editorial", doi="10.1000/1"), Paper("Editorial", doi="10.1000/2")]
    assert identify(papers).papers == papers


def test_a_third_record_can_join_two_groups() -> None:
    papers = [
        Paper("A Title of Reading Rooms", doi="10.1000/1"),
        Paper("A Title of a Reading-Room", arxiv_id="1904.11093"),
        Paper("A Title of Reading Roms", doi="10.1000/1", arxiv_id="1904.11093"),
    ]
    result = identify(papers)
    assert [p.title for p in result.papers] == ["A Title of Reading Rooms"]
    assert sorted(m.by for m in result.merges) == ["arxiv", "doi"]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        # Ids count only with agreeing titles.
        ({"doi": "10.1000/1"}, {"title": "Chapter Two: Methods", "doi": "10.1000/1"}, False),
        ({"doi": "10.1000/1"}, {"title": "On the Care of Reading Rooms: A Study", "doi": "10.1000/1"}, True),
        ({"doi": "10.1000/1"}, {"title": "On the care of reading-rooms", "doi": "10.1000/1"}, True),
        ({"arxiv_id": "1904.11093"}, {"title": "Something Else", "arxiv_id": "1904.11093"}, False),
        # Titles count with a common author or year.
        ({"authors": ("Ann Lee",)}, {"authors": ("Lee A", "Ray B"), "year": 2020}, True),
        ({"authors": ("Ann Lee",)}, {"authors": ("Bo Ray",)}, False),
        ({"authors": ("Ann Lee",), "year": 2020}, {"authors": ("Bo Ray",), "year": 2020}, False),
        ({"authors": ("Ann Lee",), "year": 2019}, {"authors": ("Ann Lee",), "year": 2020}, True),
        ({"year": 2019}, {"year": 2020}, False),
        ({"year": 2020, "authors": ("Ann Lee",)}, {"year": 2020}, True),
        # A record that says no more than its title.
        ({}, {"authors": ("Ann Lee",), "year": 2020}, True),
        ({"title": "Simone Weil"}, {"title": "Simone Weil", "authors": ("Ann Lee",)}, False),
        ({"title": "Simone Weil"}, {"title": "Simone Weil"}, True),
        ({"title": "Simone Weil", "authors": ("A Lee",), "year": 1}, {"title": "Simone Weil", "authors": ("A Lee",), "year": 9}, False),
    ],
)  # fmt: skip
def test_what_makes_two_records_one_paper(one, two, same):
    title = "On the Care of Reading Rooms"
    papers = [Paper(**{"title": title, **fields}) for fields in (one, two)]
    assert (len(identify(papers).papers) == 1) is same
    assert (len(identify(papers[::-1]).papers) == 1) is same


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Introduction to neural networks", "Introduction to deep networks", False),
        ("Chapter 1: Sets", "Chapter 2: Maps", False),
        ("Graph theory for readers I", "Graph theory for readers II", False),
        ("Methods for reading", "Methods for writing", False),
        ("Supervised learning", "Unsupervised learning", False),
        ("Introduction", "Introduction to reading rooms", False),
        ("Rooms", "Rooms: Where Readers Sit", True),
        ("Pre-training of Colour Models", "Pretraining of color models", True),
        ("A Study of the Rooms", "Study of Rooms", True),
        ("On the care of reading ro", "On the care of reading rooms", True),
    ],
)
def test_chapters_of_one_book_are_not_one_paper(one, two, same):
    papers = [Paper(title, doi="10.1000/book") for title in (one, two)]
    assert (len(identify(papers).papers) == 1) is same
    assert (len(identify(papers[::-1]).papers) == 1) is same


def test_works_of_one_title_keep_ids_of_their_own():
    works = [Paper("Simone Weil", authors=(f"Author{n} Family{n}",)) for n in range(17)]
    chapters = [Paper(f"Chapter {n} of many", f"s{n}", doi="10.1000/b") for n in "xyz"]
    chapters[1] = chapters[1].with_changes(title="Wholly Different Matters")
    result = identify([*works, *chapters])
    assert len({p.paper_id for p in result.papers}) == len(result.papers)
    assert [p.paper_id for p in identify(result.papers).papers] == [
        p.paper_id for p in result.papers
    ]
    assert result.papers[0].paper_id == works[0].paper_id
    assert result.papers[1].doi == ""
    assert {p.doi for p in result.papers[17:]} == {"10.1000/b"}


def test_editorials_are_not_compared_each_with_each(monkeypatch):
    calls = []
    conflicts = Group.conflicts
    monkeypatch.setattr(Group, "conflicts", lambda a, b: calls.append(1) or conflicts(a, b))
    papers = [Paper("Editorial", authors=(f"A Family{n}",), doi=f"10.1000/{n}") for n in range(500)]
    assert len(identify(papers).papers) == 500
    assert len(calls) <= 500 * 30


records = st.builds(
    Paper,
    title=st.sampled_from(["One", "one!", "Two", "Three", "Four"]),
    summary=st.sampled_from(["", "s", "long summary"]),
    doi=st.sampled_from(["", "", "10.1000/1", "10.1000/2"]),
    arxiv_id=st.sampled_from(["", "", "1904.11093", "1904.11094"]),
    tags=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
)


@given(st.lists(records, max_size=12))
def test_ids_are_unique_nothing_is_lost_and_it_is_idempotent(papers: list[Paper]) -> None:
    numbered = [p.with_changes(source="s", record=i) for i, p in enumerate(papers)]
    result = identify(numbered)
    ids = [paper.paper_id for paper in result.papers]
    assert len(set(ids)) == len(ids)
    assert len(result.papers) + len(result.merges) == len(papers)
    assert {tag for p in result.papers for tag in p.tags} == {tag for p in papers for tag in p.tags}
    assert identify(numbered) == result
    again = identify(result.papers)
    assert again.papers == result.papers
    assert not again.merges


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        # TeX round a subscript, and what an exporter wraps round a name in capitals.
        ("Growth of In$_{x}$GaN nanowires", "Growth of InxGaN nanowires", True),
        (r"Growth of {\vphantom\}GaN\vphantom\{} wires", "Growth of GaN wires", True),
        ("Optics of Cu$_2$O films", "Optics of CuO films", False),
        # A word spelt otherwise, looked at where first author and year are one.
        ("An Agent: A Cooperative Architecture", "An agent, the co-operative architecture", True),
        ("The behaviour of rooms at rest", "The behavior of rooms at rest", True),
        ("The care of rooms at rest", "The cure of rooms at rest", False),
        ("Defects of rooms at rest", "Defects of rooms at rest (II)", False),
        ("First report on rooms", "Second report on rooms", False),
    ],
)
def test_titles_of_one_author_and_year_are_looked_at_twice(one, two, same):
    papers = [Paper(title, authors=("Ann Lee",), year=2020) for title in (one, two)]
    assert (len(identify(papers).papers) == 1) is same
    assert (len(identify(papers[::-1]).papers) == 1) is same
    other = papers[1].with_changes(authors=("Bo Ray",))
    assert len(identify([papers[0], other]).papers) == 2
    conflicting = [p.with_changes(doi=f"10.1000/{n}") for n, p in enumerate(papers)]
    assert len(identify(conflicting).papers) == 2


def test_titles_of_signs_alone_are_not_one():
    papers = [Paper(title, authors=("Ann Lee",), year=2020) for title in (r"$\alpha$", r"$\beta$")]
    assert len(identify(papers).papers) == 2


def test_records_kept_apart_are_papers_of_their_own():
    record = Paper(
        "On the Care of Rooms", authors=("Ann Lee",), year=2020, doi="10.1000/1", apart=True
    )
    other = record.with_changes(summary="It says more.", source="b")
    result = identify([record, other, record.with_changes(source="c")])
    assert [p.summary for p in result.papers] == ["", "It says more."]
    assert len({p.paper_id for p in result.papers}) == 2
    assert [m.to_dict()["why"] for m in result.merges] == ["same record"]
    assert identify([other.with_changes(apart=False), record]).merges == []
