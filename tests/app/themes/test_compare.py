from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.themes.compare import compare
from ingest.paper import Paper


def row(summary, title="A paper"):
    return compare([Paper(title, summary)]).rows[0]


def test_each_part_comes_from_its_own_sentence():
    found = row(
        "It is unclear whether bees can count. We introduce a maze with coloured doors. "
        "We find that bees count up to four. Bees are insects."
    )
    assert found.question.text == "It is unclear whether bees can count."
    assert found.method.text == "We introduce a maze with coloured doors."
    assert found.finding.text == "We find that bees count up to four."


def test_a_record_that_does_not_say_leaves_cells_empty():
    found = row("Bees are insects. They live in hives.")
    assert (found.question, found.method, found.finding) == (None, None, None)


def test_findings_of_others_and_broken_cues_do_not_count():
    assert row("However, recent findings suggest that bees cannot count at all.").finding is None
    assert row("We find that the …").finding is None


def test_titles_that_ask_or_assert_fill_what_is_missing():
    assert row("", "Can bees count?").question.text == "Can bees count?"
    assert row("", "In the maze: bees can count").finding.text == "bees can count"
    assert row("", "Measures of counting in bees").finding is None


def test_markdown_has_a_row_a_paper_and_escapes_it():
    table = compare([Paper("A | B", "We find that <b>bees</b> count well. ")]).to_markdown()
    assert table.count("\n") == 3
    assert "A \\| B" in table
    assert "<b>" not in table


@given(st.text(max_size=60), st.text(max_size=300))
def test_cells_are_verbatim(title, summary):
    paper = Paper(title, summary)
    (found,) = compare([paper]).rows
    for cell in (found.question, found.method, found.finding):
        assert cell is None or cell.text == paper.text[cell.start : cell.end]
