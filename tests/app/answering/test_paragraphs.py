"""Any text against the shipped list, without a model and with one."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.passages import BREAKS_OFF
from app.settings import Settings
from app.wiring import open_room

# A sentence that a record of the shipped list says, the same with one planted error, and the error's name.
PLANTED = [
    ("We present three complementary attribution methods.", "We present five complementary attribution methods.", "number differs: five, record says three"),
    ("We formally separate memorization into two components.", "We formally separate memorization into four components.", "number differs: four, record says two"),
    ("The task asks questions such as “What is the product of 11 and 17?”", "The task asks questions such as “What is the product of 11 and 18?”", "number differs: 18"),
    ("Focusing on two representative reasoning types is their choice.", "Focusing on six representative reasoning types is their choice.", "number differs: six, record says two"),
    ("ITI operates by shifting model activations during inference.", "ITI operates by shifting BERT activations during inference.", "no cited record names BERT"),
    ("These capabilities are not designed by humans.", "These capabilities are not designed by DeepMind humans.", "no cited record names DeepMind"),
    ("A LATENTQA system accepts as input an activation.", "A GPT-4 system accepts as input an activation.", "no cited record"),
    ("Models often adopt user beliefs.", "Models often adopt Google user beliefs.", "no cited record names Google"),
    ("These capabilities are not designed by humans.", "These capabilities are designed by humans.", "negation differs: leaves out “not”"),
    ("Existing methods for adapting large language models to new tasks are not suited to multi-task adaptation.", "Existing methods for adapting large language models to new tasks are suited to multi-task adaptation.", "negation differs: leaves out “not”"),
    ("Finding human-understandable circuits in language models is a central goal of the field.", "Finding human-understandable circuits in language models is not a central goal of the field.", "negation differs: adds “not”"),
    ("Language models transmit behavioral traits via semantically unrelated data.", "Language models never transmit behavioral traits via semantically unrelated data.", "negation differs: adds “never”"),
    ("Its lossy, ambiguous, and indirect nature limits the potential of collective intelligence.", "Its lossy, ambiguous, and indirect nature boosts the potential of collective intelligence.", "says “boosts” where the record says “limits”"),
    ("ITI is a technique designed to enhance the truthfulness of large language models.", "ITI is a technique designed to reduce the truthfulness of large language models.", "says “reduce” where the record says “enhance”"),
    ("Pretraining language models on formal language can improve their acquisition of natural language.", "Pretraining language models on formal language can worsen their acquisition of natural language.", "says “worsen” where the record says “improve”"),
]  # fmt: skip


@pytest.fixture(scope="module")
def room(seeded_home):
    with open_room(Settings(home=seeded_home, llm="extractive")) as opened:
        yield opened


@pytest.mark.parametrize(("right", "wrong", "reason"), PLANTED)
def test_a_planted_error_is_named_and_its_neighbours_stand(room, right, wrong, reason) -> None:
    """Thirty paragraphs, of which half hold an error."""
    before = "Recent progress in artificial intelligence (AI) has resulted in rapidly improved AI capabilities."
    after = "Analyzing reasoning traces at the sentence level is a promising approach."
    first, second, third = room.check(f"{before} {right} {after}").sentences
    assert [first.support, third.support] == ["verbatim", "verbatim"]
    assert second.support in ("verbatim", "supported", "unconfirmed")
    first, second, third = room.check(f"{before} {wrong} {after}").sentences
    assert [first.support, third.support] == ["verbatim", "verbatim"]
    assert second.support in ("contradicted", "unsupported")
    assert second.reason.startswith(reason)


def test_the_paper_that_says_it_is_named(room) -> None:
    text = (
        "Language models transmit behavioral traits via semantically unrelated data [7].\n"
        "“Persistent Pre-Training Poisoning of LLMs” shows that machines are not subject to these constraints.\n\n"
        "References\n[7] Persistent Pre-Training Poisoning of LLMs\n"
    )
    corrected, wrong = room.check(text).sentences
    assert (corrected.support, corrected.citations[0].title[:11]) == ("verbatim", "Subliminal ")
    assert "not “Persistent Pre-Training Poisoning of LLMs”" in corrected.reason
    assert wrong.support == "unsupported"
    assert wrong.reason.startswith("“Thought Communication in Multiagent Collaboration” says this")


def test_a_judge_decides_what_words_cannot(seeded_home, llm) -> None:
    llm.answer = lambda request: (
        '1 yes [1] "machines are not subject to these constraints"\n'
        + ('1 yes [2] "machines are not subject to these constraints"')
    )
    settings = Settings(home=seeded_home, llm="openai:scripted", llm_base_url=llm.base_url)
    with open_room(settings) as opened:
        text = "In Thought Communication in Multiagent Collaboration, machines need not bear what speech lacks."
        checked = opened.check(text)
        (sentence,) = checked.sentences
        told = checked.to_dict()
    assert sentence.support == "supported"
    assert len(llm.requests) == 1
    assert (told["tokens"] > 0, told["cost"]) == (True, None)


def test_a_saved_answer_is_checked_without_its_own_words(
    seeded_home, tmp_path, monkeypatch
) -> None:
    from app.surfaces.cli import app

    monkeypatch.setenv("READING_ROOM_HOME", str(seeded_home))
    question = "How do transformers learn implicit reasoning?"
    saved = CliRunner().invoke(app, ["ask", question, "--llm", "extractive"]).stdout
    assert BREAKS_OFF in saved
    assert "considered 69 of 69 papers" in saved
    path = tmp_path / "saved.txt"
    path.write_text(saved, "utf-8")
    checked = CliRunner().invoke(app, ["check", str(path), "--llm", "extractive", "--json"])
    assert set(json.loads(checked.stdout)["counts"]) == {"verbatim"}


def test_the_command_prints_states_and_json(seeded_home, tmp_path, monkeypatch) -> None:
    from app.surfaces.cli import app

    monkeypatch.setenv("READING_ROOM_HOME", str(seeded_home))
    draft = tmp_path / "draft.txt"
    draft.write_text("We present five complementary attribution methods.")
    shown = CliRunner().invoke(app, ["check", str(draft)])
    assert (shown.exit_code, "contradicted: number differs: five" in shown.output) == (0, True)
    told = json.loads(
        CliRunner().invoke(app, ["check", "-", "--json"], input="Bananas are yellow.").output
    )
    assert told["counts"] == {"unsupported": 1}
    assert (told["tokens"], told["cost"]) == (0, 0.0)
    assert set(told["sentences"][0]) == {"text", "support", "reason", "citations"}
    missing = CliRunner().invoke(app, ["check", str(tmp_path / "none.txt")])
    assert missing.exit_code == 3
    assert CliRunner().invoke(app, ["check", "-"], input=" ").exit_code == missing.exit_code
