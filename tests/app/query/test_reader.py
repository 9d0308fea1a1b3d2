"""Questions with their history and filters become one Query; real encoder, real list, shipped weights.

None of these wordings is among the training examples (a test holds it).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.retrieval import Filters
from app.settings import Settings
from app.wiring import Room, open_room

ROOT = Path(__file__).resolve().parents[3]
INTENTS = {
    "a fine good evening to one and all": "small_talk",
    "much obliged, that was useful": "small_talk",
    "compose a limerick on cats and dogs": "other_task",
    "please convert 30 miles to kilometres for me": "other_task",
    "what would you say this pile of papers is about, all in all?": "overview",
    "in which sequence ought I to work through all this?": "overview",
    "how many of the titles end with a question mark?": "list",
    "set grokking against memorization": "compare",
    "is there something in here on hallucinations?": "find",
    "why do models hallucinate?": "evidence",
    "which layers carry the syntax of a sentence?": "evidence",
}
FOLLOW_UPS = {
    "and what do they do about that?": True,
    "number two, please": True,
    "In which paper is entropy used to find confabulations?": False,
    "Is it true that models memorize their training data?": False,
}
HISTORY = [{"role": "user", "content": "Which papers are about sparse autoencoders?"}]


@pytest.fixture(scope="module")
def room(seeded_home: Path):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


def ask_in_turn(room: Room, *questions: str):
    """The last answer of a conversation."""
    history: list[dict[str, str]] = []
    for question in questions:
        answer = room.answer(question, history)
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.answer},
        ]
    return answer


def test_no_wording_here_was_trained_on():
    folder = ROOT / "tests" / "training" / "data"
    trained = {
        json.loads(line).get("text", "").lower()
        for path in folder.glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    assert not trained & {text.lower() for text in (*INTENTS, *FOLLOW_UPS)}


@pytest.mark.parametrize(("question", "intent"), INTENTS.items())
def test_the_intent_is_read_from_meaning_and_form(room, question, intent):
    assert room.read(question).intent == intent


@pytest.mark.parametrize(("question", "depends"), FOLLOW_UPS.items())
def test_only_what_depends_on_the_turn_before_is_rewritten(room, question, depends):
    assert (room.read(question, HISTORY).standalone != question) == depends


def test_a_list_question_on_those_sees_only_what_was_shown(room):
    first = room.answer(HISTORY[0]["content"])
    shown = {source.title for source in first.sources}
    last = ask_in_turn(room, HISTORY[0]["content"], "Which of those titles contain a colon?")
    assert {source.title for source in last.sources} == {t for t in shown if ":" in t}


def test_lists_and_overviews_see_the_filters(room):
    empty = Filters(year_from=2030)
    assert room.answer("How many papers are there?", (), empty).answer.startswith(
        "The list holds 0"
    )
    papers = [paper.paper_id for paper in room.papers()[:3]]
    overview = room.answer("What are the themes?", (), Filters(paper_ids=tuple(papers)))
    assert {source.paper_id for source in overview.sources} <= set(papers)


def test_an_ordinal_points_at_the_paper_in_that_place(room):
    first = room.answer(HISTORY[0]["content"])
    last = ask_in_turn(room, HISTORY[0]["content"], "What is the second one about?")
    assert [source.title for source in last.sources] == [first.sources[1].title]


def test_more_of_the_same_does_not_repeat_what_was_said(room):
    question = "How are hallucinations detected with semantic entropy?"
    first = room.answer(question)
    last = ask_in_turn(room, question, "tell me more about that")
    told = {sentence.text for sentence in first.sentences}
    assert not told & {sentence.text for sentence in last.sentences}


def test_the_same_question_is_read_the_same_way(room):
    assert room.read("And the other one?", HISTORY) == room.read("And the other one?", HISTORY)


def test_a_description_points_at_the_paper_shown_before(room):
    answer = ask_in_turn(
        room,
        "Which papers are about sparse autoencoders?",
        "the one about activation monitoring, what does it look at?",
    )
    assert {c.title for s in answer.sentences for c in s.citations} == {
        "Investigating task-specific prompts and sparse autoencoders for activation monitoring"
    }


@pytest.mark.parametrize(
    ("before", "question", "title"),
    [
        ("How faithful are thinking drafts?", "and the graph one?", "Topology of Reasoning"),
        ("How faithful are thinking drafts?", "and which sentences matter?", "Thought Anchors"),
        ("what happens in pretraining poisoning?", "and reward hacking?", "Natural Emergent"),
        ("topology of reasoning graphs", "where are they strong, according to that", "Topology"),
    ],
)
def test_a_topic_of_its_own_leads_over_what_was_spoken_of(room, before, question, title):
    assert ask_in_turn(room, before, question).sources[0].title.startswith(title)


def test_another_one_is_none_of_those_shown(room):
    first = room.answer("Which paper detects confabulations by their entropy?")
    last = ask_in_turn(room, first.question, "who else works on uncertainty?")
    shown = {source.title for source in first.sources}
    assert last.sources
    assert not shown & {source.title for source in last.sources}


def test_similar_ones_are_found_by_the_paper_itself(room):
    first = "Which paper detects when a model introspects on injected thoughts?"
    shown = [source.paper_id for source in room.answer(first).sources]
    like = {hit.paper.paper_id for hit in room.find("", 12, like=shown[:1])}
    last = {source.paper_id for source in ask_in_turn(room, first, "any similar ones?").sources}
    assert last
    assert last <= like
    assert shown[0] not in last


def test_both_are_compared_even_where_one_fits_the_words_better(room):
    first = "Which papers are about grokking?"
    last = ask_in_turn(room, first, "Compare the two on grokking.")
    assert len(last.sources) == 2


def test_small_talk_before_a_question_is_no_part_of_it(room):
    plain = room.read("does any of this deal with hallucinated answers?")
    assert room.read("Good evening! does any of this deal with hallucinated answers?").text == (
        plain.text
    )


def test_a_follow_up_on_what_the_paper_shown_does_not_tell_is_not_answered(room):
    first = "Which paper detects confabulations by their entropy?"
    assert ask_in_turn(room, first, "what did the hardware cost that they rented?").status != (
        "answered"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Worum geht es bei Halluzinationen in diesen Arbeiten?",
        "¿Qué se sabe de la memoria en LLMs?",
    ],
)
def test_another_language_gets_the_closest_or_is_told_so(room, question):
    answer = room.answer(question)
    assert answer.status in ("closest", "refused")
    assert "English" in answer.answer
