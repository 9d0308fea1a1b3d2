"""Question files in both forms, and what is said of rows that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.evaluation.questions import Said, load_questions
from ingest.errors import InputError


def written(folder: Path, *rows: object) -> Path:
    path = folder / "q.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), "utf-8")
    return path


def test_both_forms_stand_in_one_file(tmp_path):
    flat, dialogue = load_questions(
        written(
            tmp_path,
            {"id": 7, "kind": "single", "question": "What?", "gold": ["One"], "also_ok": ["Two"],
             "history": ["before", {"role": "assistant", "content": "said"}], "note": "easy"},
            "",
            {"id": "D", "kind": "dialogue", "turns": [
                {"question": "a", "must": ["One"], "ok": ["Two"], "refuse": False},
                {"question": "b", "must": [], "ok": [], "refuse": "either"}]},
        )
    )  # fmt: skip
    (turn,) = flat.turns
    assert (flat.id, flat.note, flat.turn_id(0)) == ("7", "easy", "7")
    assert (turn.must, turn.ok, turn.neutral, turn.refuse) == (("One",), (), ("Two",), False)
    assert flat.history == (
        Said(role="user", content="before"),
        Said(role="assistant", content="said"),
    )
    assert [turn.refuse for turn in dialogue.turns] == [False, "either"]
    assert dialogue.turns[0].ok == ("Two",)
    assert dialogue.turn_id(1) == "D.2"


@pytest.mark.parametrize(
    ("kind", "gold", "refuse"),
    [
        ("single", ["One"], False),
        ("adversarial", ["One"], False),
        ("adversarial", [], True),
        ("unanswerable", None, True),
        ("list", [], "either"),
    ],
)
def test_a_question_without_gold_is_to_be_declined_where_its_kind_says_so(
    tmp_path, kind, gold, refuse
):
    row = {"id": "a", "kind": kind, "question": "What?", "gold": gold}
    assert load_questions(written(tmp_path, row))[0].turns[0].refuse is refuse


GOOD = {"id": "good", "kind": "single", "question": "What?"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ({"id": "x", "kind": "single"}, "question: "),
        ({"id": "x", "question": "What?"}, "kind: "),
        (GOOD | {"id": "x", "question": ""}, "question: "),
        (GOOD | {"id": "x", "gold": "One"}, "gold: "),
        (GOOD | {"id": "x", "gold": ["One", None]}, "gold 2: "),
        (GOOD | {"id": "x", "history": [{"role": "system", "content": ""}]}, "history 1 role: "),
        (GOOD | {"id": "x", "refuse": "perhaps"}, "refuse"),
        ({"id": "x", "kind": "dialogue", "turns": []}, "turns: "),
        (
            {"id": "x", "kind": "d", "turns": [{"question": "a"}, {"must": []}]},
            "turns 2 question: ",
        ),
        (GOOD, 'the id "good" is that of line 1'),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field(tmp_path, row, said):
    path = written(tmp_path, GOOD, "", row)
    with pytest.raises(InputError) as error:
        load_questions(path)
    assert error.value.message.startswith(f"{path}, line 3: {said}")
    assert "\n" not in error.value.message
    assert '"turns"' in error.value.hint


def test_all_wrong_rows_are_counted(tmp_path):
    path = written(tmp_path, "x", GOOD, "y", "z")
    with pytest.raises(InputError, match=r"line 1: not JSON .*; wrong too: line 3, 4$"):
        load_questions(path)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_a_file_without_questions_is_one_clear_error(tmp_path, content):
    path = tmp_path / "q.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        load_questions(path)
    assert error.value.hint
