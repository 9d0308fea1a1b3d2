"""`reading-room check`: any text against the list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.settings import load_settings
from app.surfaces.cli.options import Home, Json, Llm, one_line_errors, print_json
from ingest.errors import InputError
from ingest.text import counted

if TYPE_CHECKING:
    from app.answering.paragraphs import TextCheck

HINT = "reading-room check draft.txt, or reading-room check - to read standard input"
STATES = {
    "verbatim": "word for word",
    "supported": "confirmed",
    "unconfirmed": "could not be confirmed",
    "contradicted": "contradicted",
    "unsupported": "no record says this",
}


@one_line_errors
def check(
    file: Annotated[str, typer.Argument(help="A text file, or - for standard input.")],
    llm: Llm = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check any text against the list: for each sentence its state, the record's words, the reason.

    Example: reading-room check draft.txt --json
    """
    from app.wiring import open_room

    text = _read(file)
    with open_room(load_settings(home=home, llm=llm)) as room:
        checked = room.check(text)
    if as_json:
        print_json(checked.to_dict())
    else:
        _show(checked)


def _read(file: str) -> str:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", hint=HINT) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text", hint=HINT) from error
    if not any(c.isalnum() for c in text):
        raise InputError("the text is empty", hint=HINT)
    return text


def _show(checked: TextCheck) -> None:
    for sentence in checked.sentences:
        reason = f": {sentence.reason}" if sentence.reason else ""
        print(f"{sentence.text}\n  {STATES[sentence.support]}{reason}")
        for citation in sentence.citations:
            print(f"  [{citation.n}] {citation.title}: “{citation.quote}”")
    found = ", ".join(f"{n} {STATES[state]}" for state, n in checked.counts.items())
    print(f"\n{counted(len(checked.sentences), 'sentence')}: {found}")
