"""Trains the decision to answer: `python -m tests.training.train_answerability [--measure FOLDER]`.

`data/answerability.jsonl` holds questions over a dozen reading lists with what retrieval measured of each;
the lists themselves are not part of the project. With `--measure FOLDER` rows without measurements get them:
FOLDER holds `NAME.jsonl` for each list (papers as JSON lines) and the questions are taken from the data.
Writes `app/answering/answerability/data/answerability.npz` and prints, over lists left out, how many
unanswerable questions are declined at which share of wrongly declined ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.language.text_classifier import TextClassifier, shipped, tokens
from ingest.index.encoder import shared_encoder
from tests.training.train_query import Example, save, vocabulary

DATA = Path(__file__).parent / "data" / "answerability.jsonl"
ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "app" / "answering" / "answerability" / "data" / "answerability.npz"
INVERSE_REGULARISATION = 0.3
LABELS = {False: "answerable", True: "unanswerable"}


def measured(rows: Sequence[dict], folder: Path) -> list[dict]:
    """The rows with `features`, those that lack them measured, each list ingested into a home of its own."""
    from app.answering.answerability.features import evidence_features
    from app.settings import load_settings
    from app.wiring import open_room, run_ingest

    out = [row for row in rows if row["features"]]
    rows = [row for row in rows if not row["features"]]
    for name in sorted({row["list"] for row in rows}):
        with tempfile.TemporaryDirectory() as home:
            settings = load_settings(home=Path(home), llm="extractive")
            path = ROOT / "seeds" if name == "seeds" else folder / f"{name}.jsonl"
            run_ingest(settings, [path])
            with open_room(settings) as room:
                for row in (r for r in rows if r["list"] == name):
                    text = room.read(row["text"]).standalone
                    if hits := room.retriever.search(text, 10):
                        found = evidence_features(text, hits, room.retriever)
                        out.append({**row, "features": [round(value, 4) for value in found]})
        print(name, len(out), flush=True)
    return out


def train(rows: Sequence[dict]) -> TextClassifier:
    """A classifier of these rows; the measurements are standardised, and the scale is folded in."""
    from sklearn.linear_model import LogisticRegression

    empty = vocabulary(
        [Example(row["text"], LABELS[row["refuse"]], row["list"]) for row in rows],
        form=shipped("app.query", "intent").form | _asking(rows),
    )
    vectors = shared_encoder().encode([row["text"] for row in rows])
    extra = np.array([row["features"] for row in rows])
    mean, scale = extra.mean(axis=0), extra.std(axis=0) + 1e-9
    x = np.array(
        [
            empty.features(row["text"], vector, (np.array(row["features"]) - mean) / scale)
            for row, vector in zip(rows, vectors, strict=True)
        ]
    )
    model = LogisticRegression(
        C=INVERSE_REGULARISATION, max_iter=4000, class_weight="balanced", random_state=0
    ).fit(x, [row["refuse"] for row in rows])
    weights, bias = model.coef_[0].copy(), float(model.intercept_[0])
    bias -= float((weights[-len(mean) :] * mean / scale).sum())
    weights[-len(mean) :] /= scale
    both = np.stack([np.zeros_like(weights), weights]).astype(np.float32)
    return TextClassifier(
        (LABELS[False], LABELS[True]), empty.form, empty.vocabulary, empty.idf, both,
        np.array([0.0, bias], np.float32),
    )  # fmt: skip


def _asking(rows: Sequence[dict]) -> frozenset[str]:
    """Words that questions over several lists have: forms of asking for details, not topics."""
    lists: dict[str, set[str]] = {}
    for row in rows:
        for word in set(tokens(row["text"])):
            lists.setdefault(word, set()).add(row["list"])
    return frozenset(word for word, found in lists.items() if len(found) >= 4)


def cross_validate(rows: Sequence[dict]) -> None:
    """Prints the trade-off over lists left out."""
    probability = np.zeros(len(rows))
    lists = np.array([row["list"] for row in rows])
    refuse = np.array([row["refuse"] for row in rows])
    for name in sorted(set(lists)):
        model = train([row for row in rows if row["list"] != name])
        for i in np.flatnonzero(lists == name):
            row = rows[i]
            vector = shared_encoder().encode([row["text"]])[0]
            found = model.probabilities(row["text"], vector, row["features"])
            probability[i] = found["answerable"]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
        declined = probability < threshold
        print(
            f"below {threshold}: wrongly declined {declined[~refuse].mean():.3f}, "
            f"rightly {declined[refuse].mean():.3f}"
        )


def main() -> None:
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", type=Path, help="folder with the lists")
    parser.add_argument("--quick", action="store_true", help="no cross-validation")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    if arguments.measure:
        rows = measured(rows, arguments.measure)
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        DATA.write_text("".join(lines), "utf-8")
    if not arguments.quick:
        cross_validate(rows)
    TARGET.parent.mkdir(exist_ok=True)
    save(train(rows), TARGET)


if __name__ == "__main__":
    main()
