"""Measures the title model: `python -m tests.training.measure_title_split PAPERS.jsonl.gz`.

On synthetic lists from the papers that training left out: exact titles by variation, with and
without the list as evidence, and how often a split of a given confidence is right.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ingest.readers.title_split import Split, split_entries, split_entry
from tests.training.synthetic_lists import Example
from tests.training.train_title_split import load, make_lists

SEED = 22
BINS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
_CAMEL = re.compile(r"[a-z][A-Z]")
_ACRONYM_END = re.compile(r"[A-Z]{2,}s?$")

Splitter = Callable[[Sequence[str]], list[Split]]


def outcomes(
    lists: Sequence[Sequence[Example]], splitter: Splitter
) -> Iterator[tuple[Example, Split, bool]]:
    """Every example with its split, and whether the title came out exactly."""
    for entries in lists:
        splits = splitter([example.entry for example in entries])
        for example, split in zip(entries, splits, strict=True):
            yield example, split, example.entry[: split.end].rstrip() == example.title


def variations(example: Example) -> list[str]:
    """What an example is counted under."""
    names = ["all", f"join: {example.join}", f"opening: {example.opening}"]
    if _CAMEL.search(example.title):
        names.append("title: camel case")
    if example.title.endswith(("?", "!")):
        names.append("title: ends in ? or !")
    if _ACRONYM_END.search(example.title):
        names.append("title: ends in an acronym")
    return names


def report(lists: Sequence[Sequence[Example]], splitter: Splitter) -> None:
    """Prints accuracy by variation and the reliability of the confidence."""
    right: dict[str, list[bool]] = defaultdict(list)
    by_confidence: dict[float, list[bool]] = defaultdict(list)
    for example, split, exact in outcomes(lists, splitter):
        for name in variations(example):
            right[name].append(exact)
        by_confidence[next(edge for edge in BINS if split.confidence < edge)].append(exact)
    for name, hits in sorted(right.items()):
        print(f"  {name:28} {sum(hits) / len(hits):.4f}  of {len(hits)}")
    for edge, hits in sorted(by_confidence.items()):
        print(f"  confidence < {edge:<15} {sum(hits) / len(hits):.4f}  of {len(hits)}")


def main() -> None:
    """Print the figures for whole lists and for entries taken singly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--limit", type=int, default=60000)
    options = parser.parse_args()
    lists = make_lists(load(options.papers, "", options.limit)["held-out"], SEED)
    print("whole lists")
    report(lists, split_entries)
    print("single entries")
    report(lists, lambda entries: [split_entry(entry) for entry in entries])


if __name__ == "__main__":
    main()
