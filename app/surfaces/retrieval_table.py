"""The README's retrieval table: `python -m app.surfaces.retrieval_table DATA README.md`.

DATA holds `seeds/questions.jsonl` (over the list that ships, which must be ingested) and `scifact/` in
BEIR form. Every row is measured in this run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from app.evaluation.measure import evaluate_dataset, evaluate_questions
from app.settings import Settings, load_settings
from app.surfaces.readme import replace_section

CONFIGURATIONS = {
    "BM25": {"retriever": "bm25"},
    "dense": {"retriever": "dense"},
    "rank fusion (RRF)": {"retriever": "rrf"},
    "score fusion": {"retriever": "hybrid", "reranker": "none"},
    "score fusion + late interaction (default)": {},
}
COLUMNS = (
    ("single hit@1", "single", "hit@1"),
    ("single recall@5", "single", "recall@5"),
    ("multi recall@10", "multi", "recall@10"),
    ("followup recall@5", "followup", "recall@5"),
    ("SciFact nDCG@10", "scifact", "ndcg@10"),
    ("SciFact recall@10", "scifact", "recall@10"),
)


def row(settings: Settings, data: Path) -> dict[str, dict[str, Any]]:
    """Figures by kind of one configuration."""
    listed = evaluate_questions(settings, data / "seeds" / "questions.jsonl", answers=False)
    return {**listed.run.kinds, **evaluate_dataset(settings, data / "scifact").run.kinds}


def main(data: Path, readme: Path) -> None:
    """Measure every configuration and rewrite the table between the markers."""
    lines = [
        "| " + " | ".join(["retriever", *(name for name, _, _ in COLUMNS)]) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
    ]
    for name, overrides in CONFIGURATIONS.items():
        figures = row(load_settings(llm="extractive", **overrides), data)
        cells = [f"{figures[kind][metric]:.3f}" for _, kind, metric in COLUMNS]
        lines.append("| " + " | ".join([name, *cells]) + " |")
        print(lines[-1], file=sys.stderr)
    text = readme.read_text("utf-8")
    readme.write_text(replace_section(text, "retrieval", "\n".join(lines)), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
