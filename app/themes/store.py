"""The map of themes kept in the home folder, so that themes stay what they were when papers come and go.

`themes.json` holds the last map with the generation of the index that it was made of. For the same
generation it is served as it is; for another it is where the new map carries on from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.themes import ThemeMap, build_themes
from ingest.files import replace_file

if TYPE_CHECKING:
    from ingest.index.snapshot import Index

_FILE = "themes.json"
# Changes with the method: a map made otherwise is neither served nor carried on.
_VERSION = 2


def themes_of(index: Index, home: Path, n: int | None = None) -> ThemeMap:
    """The map of a list. Only the default map (n is None) is kept."""
    papers = list(index.papers())
    if n is not None:
        return build_themes(papers, index.paper_vectors, n)
    kept = _read(home)
    if kept.get("generation") == index.generation:
        with suppress(KeyError, TypeError):  # of an older version: made anew
            return ThemeMap.from_dict(kept["map"], {p.paper_id: p for p in papers})
    try:
        themes = build_themes(papers, index.paper_vectors, previous=kept.get("map"))
    except (KeyError, TypeError):
        themes = build_themes(papers, index.paper_vectors)
    _write(home, {"version": _VERSION, "generation": index.generation, "map": themes.to_dict()})
    return themes


def _read(home: Path) -> Mapping[str, Any]:
    try:
        kept = json.loads((home / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.get("version") == _VERSION else {}


def _write(home: Path, kept: Mapping[str, Any]) -> None:
    # A home that cannot be written to still has themes; they are only not remembered.
    with suppress(OSError):
        replace_file(home / _FILE, json.dumps(kept, ensure_ascii=False).encode())
