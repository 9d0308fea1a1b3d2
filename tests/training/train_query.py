"""Trains the classifiers of the front door: `python -m tests.training.train_query [--quick]`.

Examples are in `data/intents.jsonl` and `data/references.jsonl`, each with its writer. Writes
`app/query/data/{intent,reference}.npz` and prints how well each writer's wordings are read by a model
that has seen only the others' (not with `--quick`).
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.language.text_classifier import TextClassifier, ngrams, tokens
from app.query.reference import context_features
from ingest.index.encoder import shared_encoder

HERE = Path(__file__).parent / "data"
TARGET = Path(__file__).resolve().parents[2] / "app" / "query" / "data"
# A word is form, not topic, if so many writers and examples have it.
MIN_WRITERS, MIN_EXAMPLES = 4, 5
MIN_NGRAM_EXAMPLES = 2
# Kinds of follow-up that name no topic of their own.
WITHOUT_TOPIC = ("more", "refers_one", "refers_set", "ordinal", "why", "similar")
# How often a word of asking stands in questions without a topic, against those with one; and how many
# writers use a word that needs no such comparison.
LEAST_SHARE, NEARLY_ALL = 0.5, 7
INVERSE_REGULARISATION = 3.0


@dataclass(frozen=True)
class Example:
    """text: what was typed. before: the question before it, "" for none."""

    text: str
    label: str
    writer: str
    before: str = ""

    @property
    def vector(self) -> np.ndarray:
        """(384,) of the packaged encoder."""
        return vector(self.text)

    @property
    def extra(self) -> list[float]:
        """What the reference classifier sees beside the text."""
        return context_features(self.text, self.vector, vector(self.before)) if self.before else []


_vectors: dict[str, np.ndarray] = {}


def vector(text: str) -> np.ndarray:
    """The text's vector, encoded once."""
    if text not in _vectors:
        _vectors[text] = shared_encoder().encode([text])[0]
    return _vectors[text]


def train(examples: Sequence[Example], form: frozenset[str] | None = None) -> TextClassifier:
    """A classifier of these examples, classes weighted alike. form: see `vocabulary`."""
    from sklearn.linear_model import LogisticRegression

    empty = vocabulary(examples, form)
    rows = np.array([empty.features(e.text, e.vector, e.extra) for e in examples])
    model = LogisticRegression(
        C=INVERSE_REGULARISATION, max_iter=4000, class_weight="balanced", random_state=0
    ).fit(rows, [e.label for e in examples])
    return TextClassifier(
        tuple(model.classes_.tolist()),
        empty.form,
        empty.vocabulary,
        empty.idf,
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def vocabulary(examples: Sequence[Example], form: frozenset[str] | None = None) -> TextClassifier:
    """Words of form (given, or found by how many use them) and n-grams, without a regression yet."""
    form = _form(examples) if form is None else form
    grams = Counter(g for e in examples for g in set(ngrams(tokens(e.text), form)))
    kept = sorted(gram for gram, n in grams.items() if n >= MIN_NGRAM_EXAMPLES)
    idf = np.array([np.log((1 + len(examples)) / (1 + grams[g])) + 1 for g in kept], np.float32)
    columns = {gram: column for column, gram in enumerate(kept)}
    return TextClassifier((), form, columns, idf, np.zeros((0, 0)), np.zeros(0))


def _form(examples: Sequence[Example]) -> frozenset[str]:
    """Words that enough writers and examples have."""
    return frozenset(
        word
        for word, (times, writers) in _used(examples).items()
        if times >= MIN_EXAMPLES and writers >= MIN_WRITERS
    )


def asking_words(intents: Sequence[Example], references: Sequence[Example]) -> frozenset[str]:
    """Words in which things are asked, whatever they are about.

    They stand in questions that name no topic (on the list as a whole, follow-ups) at least half as often
    as in those that do, or nearly all writers use them.
    """
    open_ended = [e for e in intents if e.label.startswith(("overview", "list"))]
    open_ended += [e for e in references if e.label in WITHOUT_TOPIC]
    topical = [e for e in intents if e.label in ("evidence", "find", "compare")]
    found, beside = _used(open_ended), _used(topical)
    share = len(open_ended) / len(topical)
    asking = {
        word
        for word, (times, writers) in found.items()
        if min(times, writers) >= MIN_WRITERS
        and times >= LEAST_SHARE * share * beside.get(word, (0, 0))[0]
    }
    return frozenset(asking | {w for w, (_, writers) in beside.items() if writers >= NEARLY_ALL})


def _used(examples: Sequence[Example]) -> dict[str, tuple[int, int]]:
    """How many examples, and how many writers, use each word."""
    seen, writers = Counter[str](), defaultdict[str, set[str]](set)
    for example in examples:
        for word in set(tokens(example.text)):
            seen[word] += 1
            writers[word].add(example.writer)
    return {word: (n, len(writers[word])) for word, n in seen.items()}


def cross_validate(
    examples: Sequence[Example], merge: dict[str, str], form: frozenset[str] | None = None
) -> None:
    """Prints accuracy over writers left out. merge: label -> coarser label that counts as well."""
    right, coarse, total = Counter[str](), Counter[str](), Counter[str]()
    for writer in sorted({e.writer for e in examples}):
        model = train([e for e in examples if e.writer != writer], form)
        for example in (e for e in examples if e.writer == writer):
            found = model.probabilities(example.text, example.vector, example.extra)
            guess = max(found, key=lambda label: found[label])
            total[example.label] += 1
            right[example.label] += guess == example.label
            coarse[example.label] += merge.get(guess, guess) == merge.get(
                example.label, example.label
            )
    for label in sorted(total):
        print(f"{label:28} {right[label] / total[label]:.3f} {coarse[label] / total[label]:.3f}")
    print(f"{'all':28} {right.total() / total.total():.3f} {coarse.total() / total.total():.3f}")


def save(model: TextClassifier, path: Path) -> None:
    """Write a classifier to an .npz file that holds no pickles."""
    np.savez_compressed(
        path,
        classes=np.array(model.classes),
        form=np.array(sorted(model.form)),
        vocabulary=np.array(list(model.vocabulary)),
        idf=model.idf.astype(np.float16),
        weights=model.weights.astype(np.float16),
        bias=model.bias.astype(np.float32),
    )


def read(name: str) -> list[Example]:
    """The examples of a file."""
    rows = [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]
    return [Example(r["text"], r["label"], r["writer"], r.get("before", "")) for r in rows]


def main() -> None:
    """Trains both, writes both."""
    TARGET.mkdir(exist_ok=True)
    quick = "--quick" in sys.argv
    intents, references = read("intents.jsonl"), read("references.jsonl")
    for name, examples, form, coarser in (
        ("intent", intents, None, _intent_merge),
        ("reference", references, asking_words(intents, references), _reference_merge),
    ):
        print(name, len(examples), "examples")
        if not quick:
            cross_validate(examples, {e.label: coarser(e.label) for e in examples}, form)
        save(train(examples, form), TARGET / f"{name}.npz")


def _intent_merge(label: str) -> str:
    intent = label.partition("/")[0]
    return "searched" if intent in ("find", "evidence") else intent


def _reference_merge(label: str) -> str:
    return "standalone" if label == "standalone" else "depends"


if __name__ == "__main__":
    main()
