"""Regular expressions too long for code: one alternative a line in `data/<name>.toml` of a package."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources


@cache
def patterns(package: str, name: str, **words: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a file by name, in any case.

    `{part}` stands for an entry above it in the file's table of parts, or for what `words` gives.
    """

    def filled(lines: str) -> str:
        body = "|".join(line.strip() for line in lines.strip().splitlines())
        for part, alternatives in known.items():
            body = body.replace(f"{{{part}}}", f"(?:{alternatives})")
        return body

    file = resources.files(package).joinpath("data", f"{name}.toml")
    read = tomllib.loads(file.read_text("utf-8"))
    known = dict(words)
    for part, lines in read["parts"].items():
        known[part] = filled(lines)
    return {key: re.compile(filled(text), re.IGNORECASE) for key, text in read["patterns"].items()}
