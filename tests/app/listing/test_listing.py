from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.listing import ListResult, parse, run
from ingest.paper import Paper

PAPERS = [
    Paper(
        "How do bees dance?",
        "Bees tell others where food is.",
        authors=("Ana Müller", "Bo Li"),
        year=2019,
    ),
    Paper(
        "Towards quiet drones: a survey",
        "We list 12 designs (2015–2020).",
        authors=("Bo Li",),
        year=2021,
    ),
    Paper("Toward deep-sea maps", "Sonar and RL agents chart the floor.", year=2024),
    Paper(
        "A bee is not a drone",
        "It has no rotors!",
        authors=("Cy Ito",),
        year=2024,
        venue="Journal of Flight",
    ),
    Paper("Drones, bees and maps: why not both?", "", tags=("flight",)),
]


def ask(question: str) -> ListResult:
    query = parse(question)
    assert query is not None, question
    return run(query, PAPERS)


def rows(question: str) -> list[int]:
    return [PAPERS.index(paper) for paper in ask(question).papers]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("List all papers.", [0, 1, 2, 3, 4]),
        ("Which titles contain a question mark?", [0, 4]),
        ("List every paper whose title ends with a question mark.", [0, 4]),
        ("Which titles contain neither a colon nor a question mark?", [2, 3]),
        ('Which titles start with "Toward"?', [2]),
        ('Which titles start with "Toward" or "Towards"?', [1, 2]),
        ("Which titles begin with the letter T?", [1, 2]),
        ("Which titles start with a question word?", [0]),
        ('Which papers have the word "drones" in the title?', [1, 4]),
        ('List every paper with "drone" or "drones" in its title.', [1, 3, 4]),
        ('Which titles contain "bees" but not "drones"?', [0]),
        ('Which titles contain both "bees" and "maps"?', [4]),
        ("Which papers mention drones?", [1, 3, 4]),
        ("Which papers do not mention bees?", [1, 2]),
        ("Which of my papers don't have a drone in the title?", [0, 2]),
        ("Which papers mention food in the summary but not in the title?", [0]),
        ("Which papers mention RL or sonar anywhere?", [2]),
        ("Which papers are not about bees?", [1, 2]),
        ('Which papers have "a" in the title and "rotors" in the summary?', [3]),
        ("Which summaries contain a number?", [1]),
        ("Which titles have a hyphen in them?", [2]),
        ("Which summaries contain an acronym?", [2]),
        ("Which papers have no summary?", [4]),
        ("Which papers are from 2024?", [2, 3]),
        ("Which papers were published before 2020?", [0]),
        ("List the papers published between 2019 and 2021.", [0, 1]),
        ("Are there any papers from 2021 or later?", [1, 2, 3]),
        ("Which papers from 2024 mention sonar?", [2]),
        ("Which papers are by Bo Li?", [0, 1]),
        ("Which papers did not appear in 2024?", [0, 1]),
        ("List the papers written by Ana Muller.", [0]),
        ("Which papers have two or more authors?", [0]),
        ("Which papers are tagged flight?", [4]),
        ("Which papers were published in the Journal of Flight?", [3]),
        ("Which paper has the longest title?", [4]),
        ("What are the two shortest titles?", [0, 2, 3]),
        ("What is the newest paper?", [2, 3]),
        ("Which titles have more than five words?", [3, 4]),
        ("Which titles are shorter than four words?", [2]),
        ('In which titles does the word "maps" appear?', [2, 4]),
        ("Show me all titles in alphabetical order, please.", [3, 4, 0, 2, 1]),
    ],
)
def test_lists(question: str, expected: list[int]) -> None:
    assert rows(question) == expected


CONCEPTS = [
    Paper("Grokking in bees", "Bees grok mazes with sparse auto-encoders."),
    Paper("Sparse Autoencoders (SAEs) for drones", "We finetune SAEs; circuits are found."),
    Paper("A drone that has grokked flight", "Fine-tuned by reinforcement learning (RL)."),
    Paper("Hives", "SAE training without labels. Its features are stable."),
]
NAMES = {"saes": ["sparse autoencoders"], "sparse autoencoders": ["SAE"]}


def concept_rows(question: str) -> list[int]:
    query = parse(question, lambda phrase: NAMES.get(phrase.lower(), []))
    assert query is not None, question
    return [CONCEPTS.index(paper) for paper in run(query, CONCEPTS).papers]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which papers mention grokking?", [0, 2]),
        ("List the papers about sparse autoencoders", [0, 1, 3]),
        ("SAEs papers please", [0, 1, 3]),
        ("Pull up everything on sparse autoencoders (SAEs).", [0, 1, 3]),
        ("Dig out all the entries that talk about SAEs", [0, 1, 3]),
        ("I need everything that says fine-tuning somewhere", [1, 2]),
        ("which of these bring up finetuning?", [1, 2]),
        ("Which papers mention grokking but not sparse autoencoders?", [2]),
        ("Grokking papers, excluding the ones about drones", [0]),
        ("Papers on grokking without mazes", [2]),
        ("List the papers on SAEs minus anything on drones or bees", [3]),
        ("Papers concerning grokking, but none that deal with bees", [2]),
        ("What do you have on grokking, no mazes?", [2]),
        ("Everything about SAEs apart from drone stuff", [0, 3]),
        ("Which papers discuss circuits or features?", [1, 3]),
        ("Papers on circuits and features", [1, 3]),
        ("Papers on SAEs and circuits", [1]),
        ('those with "SAE" in the title itself, not just in the summary', []),
    ],
)
def test_lists_by_concept(question: str, expected: list[int]) -> None:
    assert concept_rows(question) == expected


def test_what_papers_are_about_is_told_as_a_topic_without_what_is_set_aside() -> None:
    about = parse("Papers on grokking but not on mazes")
    assert about is not None
    assert (about.topic, about.literal) == ("grokking", False)
    mentioned = parse("Which papers mention grokking?")
    assert mentioned is not None
    assert mentioned.topic == ""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which papers are not from 2020 or 2022?", "are not from 2020 and are not from 2022"),
        (
            'Which titles contain neither "a" nor "b"?',
            'do not have "a" or "b" in the title',
        ),
        ("Which papers are from 2024 and do not mention bees?", "are from 2024 and do not have"),
        ("Which paper has the most authors?", "Compared by number of authors over"),
        ("Papers on sonar and rotors", "No paper has all"),
    ],
)
def test_what_was_computed_is_said(question: str, said: str) -> None:
    assert said in ask(question).explanation


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("How many papers do you have?", 5),
        ("How many papers are in the list?", 5),
        ('How many papers have the word "bees" in the title?', 2),
        ("How many are from 2024?", 2),
        ('How many times does the word "a" occur in the titles?', 3),
        ("How many papers are about bees?", 3),
        ("What percentage of the titles contain a colon?", 2),
    ],
)
def test_counts(question: str, count: int) -> None:
    assert ask(question).count == count


@pytest.mark.parametrize(
    "question",
    [
        "Which paper mentions a bag of tricks?",
        "Which papers ask how animals talk?",
        "What do the papers say about bees?",
        "How many rotors does a drone have?",
        "How do bees dance?",
        "What is a survey?",
        "Which papers show that maps, drones and bees hang together?",
        "Which titles would you read first?",
        "Summarise the bee papers",
        "Give me an overview of the papers on bees",
        "drones",
        "",
        "?",
    ],
)
def test_questions_of_meaning_are_left_to_retrieval(question: str) -> None:
    assert parse(question) is None


def test_a_year_that_no_record_gives_is_unknown_not_zero() -> None:
    query = parse("How many papers are from 2025?")
    assert query is not None
    result = run(query, [Paper("One"), Paper("Two")])
    assert result.declines
    assert len(result.unknown) == 2


def test_unknown_years_are_told() -> None:
    result = ask("How many papers are not from 2024?")
    assert (result.count, len(result.unknown)) == (2, 1)
    assert "1 of 5" in result.explanation


def test_spans_show_the_words() -> None:
    result = ask("Which papers mention bees?")
    for paper in result.papers:
        quotes = [paper.text[start:end] for start, end in result.spans[paper.paper_id]]
        assert quotes
        assert all(re.fullmatch("bees?", quote, re.IGNORECASE) for quote in quotes)


WORDS = st.text(alphabet="abcdeé", min_size=1, max_size=4)
TITLES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


@settings(deadline=None)
@given(st.lists(TITLES, min_size=1, max_size=6), WORDS, WORDS)
def test_boolean_laws(titles: list[str], one: str, other: str) -> None:
    papers = [Paper(title) for title in titles]

    def found(question: str) -> set[int]:
        query = parse(question)
        assert query is not None
        return {id(paper) for paper in run(query, papers).papers}

    has_one = found(f'Which titles contain "{one}"?')
    has_other = found(f'Which titles contain "{other}"?')
    assert has_one == {id(p) for p in papers if one in p.title.split()}
    assert found(f'Which titles contain "{one}" or "{other}"?') == has_one | has_other
    assert found(f'Which titles contain both "{one}" and "{other}"?') == has_one & has_other
    assert found(f'Which titles contain "{one}" but not "{other}"?') == has_one - has_other
    everything = {id(paper) for paper in papers}
    assert found(f'Which titles do not contain "{one}"?') == everything - has_one
    neither = found(f'Which titles contain neither "{one}" nor "{other}"?')
    assert neither == everything - has_one - has_other
    starting = found(f'Which titles start with "{one}"?')
    assert starting == {id(p) for p in papers if p.title.split()[0] == one}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_parses_or_is_left_alone(text: str) -> None:
    query = parse(text)
    if query is not None:
        run(query, PAPERS)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PAPERS), max_size=5), st.sampled_from(["T", "a", "?", "bees"]))
def test_spans_are_inside_the_text(papers: list[Paper], said: str) -> None:
    query = parse(f'Which papers contain "{said}"?')
    assert query is not None
    for paper_id, spans in run(query, papers).spans.items():
        text = next(paper.text for paper in papers if paper.paper_id == paper_id)
        assert all(text[a:b].lower() == said.lower() for a, b in spans)


def test_development_questions_are_exact(eval_data: Path, seeds: Path) -> None:
    titles = json.loads((eval_data / "seeds" / "titles.json").read_text("utf-8"))
    text = next(seeds.glob("*.txt")).read_text("utf-8")
    items = [line[2:] for line in text.splitlines() if line.startswith("- ")]
    papers = [Paper(t, item[len(t) :]) for t, item in zip(titles, items, strict=True)]
    lines = (eval_data / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()
    for row in map(json.loads, lines):
        query = parse(row["question"])
        if row["kind"] == "list":
            assert query is not None, row["question"]
            assert [paper.title for paper in run(query, papers).papers] == row["gold"]
        else:
            # What is asked for by meaning may be read by its words, which is then said.
            assert query is None or not query.literal, row["question"]
