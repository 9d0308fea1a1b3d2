"""Pairs of records and sentences for `train_entailment`: written ones, made ones, cheap ones."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from ingest.sentences import sentence_spans
from tests.training.measure_verifier import claims

DATA = Path(__file__).parent / "data" / "entailment.jsonl"
LABELS = {"support": 0, "refute": 1, "contradict": 1, "nei": 2}
CLAIM_LABELS = {"SUPPORT": 0, "CONTRADICT": 1, "NOT_ENOUGH_INFO": 2}
# A made falsehood is compared with the sentence that it was made from: one that shares this much.
MIN_SHARED = 0.75
MIN_SALAD, MAX_SALAD = 9, 22


@dataclass(frozen=True)
class Pair:
    """A sentence beside records, their texts joined by blank lines.

    label: 0 supported, 1 refuted, 2 not said. kind: what was done to it. twin: the true sentence that a false
    one was made from, "" if there is none.
    """

    record: str
    sentence: str
    label: int
    kind: str
    twin: str = ""


Group = list[Pair]  # A true sentence, then its false twins; or any single pair.


def grouped(pairs: Sequence[Pair]) -> list[Group]:
    """False sentences behind the true one that they were made from, so that they share a batch."""
    groups: dict[tuple[str, str], Group] = {}
    for pair in sorted(pairs, key=lambda pair: pair.label != LABELS["support"]):
        groups.setdefault((pair.record, pair.twin or pair.sentence), []).append(pair)
    return list(groups.values())


def written(papers: Path) -> dict[int, list[Pair]]:
    """The sentences written for this project, by writer; their records are named by id and length only.

    papers: the records, as gzipped JSON lines with `id`, `title`, `abstract`. Those that it lacks are left out.
    """
    known = {row["id"]: row for row in _gzipped(papers)}
    out: dict[int, list[Pair]] = {}
    for row in map(json.loads, DATA.read_text("utf-8").splitlines()):
        texts = []
        for record in row["records"]:
            paper = known.get(record["id"])
            cut = paper["abstract"][: record["length"]] if paper else ""
            texts.append(f"{paper['title']}\n{cut}" if paper else "")
        for one in row["sentences"]:
            if all(texts[i] for i in one["of"]):
                joined = "\n\n".join(texts[i] for i in one["of"])
                pair = Pair(
                    joined,
                    one["sentence"],
                    LABELS[one["label"]],
                    one["kind"],
                    one.get("twin", ""),
                )
                out.setdefault(row["writer"], []).append(pair)
    return out


def made(file: Path, limit: int, without: Collection[str], seed: int = 0) -> list[Pair]:
    """Pairs made by editing abstracts: gzipped JSON lines with `premise`, `hypothesis`, `label`, `source`.

    without: titles of records that none of them may be about.
    """
    rows = [row for row in _gzipped(file) if row["source"].startswith("synth:")]
    random.Random(seed).shuffle(rows)
    starts = tuple(title.rstrip(".") for title in without)
    rows = [r for r in rows if not any(p.startswith(starts) for p in r["premise"].split(" | "))]
    return list(_made(rows[:limit]))


def _gzipped(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _made(rows: Sequence[dict[str, str]]) -> Iterator[Pair]:
    for row in rows:
        spans = [
            [part[a:b] for a, b in sentence_spans(part)] for part in row["premise"].split(" | ")
        ]
        record = "\n\n".join("\n".join(sentences) for sentences in spans)
        label, sentence = LABELS[row["label"]], row["hypothesis"]
        twin = ""
        if label != LABELS["support"]:
            closest = max((s for one in spans for s in one), key=lambda s: _shared(s, sentence))
            twin = closest if _shared(closest, sentence) > MIN_SHARED else ""
        yield Pair(record, sentence, label, row["source"], twin)


def _shared(a: str, b: str) -> float:
    return SequenceMatcher(None, a.split(), b.split(), autojunk=False).ratio()


def claims_in_parts(data: Path, parts: int = 3) -> list[list[Pair]]:
    """SciFact's train claims; those about one abstract are in one part."""
    out: list[list[Pair]] = [[] for _ in range(parts)]
    places: dict[str, int] = {}
    for label, claim, records in claims(data):
        part = places.setdefault(records[0].title, len(places) % parts)
        joined = "\n\n".join(record.text for record in records)
        out[part].append(Pair(joined, claim, CLAIM_LABELS[label], label))
    return out


def cheap(pairs: Sequence[Pair], salads: int, quotes: int, seed: int = 0) -> Iterator[Pair]:
    """A record's own words in no order, and its own sentences as they are."""
    chance = random.Random(seed)
    records = sorted({pair.record for pair in pairs if "\n\n" not in pair.record})
    for record in chance.sample(records, min(salads, len(records))):
        words = record.split()
        pieces, at, longest = [], 0, chance.randint(1, 4)
        while at < len(words):
            length = chance.randint(1, longest)
            pieces.append(words[at : at + length])
            at += length
        chance.shuffle(pieces)
        salad = [word.strip(".,;:()") for piece in pieces for word in piece]
        text = " ".join(salad[: chance.randint(MIN_SALAD, MAX_SALAD)])
        yield Pair(record, f"{text.capitalize()}.", LABELS["nei"], "salad")
    for record in chance.choices(records, k=quotes):
        spans = sentence_spans(record)[1:]
        if spans:
            start, end = chance.choice(spans)
            yield Pair(record, record[start:end], LABELS["support"], "quote")
