"""The parts of the README that are generated from the code: `python -m tests.support.readme README.md`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from app.settings import Settings


def settings_table() -> str:
    """A Markdown table of every setting: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is PydanticUndefined:
            shown = "the platform's data folder"
        elif isinstance(default, SecretStr) or default in ("", None):
            shown = "none"
        else:
            shown = f"`{default}`"
        rows.append(f"| `READING_ROOM_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def replace_section(text: str, name: str, content: str) -> str:
    """`text` with the lines between `<!-- name -->` and `<!-- /name -->` replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: match[1] + content + match[2], text)


def main(path: Path) -> None:
    """Rewrite the generated sections of a README in place."""
    text = path.read_text("utf-8")
    path.write_text(replace_section(text, "settings", settings_table()), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
