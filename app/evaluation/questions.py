"""Question files: JSON lines, a question with its gold titles or a conversation turn by turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.errors import InputError

T = TypeVar("T")

HINT = (
    'a line is {"id", "kind", "question", "gold": [titles], "also_ok", "history"} or '
    '{"id", "kind", "turns": [{"question", "must": [titles], "ok", "refuse"}]}'
)
# Kinds whose questions no paper answers, where they name no gold.
_NO_ANSWER = ("unanswerable", "adversarial")


def _said(turn: Any) -> Any:
    """A turn given as text alone is the user's."""
    return {"role": "user", "content": turn} if isinstance(turn, str) else turn


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class Said(_Model):
    """An earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


Text = Annotated[str, Field(min_length=1)]
Titles = tuple[Text, ...]


class Turn(_Model):
    """A question and what a right answer does.

    must: exact titles to be cited. ok: titles that count as right where they are cited. neutral: titles
    that count neither as right nor as wrong. refuse: whether it must be declined.
    """

    question: Text
    must: Titles = Field((), validation_alias=AliasChoices("must", "gold"))
    ok: Titles = ()
    neutral: Titles = Field((), validation_alias=AliasChoices("neutral", "also_ok"))
    refuse: bool | Literal["either"] = "either"


class Question(_Model):
    """One row: turns that are asked one by one, after a history that was already there."""

    id: Text
    kind: Text
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    history: tuple[Annotated[Said, BeforeValidator(_said)], ...] = ()
    note: str = ""

    def turn_id(self, position: int) -> str:
        """The row's id; in a dialogue with the number of the turn."""
        return self.id if len(self.turns) == 1 else f"{self.id}.{position + 1}"


def load_questions(path: Path) -> list[Question]:
    """Read a question file; both forms may stand in one file.

    Raises:
        InputError: not JSON lines, or rows that are no questions: the first of them with its number and
            what is wrong, the others by number.
    """
    lines: dict[str, int] = {}

    def read(number: int, row: dict[str, Any]) -> Question:
        question = _question(row)
        if (first := lines.setdefault(question.id, number)) != number:
            raise ValueError(f'the id "{question.id}" is that of line {first}')
        return question

    out = read_lines(path, read, HINT)
    if not out:
        raise InputError(f"{path} holds no questions", hint=HINT)
    return out


def read_lines(path: Path, read: Callable[[int, dict[str, Any]], T], hint: str) -> list[T]:
    """What `read(line number, object)` makes of each line of a JSON lines file; it raises ValueError.

    Raises:
        InputError: not a file, or lines that cannot be read.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a JSON lines file") from error
    out, wrong = [], {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("not a JSON object")
                out.append(read(number, row))
            except ValueError as error:
                wrong[number] = _reason(error)
    if wrong:
        (first, reason), *others = wrong.items()
        more = f"; wrong too: line {', '.join(str(n) for n, _ in others)}" if others else ""
        raise InputError(f"{path}, line {first}: {reason}{more}", hint=hint)
    return out


def _question(row: dict[str, Any]) -> Question:
    row = {name: value for name, value in row.items() if value is not None}
    if "turns" in row:
        return Question.model_validate(row)
    refuse = row.get("kind") in _NO_ANSWER or "either"
    turn = Turn.model_validate({"refuse": not row.get("gold") and refuse} | row)
    return Question.model_validate(row | {"turns": [turn]})


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg})"
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    # Where in the row, counting from 1: `turns 2 question`.
    place = " ".join(str(p + 1) if isinstance(p, int) else p for p in first["loc"])
    return f"{place}: {first['msg'].lower()}"
