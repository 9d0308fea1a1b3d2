"""Sentences chosen from records without a model; the real encoder, records of our own."""

from __future__ import annotations

from app.answering.generators.extractive import BY_TITLE, ExtractiveGenerator, choose
from app.query import Query
from app.retrieval import Hit
from ingest.paper import Paper

ROOFS = Paper(
    "Roofs and Rain: Moss Improves Old Slate",
    "Roofs are full of life. We count moss on ninety roofs of slate in the nor…",
)
FIELD = Paper("A Primer", "Bryology is the study of mosses. It is two hundred years old.")
HERBS = Paper("Herbs of the Alps", "Bryology and botany met in 1801. We list alpine herbs.")


def hit(paper: Paper, score: float = 1.0, row: int = 0) -> Hit:
    return Hit(paper, score, {}, (0, len(paper.title)), row)


def told(question: str, *papers: Paper, **changes):
    query = Query.plain(question) if not changes else Query(question, question, question, **changes)
    hits = [hit(paper, row=row) for row, paper in enumerate(papers)]
    return list(ExtractiveGenerator().draft(query, hits))


def test_every_proposal_is_a_slice_of_its_record():
    for proposal in told("What improves slate?", ROOFS, FIELD):
        assert proposal.passage is not None
        assert proposal.text == proposal.passage.quote
        assert proposal.passage.paper in proposal.papers


def test_a_short_record_is_told_whole_where_hardly_another_is():
    assert [p.text for p in told("Which herbs?", HERBS)] == [
        "Bryology and botany met in 1801.",
        "We list alpine herbs.",
    ]


def test_several_papers_get_a_line_each_under_a_line_that_counts_them():
    head, lines = told("What improves slate?", ROOFS, FIELD, HERBS)
    assert head.statements[0].text == "3 papers come close to this, the closest first:"
    assert {s.passages[0].paper for s in lines.statements} == {ROOFS, FIELD, HERBS}
    for statement in lines.statements:
        assert [passage.quote for passage in statement.passages] == [statement.text]


def test_a_title_that_claims_stands_alone_beside_mere_background():
    roofs = Paper(ROOFS.title, "Roofs are full of life.")
    _, lines = told("Does moss improve slate?", roofs, FIELD, HERBS)
    assert (lines.statements[0].lead, lines.statements[0].text) == ("", ROOFS.title)


def test_who_asks_for_sides_gets_them_apart_and_no_verdict():
    doubt = Paper("Is Moss a Plague? A Long Look", "Moss is old.")
    note, *blocks = told("Do they disagree on moss?", ROOFS, doubt, FIELD)
    assert note.kind == "note"
    heads = [block.statements[0].text for block in blocks[::2]]
    assert heads == ["Doubts or disputes:", "Claims:", "Close to it, no side shown:"]
    assert [block.statements[0].passages[0].paper for block in blocks[1::2]] == [
        doubt,
        ROOFS,
        FIELD,
    ]


def test_a_title_that_claims_what_is_asked_is_evidence():
    first = told("Does moss improve slate?", ROOFS)[0]
    assert (first.lead, first.text) == (BY_TITLE, ROOFS.title)


def test_a_definition_comes_first_where_a_meaning_is_asked():
    assert told("What is bryology?", HERBS, FIELD)[0].text == "Bryology is the study of mosses."
    assert told("Where did bryology meet botany?", HERBS, FIELD)[0].papers == (HERBS,)


def test_what_was_said_is_not_said_again():
    again = told("More on moss", ROOFS, seen=" ".join(p.text for p in told("Moss?", ROOFS)))
    before = {p.text for p in told("Moss?", ROOFS)}
    assert not before & {p.text for p in again}


def test_the_best_are_cited_and_lists_keep_the_order_of_the_list():
    hits = [hit(HERBS, 2.0, 2), hit(ROOFS, 1.9, 0), hit(FIELD, 0.1, 1)]
    assert choose(Query.plain("Moss?"), hits) == hits[:2]
    listed = Query("q", "q", "q", intent="find", enumerates=True)
    assert [h.row for h in choose(listed, hits)] == [0, 2]
    assert choose(Query.plain("Moss?"), []) == []
