"""Fits the title model: `python -m tests.training.train_title_split PAPERS.jsonl.gz`.

PAPERS: one JSON object a line with id, title and abstract. Papers are dealt by the hash of their
id: word tables, weights and figures (`measure_title_split`) never share one. Written into
ingest/data: title_split.json and scholarly_words.txt.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ingest.readers.title_candidates import (
    KINDS,
    WORDS_FILE,
    Candidate,
    candidates,
    known_words,
    wordpiece_words,
)
from ingest.readers.title_features import FEATURES, WORD_TABLES, EntryView, word_keys
from ingest.readers.title_split import MODEL_FILE
from tests.training.synthetic_lists import Example, make_list

DATA = Path(__file__).parents[2] / "ingest" / "data"
SEED = 20
SPLITS = {"tables": 6, "weights": 3, "held-out": 1}
LIST_SIZES = (5, 80)
MIN_COUNT = 10
MAX_LOG_RATIO = 4.0
L2 = 2e-5
# A word this frequent (in how many abstracts of the tables part) joins the word list.
MIN_ABSTRACTS = 25

Tables = dict[str, dict[str, float]]


def load(path: Path, exclude: str, limit: int) -> dict[str, list[tuple[str, str]]]:
    """(title, abstract) pairs by split; papers whose title occurs in `exclude` are left out."""
    parts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    deal = [name for name, share in SPLITS.items() for _ in range(share)]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            paper = json.loads(line)
            title, abstract = (" ".join(paper[key].split()) for key in ("title", "abstract"))
            if title and abstract and title.lower() not in exclude:
                place = int(hashlib.sha256(paper["id"].encode()).hexdigest(), 16) % len(deal)
                parts[deal[place]].append((title, abstract))
    for name, papers in parts.items():
        random.Random(f"{SEED}{name}").shuffle(papers)
        del papers[limit * SPLITS[name] // sum(SPLITS.values()) :]
    return parts


def make_lists(papers: Sequence[tuple[str, str]], seed: int) -> list[list[Example]]:
    """Synthetic lists that use up the papers."""
    rng = random.Random(seed)
    lists, at = [], 0
    while at < len(papers):
        size = rng.randint(*LIST_SIZES)
        lists.append(make_list(papers[at : at + size], rng))
        at += size
    return lists


def gold_index(example: Example, options: Sequence[Candidate]) -> int | None:
    """The candidate that gives the known title, or None where there is no such candidate."""
    for i, option in enumerate(options):
        if option.start == example.start and example.entry[: option.end].rstrip() == example.title:
            return i
    return None


def write_words(papers: Sequence[tuple[str, str]], path: Path) -> None:
    """The words that are frequent in abstracts and not in the encoder's vocabulary."""
    counts: Counter[str] = Counter()
    for _, abstract in papers:
        counts.update(set(re.findall(r"(?<![\w-])[a-z]{3,}(?![\w-])", abstract)))
    chosen = {word for word, n in counts.items() if n >= MIN_ABSTRACTS} - wordpiece_words()
    path.write_text("\n".join(sorted(chosen)) + "\n", "utf-8")
    known_words.cache_clear()


def count_tables(examples: Iterable[Example]) -> tuple[Tables, dict[str, float]]:
    """Log ratios of the words at true and at other boundaries, and the share of each kind."""
    counts: dict[str, list[Counter[str]]] = {name: [Counter(), Counter()] for name in WORD_TABLES}
    kinds: Counter[str] = Counter(dict.fromkeys(KINDS, 1))
    for example in examples:
        options = candidates(example.entry)
        gold = gold_index(example, options)
        for i, option in enumerate(options):
            keys = word_keys(example.entry, option)
            for name in WORD_TABLES:
                counts[name][i == gold][getattr(keys, name)] += 1
        if gold is not None:
            kinds[options[gold].kind] += 1
    total = sum(kinds.values())
    tables = {name: _log_ratios(*pair) for name, pair in counts.items()}
    return tables, {kind: round(kinds[kind] / total, 5) for kind in KINDS}


def _log_ratios(other: Counter[str], true: Counter[str]) -> dict[str, float]:
    for counter in (other, true):
        counter.pop("", None)
    n_other, n_true = sum(other.values()) + 1, sum(true.values()) + 1
    ratios = {}
    for word in sorted({*other, *true}):
        if other[word] + true[word] < MIN_COUNT:
            continue
        # The prior count of one is shared out as all words are, so that rare words stay near 0.
        expected = n_true / (n_true + n_other)
        seen = other[word] + true[word] + 2
        rate = (true[word] + 2 * expected) / seen
        ratio = math.log(rate / (1 - rate)) - math.log(expected / (1 - expected))
        value = round(max(-MAX_LOG_RATIO, min(MAX_LOG_RATIO, ratio)), 1)
        if value:
            ratios[word] = value
    return ratios


def fit(examples: Sequence[Example], tables: Tables) -> list[float]:
    """Weights that maximise the log likelihood of the true boundaries, with an L2 penalty."""
    import numpy as np
    from scipy.optimize import minimize

    rows: list[list[float]] = []
    groups: list[int] = []
    gold_rows: list[int] = []
    for example in examples:
        options = candidates(example.entry)
        gold = gold_index(example, options)
        if gold is None:
            continue
        groups.append(len(rows))
        gold_rows.append(len(rows) + gold)
        view = EntryView(example.entry)
        rows.extend(view.features(option, tables) for option in options)
    x = np.array(rows)
    starts = np.array(groups)
    sizes = np.diff([*groups, len(rows)])

    def loss(w: Any) -> tuple[float, Any]:
        logits = x @ w
        logits -= np.repeat(np.maximum.reduceat(logits, starts), sizes)
        powers = np.exp(logits)
        totals = np.add.reduceat(powers, starts)
        p = powers / np.repeat(totals, sizes)
        value = -(logits[gold_rows] - np.log(totals)).mean() + L2 * (w @ w)
        gradient = (x.T @ p - x[gold_rows].sum(axis=0)) / len(starts) + 2 * L2 * w
        return float(value), gradient

    result = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B")
    return [round(float(w), 3) for w in result.x]


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--exclude", type=Path, help="a list whose papers are not trained on")
    parser.add_argument("--limit", type=int, default=40000, help="papers used at most")
    options = parser.parse_args()
    exclude = options.exclude.read_text("utf-8").lower() if options.exclude else ""
    parts = load(options.papers, exclude, options.limit)
    write_words(parts["tables"], DATA / WORDS_FILE)
    made = {name: make_lists(parts[name], SEED + i) for i, name in enumerate(SPLITS)}
    tables, kinds = count_tables(e for entries in made["tables"] for e in entries)
    weights = fit([e for entries in made["weights"] for e in entries], tables)
    named = dict(zip(FEATURES, weights, strict=True))
    model = {"weights": named, "kinds": kinds, "tables": tables}
    text = json.dumps(model, ensure_ascii=False, indent=0)
    (DATA / MODEL_FILE).write_text(text + "\n", "utf-8")
    print(json.dumps(named, indent=1))


if __name__ == "__main__":
    main()
