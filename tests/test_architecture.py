"""The arrows between rooms, no circle among files, no oversized room, and cheap, harmless imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the bottom up; a room may import from rooms on lower floors, and from itself.
FLOORS = (
    ("ingest",),
    ("prompts",),
    ("app.errors", "app.settings", "app.passages"),
    ("app.language",),
    ("app.llm", "app.retrieval", "app.listing"),
    ("app.query", "app.verification"),
    ("app.themes",),
    ("app.answering", "app.library"),
    ("app.enrichment", "app.open_list"),
    ("app.wiring",),
    ("app.evaluation", "app.llamaindex"),
    ("app.surfaces",),
    ("app.__main__",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = {"gradio", "llama_index", "chromadb", "sklearn", "onnxruntime", "bm25s", "xllamacpp"}
LARGEST_SHARE = 0.2


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


FILES = {
    name_of(path): path
    for top in ("ingest", "app", "prompts")
    for path in sorted((ROOT / top).rglob("*.py"))
}


def room_of(module: str) -> str:
    pieces = module.split(".")
    return ".".join(pieces[:2]) if pieces[0] == "app" and len(pieces) > 1 else pieces[0]


def file_of(module: str, name: str = "") -> str | None:
    """The file that `from module import name` reads."""
    for candidate in (
        f"{module}.{name}",
        f"{module}.{name}.__init__",
        module,
        f"{module}.__init__",
    ):
        if candidate in FILES:
            return candidate
    return None


def imports_of(path: Path) -> set[str]:
    """Our own files that a file imports, inside functions and for types too."""
    found: set[str | None] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {file_of(name.name) for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {file_of(node.module, name.name) for name in node.names}
    return {name for name in found if name}


@pytest.mark.parametrize("name", FILES)
def test_imports_follow_the_arrows(name):
    own = room_of(name.removesuffix(".__init__"))
    if own == "app":
        return
    rooms = {room_of(found.removesuffix(".__init__")) for found in imports_of(FILES[name])} - {own}
    assert [room for room in sorted(rooms) if FLOOR_OF[room] >= FLOOR_OF[own]] == []


def test_no_circle_among_files():
    graph = {name: imports_of(path) - {name} for name, path in FILES.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_room_holds_more_than_a_fifth_of_the_lines():
    """`ingest` counts by its own rooms: it is a side of the house, not a room of it."""
    lines: Counter[str] = Counter()
    for name, path in FILES.items():
        lines[".".join(name.split(".")[:2])] += len(path.read_text("utf-8").splitlines())
    total = sum(lines.values())
    assert {room: n for room, n in lines.items() if n > LARGEST_SHARE * total} == {}


def test_importing_app_loads_nothing_heavy():
    code = "import app, ingest, prompts, app.surfaces.cli, sys; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & {name.split(".")[0] for name in out.stdout.split()}
