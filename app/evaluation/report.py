"""Runs as files, tables and comparisons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.evaluation.metrics import mean, paired_p_value
from app.evaluation.runner import QuestionRun
from ingest.errors import InputError

# Per-question figures that two runs are compared on, where both have them.
COMPARED = (
    "hit@1", "recall@5", "recall@10", "recall@100", "mrr", "mrr@10", "ndcg@10",
    "citation_precision", "citation_recall",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run.

    configuration: every setting that could change a figure; kinds, questions: see QuestionRun.
    """

    data: str
    configuration: dict[str, Any]
    kinds: dict[str, dict[str, Any]]
    questions: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: str, configuration: Mapping[str, Any], run: QuestionRun) -> Report:
        """A report on a run over `data` (the file's or folder's name)."""
        return cls(data, dict(configuration), run.kinds, run.questions)

    @property
    def configuration_hash(self) -> str:
        """12 hex digits that tell two configurations apart."""
        text = json.dumps(self.configuration, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, the contract of `eval --json`: one key a kind, and `configuration`."""
        fields = asdict(self)
        configuration = fields.pop("configuration") | {"hash": self.configuration_hash}
        return {**fields.pop("kinds"), "configuration": configuration, **fields}

    def save(self, folder: Path) -> Path:
        """Write `<data>-<configuration hash>.json` into `folder`, which is created."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{Path(self.data).stem}-{self.configuration_hash}.json"
        path.write_text(json.dumps(self.to_dict(), indent=1, ensure_ascii=False), "utf-8")
        return path

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read what `save` wrote.

        Raises:
            InputError: not such a file.
        """
        try:
            fields = json.loads(path.read_text("utf-8"))
            configuration = fields.pop("configuration")
            configuration.pop("hash", None)
            data, questions = fields.pop("data"), fields.pop("questions")
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise InputError(
                f"{path} is not a saved run", hint="runs are saved by `reading-room eval`"
            ) from error
        return cls(data, configuration, fields, questions)


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two runs over the questions that both have. p: two-sided, paired."""

    metric: str
    count: int
    ours: float
    theirs: float
    p: float


def compare(ours: Report, theirs: Report) -> list[Difference]:
    """Ours against theirs, on each figure that questions of both runs have."""
    shared = [i for i in ours.questions if i in theirs.questions]
    out = []
    for metric in COMPARED:
        ids = [i for i in shared if metric in ours.questions[i] and metric in theirs.questions[i]]
        if ids:
            left = [ours.questions[i][metric] for i in ids]
            right = [theirs.questions[i][metric] for i in ids]
            p = paired_p_value(left, right)
            out.append(Difference(metric, len(ids), mean(left), mean(right), p))
    return out


def table(report: Report) -> str:
    """The figures by kind, one kind a column, for people."""
    kinds = {kind: figures for kind, figures in report.kinds.items() if figures}
    names = list(dict.fromkeys(n for f in kinds.values() for n in f if n != "levels"))
    rows = [["", *kinds]]
    rows += [[n, *(_shown(n, figures.get(n)) for figures in kinds.values())] for n in names]
    for kind, figures in kinds.items():
        for level, values in figures.get("levels", {}).items():
            cells = " ".join(f"{n} {_shown(n, v)}" for n, v in values.items())
            rows.append([f"{kind}, {level}", cells])
    return f"{_aligned(rows)}\nconfiguration {report.configuration_hash}"


def comparison_table(differences: list[Difference]) -> str:
    """Two runs side by side, for people; * marks p < .05."""
    rows = [["", "this run", "other run", "difference", "p", "questions"]]
    rows += [
        [d.metric, f"{d.ours:.3f}", f"{d.theirs:.3f}", f"{d.ours - d.theirs:+.3f}",
         f"{d.p:.3f}{'*' if d.p < 0.05 else ''}", str(d.count)]
        for d in differences
    ]  # fmt: skip
    return _aligned(rows)


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if name == "count" or name.endswith("_ms") else f"{value:.3f}"


def _aligned(rows: list[list[str]]) -> str:
    columns = max(map(len, rows))
    full = [row for row in rows if len(row) == columns]
    widths = [max(len(row[i]) for row in full) for i in range(columns)]
    widths[0] = max(len(row[0]) for row in rows)
    lines = []
    for row in rows:
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=False)]
        lines.append("  ".join([row[0].ljust(widths[0]), *rest]).rstrip())
    return "\n".join(lines)
