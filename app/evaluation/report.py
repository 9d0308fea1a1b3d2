"""Runs as files, tables and comparisons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.evaluation.metrics import mean, paired_p_value
from app.evaluation.runner import FIGURES, Run
from ingest.errors import InputError

# Per-question figures that two runs are compared on, where both have them.
COMPARED = (*FIGURES, "recall@100", "mrr@10")


@dataclass(frozen=True, slots=True)
class Report:
    """A finished run over `data` (the file with its folder, or the data set's folder).

    configuration: every setting that could change a figure. unlisted: gold titles that no record has.
    """

    data: str
    configuration: dict[str, Any]
    run: Run
    unlisted: tuple[str, ...] = ()

    @property
    def configuration_hash(self) -> str:
        """12 hex digits that tell two configurations apart."""
        text = json.dumps(self.configuration, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, the contract of `eval --json`: one key a kind, and `configuration`."""
        return {
            **self.run.kinds,
            "configuration": self.configuration | {"hash": self.configuration_hash},
            "data": self.data,
            "unlisted": list(self.unlisted),
            "questions": self.run.questions,
            "answers": self.run.answers,
        }

    def save(self, folder: Path) -> Path:
        """Write `<data>-<configuration hash>.json` into `folder`, which is created."""
        folder.mkdir(parents=True, exist_ok=True)
        name = self.data.removesuffix(".jsonl").replace("/", "-")
        path = folder / f"{name}-{self.configuration_hash}.json"
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
            unlisted, answers = fields.pop("unlisted", ()), fields.pop("answers", {})
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise InputError(
                f"{path} is not a saved run", hint="runs are saved by `reading-room eval`"
            ) from error
        return cls(data, configuration, Run(fields, questions, answers), tuple(unlisted))


def compare(ours: Report, theirs: Report) -> dict[str, dict[str, float]]:
    """Ours against theirs, on each figure that questions of both runs have; p: two-sided, paired."""
    left, right = ours.run.questions, theirs.run.questions
    pairs = [(left[turn_id], right[turn_id]) for turn_id in left if turn_id in right]
    out = {}
    for metric in COMPARED:
        both = [(us, them) for us, them in pairs if metric in us and metric in them]
        values = [(us[metric], them[metric]) for us, them in both]
        if values:
            out[metric] = {
                "count": len(values),
                "ours": mean([us for us, _ in values]),
                "theirs": mean([them for _, them in values]),
                "p": paired_p_value([us - them for us, them in values]),
            }
    return out


def table(report: Report) -> str:
    """The figures by kind, one kind a column, for people."""
    kinds = report.run.kinds
    figures = [item for found in kinds.values() for item in found.items()]
    plain = dict.fromkeys(name for name, value in figures if not isinstance(value, dict))
    rows = [["", *kinds]]
    rows += [[n, *(_shown(n, found.get(n)) for found in kinds.values())] for n in plain]
    for kind, found in kinds.items():
        for group in (value for value in found.values() if isinstance(value, dict)):
            for label, values in group.items():
                cells = ", ".join(f"{n} {_shown(n, v)}" for n, v in values.items())
                rows.append([f"{kind}, {label}", cells])
    return f"{_aligned(rows)}\nconfiguration {report.configuration_hash}"


def comparison_table(compared: Mapping[str, Mapping[str, float]]) -> str:
    """Two runs side by side, for people; * marks p < .05."""
    rows = [["", "this run", "other run", "difference", "p", "questions"]]
    for metric, row in compared.items():
        ours, theirs, p = row["ours"], row["theirs"], row["p"]
        star = "*" if p < 0.05 else ""
        shown = [f"{ours:.3f}", f"{theirs:.3f}", f"{ours - theirs:+.3f}", f"{p:.3f}{star}"]
        rows.append([metric, *shown, str(row["count"])])
    return _aligned(rows)


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if isinstance(value, int) or name.endswith("_ms") else f"{value:.3f}"


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
