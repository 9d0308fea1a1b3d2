from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.themes.compare import compare
from ingest.paper import Paper


def cells(*papers):
    """Column head -> text, of the first row."""
    draft = compare(papers)
    return dict(zip(draft.columns, (s.text for s in draft.statements), strict=False))


def row(summary, title="A paper"):
    return cells(Paper(title, summary))


def test_each_part_comes_from_its_own_sentence():
    found = row(
        "It is unclear whether bees can count. We introduce a maze with coloured doors. "
        "We find that bees count up to four. Bees are insects."
    )
    assert found == {
        "Paper": "A paper",
        "Question": "It is unclear whether bees can count.",
        "Method": "We introduce a maze with coloured doors.",
        "Finding": "We find that bees count up to four.",
    }


def test_records_that_state_no_part_are_told_by_their_summary():
    assert row("Bees are insects. They live in hives. They fly. They sting.") == {
        "Paper": "A paper",
        "Summary": "Bees are insects. They live in hives.",
    }
    assert compare([Paper("A paper")]) is None
    assert compare([]) is None


def test_a_column_needs_half_of_the_papers_and_an_empty_cell_has_no_text():
    says = Paper("Old", "We find that bees count up to four. We ask what else bees might count.")
    tells = Paper("New", "We find that bees count up to five.")
    draft = compare([says, tells, Paper("Mute")])
    assert draft.columns == ("Paper", "Finding")
    assert [s.text for s in draft.statements[4:]] == ["Mute", ""]
    assert draft.statements[5].passages == ()


def test_papers_that_state_different_parts_are_compared_by_a_sentence_of_each():
    asks = Paper("One", "We ask what else bees might count.")
    finds = Paper("Two", "We introduce a maze with coloured doors for bees.")
    draft = compare([asks, finds])
    assert draft.columns == ("Paper", "Summary")
    assert [s.text for s in draft.statements] == ["One", asks.summary, "Two", finds.summary]


def test_findings_of_others_and_broken_cues_do_not_count():
    assert "Finding" not in row("However, recent findings suggest that bees cannot count.")
    assert "Finding" not in row("We find that the …")


def test_a_claim_in_the_title_beats_a_finding_that_breaks_off():
    paper = Paper("In the maze: bees can count", "We find that all the bees of the hive were…")
    assert cells(paper)["Finding"] == "bees can count"


def test_titles_that_ask_or_assert_fill_what_is_missing():
    assert row("", "Can bees count?")["Question"] == "Can bees count?"
    assert (
        row("", "Honey bees solve mazes by scent")["Finding"] == "Honey bees solve mazes by scent"
    )
    assert compare([Paper("Measures of counting in bees")]) is None
    assert compare([Paper("Assessing how bees count flowers")]) is None


@given(st.text(max_size=60), st.text(max_size=300))
def test_cells_are_verbatim(title, summary):
    paper = Paper(title, summary)
    draft = compare([paper])
    for cell in draft.statements if draft else ():
        assert not cell.text or cell.text == cell.passages[0].quote
