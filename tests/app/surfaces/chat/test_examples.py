"""The questions to begin with fit the list that is open."""

from __future__ import annotations

from app.surfaces.chat.examples import common_phrase, example_questions
from ingest.paper import Paper
from tests.support.scripted_room import papers


def test_examples_fit_the_list():
    questions = example_questions(papers())
    assert "Which papers are about sparse autoencoders?" in questions
    assert len(set(questions)) == 4
    assert example_questions([]) == []


def test_examples_for_a_list_without_common_words():
    questions = example_questions([Paper("One"), Paper("Two")])
    assert questions == ["What are the main themes of this list?", "How many papers are there?"]
    assert common_phrase(["of the", "of the", "in the"]) == ""
