"""Evaluation data: question files over a reading list, and BEIR folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import InputError
from ingest.paper import Paper

KINDS = ("single", "multi", "followup", "unanswerable", "adversarial", "list")


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question file.

    gold: exact titles of the papers that answer it, empty where none does. also_ok: neighbours that
    may be cited without harm. history: earlier turns, {"role", "content"}, oldest first.
    """

    id: str
    kind: str
    question: str
    gold: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()
    history: tuple[dict[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class BeirDataset:
    """A corpus with queries and judgements in BEIR's form (Thakur et al. 2021).

    documents: id -> (title, text). judgements: query id -> {document id: grade}.
    """

    name: str
    documents: dict[str, tuple[str, str]]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]

    def papers(self) -> Iterator[Paper]:
        """Documents as papers, in file order; `source` holds the document id.

        The id also stands in for a DOI, so that two documents of one title stay two papers.
        """
        for doc_id, (title, text) in self.documents.items():
            shown = " ".join((title or text[:80] or doc_id).split())
            yield Paper(title=shown, summary=text, source=doc_id, doi=f"{self.name}/{doc_id}")


def load_questions(path: Path) -> list[Question]:
    """Read a question file (JSON lines).

    Raises:
        InputError: not a file, not JSON lines, or a row lacks id, kind or question.
    """
    out = []
    for number, row in _rows(path):
        try:
            out.append(
                Question(
                    id=str(row["id"]),
                    kind=str(row["kind"]),
                    question=str(row["question"]),
                    gold=tuple(row.get("gold") or ()),
                    also_ok=tuple(row.get("also_ok") or ()),
                    history=tuple(_turn(turn) for turn in row.get("history") or ()),
                    note=str(row.get("note", "")),
                )
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"{path}, line {number}: not a question ({error})",
                hint='each line is {"id", "kind", "question", "gold": [titles], ...}',
            ) from error
    if not out:
        raise InputError(f"{path} holds no questions", hint="one JSON object a line")
    return out


def load_beir(folder: Path) -> BeirDataset:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv) of a folder.

    Queries without a judgement are left out, as the benchmark does.

    Raises:
        InputError: a file is missing or a line cannot be read.
    """
    documents = {
        str(row["_id"]): (str(row.get("title") or ""), str(row.get("text") or ""))
        for _, row in _identified(folder / "corpus.jsonl")
    }
    judgements = _judgements(_qrels_file(folder), documents)
    queries = {
        str(row["_id"]): str(row.get("text") or "")
        for _, row in _identified(folder / "queries.jsonl")
        if str(row["_id"]) in judgements
    }
    kept = {query: grades for query, grades in judgements.items() if query in queries}
    if not kept:
        raise InputError(f"{folder}: no query has a judgement", hint="check the ids in qrels.tsv")
    return BeirDataset(folder.name, documents, queries, kept)


def _qrels_file(folder: Path) -> Path:
    for name in ("qrels.tsv", "qrels/test.tsv"):
        if (folder / name).is_file():
            return folder / name
    raise InputError(
        f"{folder} has no qrels.tsv", hint="a BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv"
    )


def _judgements(path: Path, documents: dict[str, tuple[str, str]]) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields or (number == 1 and not fields[-1].lstrip("-").isdigit()):
            continue  # blank, or the header
        try:
            query, document, grade = fields[0], fields[1], int(fields[-1])
        except (IndexError, ValueError) as error:
            raise InputError(
                f"{path}, line {number}: not `query-id corpus-id score`",
                hint="tab-separated, whole-number scores",
            ) from error
        if grade > 0 and document in documents:
            judgements.setdefault(query, {})[document] = grade
    return judgements


def _identified(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in _rows(path):
        if "_id" not in row:
            raise InputError(f"{path}, line {number}: no `_id`", hint="BEIR form: _id, title, text")
        yield number, row


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}: {error}", hint="give a JSON lines file") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path}, line {number}: not JSON ({error.msg})", hint="one JSON object a line"
            ) from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, line {number}: not an object", hint="one object a line")
        yield number, row


def _turn(turn: Any) -> dict[str, str]:
    if isinstance(turn, str):
        return {"role": "user", "content": turn}
    return {"role": str(turn["role"]), "content": str(turn["content"])}
