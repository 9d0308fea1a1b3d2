from __future__ import annotations

import pytest

from app.settings import Settings
from app.themes.statements import Topics
from app.wiring import open_room


class Asked(Exception):
    pass


def themes_asked_for():
    raise Asked


@pytest.mark.parametrize(
    "question",
    [
        "What are the main themes?",
        "Which topics do these papers cover?",
        "Give me an overview of the list.",
        "What is this list about?",
        "Summarise all papers",
        "what is missing from this list?",
        "What are the gaps in my reading list?",
    ],
)
def test_questions_about_the_list(question):
    with pytest.raises(Asked):
        Topics(themes_asked_for)(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are about grokking?",
        "What is the topic of the pushdown paper?",
        "summarise the work on introspection",
        "What is missing from current evaluations of autoencoders?",
        "How many papers mention themes?",
    ],
)
def test_other_questions_are_left_to_retrieval(question):
    assert Topics(themes_asked_for)(question) is None


def test_an_overview_names_each_theme_and_cites_it(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as room:
        answer = room.answer("What are the main themes of this list?")
        labels = {theme.label for theme in room.themes().themes}
        text = {paper.paper_id: paper.text for paper in room.papers()}
    assert answer.status == "answered"
    assert len(answer.sentences) == len(labels)
    assert all(any(s.text.startswith(label) for s in answer.sentences) for label in labels)
    for sentence in answer.sentences:
        (citation,) = sentence.citations
        assert text[citation.paper_id][citation.start : citation.end] == citation.quote
        assert sentence.text.endswith(citation.quote)


def test_gaps_are_counted_not_guessed(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as room:
        answer = room.answer("What is missing from this list?")
    assert answer.sentences
    assert all(sentence.support == "verbatim" for sentence in answer.sentences)
