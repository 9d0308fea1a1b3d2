"""Measures the checker: `python -m tests.training.measure_verifier DATA`.

DATA is a folder of development data, not part of the project: `answers/{faithful,unfaithful}.jsonl` (sentences
over the shipped list with the titles that they cite), `claims/items.jsonl` and `scifact/corpus.jsonl`
(SciFact's train claims beside the abstracts that they cite; Wadden et al. 2020).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.verification.verifier import Verifier
from ingest.paper import Paper, normalise_title
from ingest.readers.registry import read_path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def sentences(data: Path) -> Iterator[tuple[str, str, list[Paper]]]:
    """(label, sentence, cited records) over the shipped list."""
    papers = {normalise_title(paper.title): paper for paper in read_path(SEEDS).papers}
    for label in ("faithful", "unfaithful"):
        for row in rows_of(data / "answers" / f"{label}.jsonl"):
            cited = [papers[normalise_title(title)] for title in row["cited_titles"]]
            yield label, row["sentence"], cited


def claims(data: Path) -> Iterator[tuple[str, str, list[Paper]]]:
    """(label, claim, cited abstracts) of SciFact."""
    documents = {row["_id"]: row for row in rows_of(data / "scifact" / "corpus.jsonl")}
    for row in rows_of(data / "claims" / "items.jsonl"):
        cited = [documents[name] for name in row["cited_doc_ids"]]
        records = [Paper(title=document["title"], summary=document["text"]) for document in cited]
        yield row["label"], row["claim"], records


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints for each label what the checker says of its sentences without a model."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.training.measure_verifier", description=__doc__
    )
    parser.add_argument("data", type=Path, help="folder of development data")
    data = parser.parse_args(arguments).data
    verifier = Verifier()
    found: dict[str, Counter[str]] = {}
    for label, sentence, records in (*sentences(data), *claims(data)):
        support = verifier.check(sentence, records).support or "left out"
        found.setdefault(label, Counter())[support] += 1
    for label, states in found.items():
        print(f"{label} ({states.total()}): {dict(states)}")


if __name__ == "__main__":
    main()
