"""Fits the refusal decision and writes its weights: `python -m app.evaluation.train_refusal --help`.

Training questions: the development questions over the shipped list (answerable: single and multi;
not: unanswerable), half the weight, and as much again of made-up ones that keep the regression
honest about length and form: words of the list's own titles as keyword queries (answerable), titles
and words of other papers, and questions about other things (not). Reports figures by repeated
stratified cross-validation on the development questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.answering.answerability.decision import is_other_task
from app.answering.answerability.features import FEATURES, features
from app.language.words import words
from app.settings import Settings
from app.wiring import open_room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.wiring import Room

HITS = 10
SEED = 3
MADE_UP = 30
# Sum of cosine and maxsim below which the nearest papers are not worth naming.
NEAR = 0.6
# Below an even chance: an answer is checked sentence by sentence afterwards, a refusal is final.
THRESHOLD = 0.42
REGULARISATION = 0.5
FOLDS, REPEATS = 5, 5
_FORMS = ("{}", "What is {}?", "Which papers are about {}?", "What do the papers say about {}?")
WEIGHTS = Path(__file__).parent.parent / "answering" / "data" / "refusal.json"


@dataclass(frozen=True)
class Rows:
    """values: (n, features); answerable, real: (n,) bool; real ones are development questions."""

    values: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    real: NDArray[np.bool_]

    def weights(self) -> NDArray[np.float64]:
        """(n,) so that each class weighs the same, among the real rows and among the made-up."""
        out = np.zeros(len(self.real))
        for real in (True, False):
            for answerable in (True, False):
                group = (self.real == real) & (self.answerable == answerable)
                out[group] = len(self.real) / (4 * max(group.sum(), 1))
        return out


def questions(
    data: Path, room: Room, catalogue: Path, rng: random.Random
) -> Iterator[tuple[str, bool, bool]]:
    """(question, answerable, real) for training."""
    for line in (data / "seeds" / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] in ("single", "multi", "unanswerable") and not is_other_task(
            row["question"]
        ):
            yield row["question"], bool(row["gold"]), True
    own = [paper.title for paper in room.papers()]
    other = _titles(catalogue, rng)
    for titles, answerable in ((own, True), (other, False)):
        for form in _FORMS:
            for title in rng.sample(titles, MADE_UP):
                yield form.format(_words_of(title, rng.randint(1, 3), rng)), answerable, False
    for title in rng.sample(other, MADE_UP):
        yield title, False, False
    items = (data / "refusal" / "items.jsonl").read_text("utf-8").splitlines()
    for line in rng.sample(items, 2 * MADE_UP):
        yield json.loads(line)["question"], False, False


def _titles(catalogue: Path, rng: random.Random) -> list[str]:
    opener = gzip.open if catalogue.suffix == ".gz" else open
    with opener(catalogue, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["title"] for line in rng.sample(list(lines), 10 * MADE_UP)]


def _words_of(title: str, count: int, rng: random.Random) -> str:
    content = [word.text for word in words(title) if word.content] or [title]
    start = rng.randrange(max(len(content) - count, 0) + 1)
    return " ".join(content[start : start + count])


def measure(room: Room, asked: Sequence[tuple[str, bool, bool]]) -> Rows:
    """Features of every question against the list."""
    values = [features(question, room.find(question, HITS)) for question, _, _ in asked]
    return Rows(
        np.array(values),
        np.array([answerable for _, answerable, _ in asked]),
        np.array([real for _, _, real in asked]),
    )


def fit(rows: Rows, train: NDArray[np.bool_]) -> dict[str, list[float]]:
    """Mean, scale, weights and bias of a regularised logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(rows.values[train])
    model = LogisticRegression(C=REGULARISATION, max_iter=2000)
    model.fit(scaler.transform(rows.values[train]), rows.answerable[train], rows.weights()[train])
    parts = {
        "mean": scaler.mean_,
        "scale": scaler.scale_,
        "weights": model.coef_[0],
        "bias": model.intercept_,
    }
    return {name: [round(float(v), 5) for v in part] for name, part in parts.items()}


def probabilities(rows: Rows, fitted: dict[str, list[float]]) -> NDArray[np.float64]:
    """(n,) that the records answer."""
    standard = (rows.values - fitted["mean"]) / np.array(fitted["scale"])
    out: NDArray[np.float64] = 1 / (
        1 + np.exp(-(standard @ np.array(fitted["weights"]) + fitted["bias"]))
    )
    return out


def cross_validate(rows: Rows) -> NDArray[np.float64]:
    """Mean out-of-fold probability of every row."""
    from sklearn.model_selection import RepeatedStratifiedKFold

    total = np.zeros(len(rows.real))
    groups = rows.answerable * 2 + rows.real
    splits = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=REPEATS, random_state=0)
    for train, test in splits.split(rows.values, groups):
        chosen = np.isin(np.arange(len(groups)), train)
        total[test] += probabilities(rows, fit(rows, chosen))[test]
    return total / REPEATS


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains on an ingested list and writes the weights."""
    from sklearn.metrics import roc_auc_score

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the development sets")
    parser.add_argument("catalogue", type=Path, help="JSON lines with titles of other papers")
    parser.add_argument("--home", type=Path, help="home of the ingested list")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    given = parser.parse_args(arguments)
    rng = random.Random(SEED)
    with open_room(Settings(home=given.home) if given.home else Settings()) as room:
        asked = list(questions(given.data, room, given.catalogue, rng))
        rows = measure(room, asked)
    scores = cross_validate(rows)
    yes = rows.real & rows.answerable
    no = rows.real & ~rows.answerable
    auroc = roc_auc_score(rows.answerable[rows.real], scores[rows.real])
    print(
        f"development questions: {yes.sum()} answerable, {no.sum()} not; {(~rows.real).sum()} made up"
    )
    print(f"AUROC {auroc:.3f}")
    for cut in (THRESHOLD, float(np.quantile(scores[yes], 0.08))):
        recall, false = (scores[no] < cut).mean(), (scores[yes] < cut).mean()
        print(f"threshold {cut:.2f}: refusal recall {recall:.3f}, false refusal {false:.3f}")
    made = ~rows.real
    print(
        f"made up: answered {(scores[made & rows.answerable] >= THRESHOLD).mean():.3f} of the answerable,"
    )
    print(
        f"         declined {(scores[made & ~rows.answerable] < THRESHOLD).mean():.3f} of the others"
    )
    fitted = fit(rows, np.ones(len(rows.real), dtype=bool))
    print(dict(zip(FEATURES, fitted["weights"], strict=True)))
    if not given.dry_run:
        stored = {"features": list(FEATURES), **fitted, "bias": fitted["bias"][0]}
        stored |= {"threshold": THRESHOLD, "near": NEAR}
        WEIGHTS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
