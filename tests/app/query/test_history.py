from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.query.history import Standalone, standalone
from app.retrieval import Hit
from ingest.paper import Paper

BEES = Paper("How bees dance", "Bees tell others where food is.")
WASPS = Paper("Wasps build paper nests", "Nests of wasps are made of chewed wood.")
ANTS = Paper("Ants follow trails", "Ants leave scent on the way to food.")
PAPERS = [BEES, WASPS, ANTS]


def search(query: str, k: int) -> list[Hit]:
    """Ranks by the number of shared letters-only words; ties in list order."""
    asked = {word.strip("?.,").lower() for word in query.split()}

    def score(paper: Paper) -> int:
        return len(asked & {word.strip(".").lower() for word in paper.text.split()})

    ranked = sorted(PAPERS, key=score, reverse=True)
    return [Hit(paper, float(score(paper))) for paper in ranked[:k]]


def user(*turns: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": turn} for turn in turns]


@pytest.mark.parametrize(
    "question",
    [
        "And wasps?",
        "What about their nests?",
        "Compare those two.",
        "Why?",
        "Tell me more.",
        "Does it also hold for wasps?",
        "Which of them is about nests?",
        "Is there something similar for wasps?",
        "And the other one?",
        "For wasps?",
        "How do they do that?",
    ],
)
def test_follow_ups_carry_the_words_they_lean_on(question: str) -> None:
    resolved = standalone(question, user("How do bees dance?"), search)
    assert resolved.carried
    assert "bees dance" in resolved.query


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("OK, different topic: what about ants?", "what about ants?"),
        ("New question: how do ants find food?", "how do ants find food?"),
        ("Let's talk about something else. How do ants find food?", "How do ants find food?"),
        ("Switching topics, what do wasps build?", "what do wasps build?"),
        ("Never mind. What do wasps build?", "What do wasps build?"),
        ("By the way, what do wasps build?", "what do wasps build?"),
    ],
)
def test_a_change_of_topic_drops_the_history(question: str, left: str) -> None:
    assert standalone(question, user("How do bees dance?"), search).query == left


@pytest.mark.parametrize(
    "question",
    [
        "How do ants leave a trail of scent on their way to food?",
        "Which papers discuss how wasps build nests from chewed wood?",
        "What do wasps build?",
        "Is it possible to count ants from above?",
    ],
)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    assert standalone(question, user("How do bees dance?"), search).query == question


def test_without_history_nothing_is_added() -> None:
    assert standalone("And the other one?", [], search).query == "And the other one?"


def test_the_other_one_sets_the_last_paper_aside() -> None:
    history = user("Which papers talk about food?", "Tell me more about the one with bees.")
    resolved = standalone("And the other one?", history, search)
    assert BEES.paper_id in resolved.exclude
    first = resolved.apply(search(resolved.query, 3))[0].paper
    assert first == ANTS


def test_those_two_are_the_two_that_came_first() -> None:
    resolved = standalone("Compare those two.", user("Which papers talk about food?"), search)
    assert set(resolved.focus) == {BEES.paper_id, ANTS.paper_id}


def test_an_ordinal_counts_in_the_answer_that_was_shown() -> None:
    history = [
        *user("Which papers are about insects?"),
        {"role": "assistant", "content": f"“{ANTS.title}” [1] and “{BEES.title}” [2]."},
    ]
    assert standalone("Tell me about the second one.", history, search).focus == (BEES.paper_id,)
    both = standalone("Compare it with the second.", history, search)
    assert both.focus == (ANTS.paper_id, BEES.paper_id)


def test_a_search_in_context_keeps_its_size() -> None:
    class Finder:
        def search(self, query: str, k: int, filters: object = None) -> list[Hit]:
            return search(query, k)

    resolved = Standalone("food", exclude=(BEES.paper_id,))
    found = resolved.search(Finder(), 1)  # type: ignore[arg-type]
    assert [hit.paper for hit in found] == [ANTS]


TURNS = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant"]), "content": st.text(max_size=60)}
    ),
    max_size=5,
)


@settings(deadline=None)
@given(st.text(max_size=80), TURNS)
def test_any_conversation_resolves(question: str, history: list[dict[str, str]]) -> None:
    resolved = standalone(question, history, search)
    again = standalone(question, history, search)
    assert resolved == again
    hits = search(resolved.query, 3)
    assert sorted(h.paper.title for h in resolved.apply(hits)) == sorted(
        h.paper.title for h in hits
    )
