"""The arrows between packages, and that importing is cheap and harmless."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "ingest": set(),
    "prompts": set(),
    "app.retrieval": {"ingest"},
    "app.citations": set(),
    "app.answering": {"ingest", "prompts", "app.citations", "app.retrieval", "app.settings", "app.errors"},
    "app.themes": {"ingest", "prompts", "app.citations", "app.retrieval", "app.errors"},
    "app.settings": {"ingest"},
    "app.errors": {"ingest"},
    "app.wiring": {
        "ingest", "prompts", "app.retrieval", "app.answering", "app.themes", "app.settings",
        "app.errors", "app.topics", "app.theme_store",
    },
    "app.theme_store": {"ingest", "app.themes"},
    "app.topics": {"ingest", "app.answering", "app.themes"},
    "app.evaluation": {
        "ingest", "prompts", "app.wiring", "app.settings", "app.errors", "app.answering", "app.retrieval",
    },
    "app.surfaces": {
        "ingest", "app.wiring", "app.evaluation", "app.settings", "app.errors", "app.answering",
        "app.retrieval", "app.themes",
    },
    "app.__main__": {"app.surfaces"},
}  # fmt: skip
HEAVY = {"gradio", "llama_index", "chromadb", "sklearn", "onnxruntime", "bm25s", "xllamacpp"}


def part_of(module: str) -> str:
    pieces = module.split(".")
    return ".".join(pieces[:2]) if pieces[0] == "app" and len(pieces) > 1 else pieces[0]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def modules():
    for top in ("ingest", "app", "prompts"):
        for path in sorted((ROOT / top).rglob("*.py")):
            yield pytest.param(path, id=str(path.relative_to(ROOT)))


@pytest.mark.parametrize("path", modules())
def test_imports_follow_the_arrows(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = part_of(name.removesuffix(".__init__"))
    if own == "app":
        return
    ours = {part_of(i) for i in imports_of(path) if i.split(".")[0] in ("app", "ingest", "prompts")}
    assert ours - {own} <= ALLOWED[own]


def test_importing_app_loads_nothing_heavy():
    code = "import app, ingest, prompts, app.surfaces.cli, sys; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & {name.split(".")[0] for name in out.stdout.split()}
