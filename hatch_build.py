"""The wheel holds the tree as one package, `reading_room`, so that no name in it is anybody else's.

In a clone, and in an editable installation of it, `app` and `ingest` keep their names.
"""

from __future__ import annotations

import ast
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "reading_room"  # where `sources` in pyproject.toml puts the folders


class OnePackage(BuildHookInterface[Any]):
    """Replaces each Python file of the wheel by one that imports from `reading_room`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the renamed files beside the tree and have them packed in place of it."""
        self.folder = TemporaryDirectory()
        if version == "editable":
            return
        root = Path(self.root)
        files = {
            path.relative_to(root): path.read_bytes()
            for top in self.build_config.only_include
            for path in Path(top).rglob("*.py")
        }
        names = {".".join(path.with_suffix("").parts) for path in files}
        modules = {name.removesuffix(".__init__") for name in names}
        written = {path: renamed(source, modules) for path, source in files.items()}
        written[Path("__init__.py")] = b'"""Chat with your reading list."""\n'
        for path, source in written.items():
            file = Path(self.folder.name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source)
            build_data["force_include"][str(file)] = str(path)
        scripts = self.metadata.core.scripts
        scripts.update({name: f"{PACKAGE}.{target}" for name, target in scripts.items()})

    def finalize(self, *_: Any) -> None:
        """Remove what `initialize` wrote."""
        self.folder.cleanup()


def renamed(source: bytes, modules: set[str]) -> bytes:
    """The source with imports of `modules`, and strings that name one, put under `reading_room`.

    A string of one word is left: "ingest" is a command more often than a module.
    """
    edits = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(level=0, module=str(name)) if name in modules:
                old, new = f"from {name}", f"from {PACKAGE}.{name}"
            case ast.Import(names=[ast.alias(name=name, asname=None)]) if name in modules:
                old, new = f"import {name}", f"from {PACKAGE} import {name}"
            case ast.Constant(value=str(name)) if name in modules and "." in name:
                old, new = name, f"{PACKAGE}.{name}"
            case _:
                continue
        edits.append((node.lineno, node.col_offset, old.encode(), new.encode()))
    lines = source.splitlines(keepends=True)
    for number, column, was, now in sorted(edits, reverse=True):
        line = lines[number - 1]
        lines[number - 1] = line[:column] + line[column:].replace(was, now, 1)
    return b"".join(lines)
