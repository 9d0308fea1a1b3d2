from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.paper import normalise_title
from ingest.readers.base import UNSURE
from ingest.readers.reading_list import ReadingListReader, clean_summary

SEEDS = Path(__file__).parents[3] / "seeds" / "mechanistic_interpretability.txt"
# Entries made up for these tests: a list that the title model was not fitted on.
SUMMARY = (
    "We measure how often small models copy their prompts, and find that copying falls as the "
    "prompts get longer, which was not expected from earlier work on the subject and its meth…"
)


def read(text: str) -> list[tuple[str, str]]:
    papers = ReadingListReader().read(text, "list.txt").papers
    return [(paper.title, paper.summary) for paper in papers]


def test_the_seed_list_has_69_papers_split_with_confidence() -> None:
    result = ReadingListReader().read(SEEDS.read_text("utf-8"), SEEDS.name)
    assert len(result.papers) == 69
    assert not result.rejected
    assert not result.warnings
    assert min(paper.confidence for paper in result.papers) > 0.95
    for number, paper in enumerate(result.papers, start=1):
        assert paper.raw.startswith(f"- {paper.title}")
        assert paper.raw.endswith(paper.summary)
        assert (paper.source, paper.record) == (SEEDS.name, number)


def test_the_seed_titles_are_exact(eval_data: Path) -> None:
    titles = json.loads((eval_data / "seeds" / "titles.json").read_text("utf-8"))
    result = ReadingListReader().read(SEEDS.read_text("utf-8"), SEEDS.name)
    assert [paper.title for paper in result.papers] == titles


@pytest.mark.parametrize(
    "title",
    [
        "Copying in Small Language Models",
        "What do small language models copy?",
        "Stop copying your prompts!",
        "CopyBench: Measuring Prompt Copying in SmolLM and TinyLlama",
        "PromptQA: asking models about their own prompts",
        "A survey of copying in LLMs",
        "Copying is all you need: the case of GPT-4",
        "Beyond the 50/50 Rule: Why Do Models Copy?",
    ],
)
@pytest.mark.parametrize("join", ["", "\n", "\t", " - ", " | ", " https://example.org/p.pdf "])
def test_a_title_is_found_before_a_summary(title: str, join: str) -> None:
    assert read(f"- {title}{join}{SUMMARY}\n") == [(title, SUMMARY)]


@pytest.mark.parametrize(
    "start",
    [
        "we measure how often models copy, and why they do so when the prompt is short and ",
        "how often do models copy their prompts, and does it matter for the results that we see ",
        "“Copying” is when a model repeats its prompt, which we find to be common in ",
        "LLMs often copy their prompts, a behaviour that is poorly understood in ",
    ],
)
def test_summaries_may_start_in_lower_case_with_a_quote_or_an_acronym(start: str) -> None:
    title = "Understanding Prompt Copying in Language Models"
    others = "".join(f"- Topic {n} in Language Models{SUMMARY}\n" for n in ("One", "Two", "Three"))
    ((found, summary), *_) = read(f"- {title}{start}{SUMMARY}\n{others}")
    assert (found, summary) == (title, start + SUMMARY)


@pytest.mark.parametrize(
    ("artefact", "tags"),
    [
        ("Abstract—", ()),
        ("Abstract: ", ()),
        ("[[Prompt Copying]] ", ("Prompt Copying",)),
        ("Description automatically generated](file:////Users/x/a%20b.png) ", ()),
        ("![](image.png) ", ()),
    ],
)
def test_artefacts_are_cleaned_and_raw_is_kept(artefact: str, tags: tuple[str, ...]) -> None:
    entry = f"- Understanding Prompt Copying in Language Models{artefact}{SUMMARY}"
    (paper,) = ReadingListReader().read(entry, "list.txt").papers
    assert paper.title == "Understanding Prompt Copying in Language Models"
    assert paper.summary == SUMMARY
    assert paper.raw == entry
    assert paper.tags == tags


def test_an_abstract_adjective_is_no_artefact() -> None:
    assert clean_summary("Abstract reasoning is hard.")[0] == "Abstract reasoning is hard."


def test_an_entry_without_a_summary_is_all_title() -> None:
    titles = ["Evaluating GitHub Copilot", "SmolLM in Practice", "Why do LLMs copy?"]
    assert read("".join(f"- {title}\n" for title in titles)) == [(title, "") for title in titles]


def test_markdown_links_wiki_links_and_bold_set_titles_off() -> None:
    text = (
        "# Copying\n\n"
        "- [Models that Copy](https://example.org/a_(1)) — a note on copying\n"
        "* [[Prompts and Echoes]]: another note\n"
        "1. **Echo Chambers** third note\n"
        "- [ ] [To Do](https://example.org/b)\n"
    )
    papers = ReadingListReader().read(text, "list.md").papers
    assert [(p.title, p.summary, p.url) for p in papers] == [
        ("Models that Copy", "a note on copying", "https://example.org/a_(1)"),
        ("Prompts and Echoes", "another note", ""),
        ("Echo Chambers", "third note", ""),
        ("To Do", "", "https://example.org/b"),
    ]
    assert all(paper.tags == ("Copying",) for paper in papers)


def test_headings_become_tags_and_labels_do_not() -> None:
    text = (
        "First Topic\nRelated topics:\n- Paper One\n\nSecond Topic\nRelated topics:\n- Paper Two\n"
    )
    papers = ReadingListReader().read(text, "list.txt").papers
    assert [(p.title, p.tags) for p in papers] == [
        ("Paper One", ("First Topic",)),
        ("Paper Two", ("Second Topic",)),
    ]


def test_lines_without_bullets_are_titles_and_blocks_are_papers() -> None:
    assert read("Models that Copy\nPrompts and Echoes\n") == [
        ("Models that Copy", ""),
        ("Prompts and Echoes", ""),
    ]
    blocks = f"Models that Copy\n{SUMMARY}\n\nPrompts and Echoes\n{SUMMARY}\n"
    assert read(blocks) == [("Models that Copy", SUMMARY), ("Prompts and Echoes", SUMMARY)]


@pytest.mark.parametrize("last", ["What is a room?", "Rooms (and doors)", "The end."])
def test_titles_in_a_row_stay_titles_however_the_last_one_ends(last: str) -> None:
    titles = ["Rooms and Doors", "A Study of Windows", "Floors under Load", "Walls", last]
    assert [title for title, _ in read("\n".join(titles))] == [t.rstrip(".") for t in titles]


def test_a_title_above_a_wrapped_summary_is_one_paper() -> None:
    text = "Rooms and Doors\nWe measure rooms that have doors, and\nothers that have none. Rooms\n"
    ((title, _),) = read(f"{text}with doors are larger. They are, on\nthe whole, also lighter.")
    assert title == "Rooms and Doors"


def test_continuation_lines_belong_to_their_item() -> None:
    text = f"- Models that Copy\n  {SUMMARY}\n- Prompts and Echoes\n"
    assert read(text) == [("Models that Copy", SUMMARY), ("Prompts and Echoes", "")]


def test_unsure_splits_are_reported() -> None:
    result = ReadingListReader().read("- copying models repeat prompts models repeat them", "a.txt")
    result.extend(ReadingListReader().read(f"- {'word ' * 200}", "b.txt"))
    doubtful = [paper for paper in result.papers if paper.confidence < UNSURE]
    assert len(result.warnings) == len(doubtful)
    assert any(paper.source == "b.txt" for paper in doubtful)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    result = ReadingListReader().read(text, "any.txt")
    for paper in result.papers:
        assert normalise_title(paper.title)
        assert 0.0 <= paper.confidence <= 1.0


@given(st.lists(st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs")), max_size=120)))
@settings(max_examples=100, deadline=None)
def test_nothing_of_an_item_is_lost(bodies: list[str]) -> None:
    kept = [body for body in (" ".join(b.split()) for b in bodies) if normalise_title(body)]
    result = ReadingListReader().read("\n".join(f"- {body}" for body in kept), "any.txt")
    if not result.rejected:
        everything = "\n".join(paper.raw for paper in result.papers)
        assert all(body in everything for body in kept)


def test_a_summary_below_a_blank_line_is_read_and_what_is_none_is_said() -> None:
    items = [f"- **The title of paper {n}**\n\nIt says thing {n}.\n" for n in range(3)]
    result = ReadingListReader().read("\n".join(items), "a.md")
    assert [p.summary for p in result.papers] == [f"It says thing {n}." for n in range(3)]
    text = "- **One paper**\n- **Two papers**\n\nThese two I like.\n\n## Rest\n\nMore.\n\n- **Three**\n"
    result = ReadingListReader().read(text, "a.md")
    assert [(p.title, p.summary, p.tags) for p in result.papers] == [
        ("One paper", "", ()), ("Two papers", "", ()), ("Three", "", ("Rest",)),
    ]  # fmt: skip
    assert result.warnings == ["a.md: 1 lines between the items are not read: 'These two I like.'"]
