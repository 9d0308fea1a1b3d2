"""Prompt templates as data: `load("answer").messages(question=..., ...)`.

A template is a Markdown file in this folder with `$name` slots (`string.Template`; a dollar sign is
`$$`). Lines of the form `<!-- system -->`, `<!-- user -->` and `<!-- assistant -->` part it into
chat messages. Loading and rendering are strict: an unknown template, a broken slot, a missing or an
unknown variable raise. The hash names the exact text, so that an answer can be traced to its
prompt.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template

from prompts.fence import clean, fence

__all__ = ["Message", "Prompt", "PromptError", "clean", "fence", "load", "names"]

Message = dict[str, str]

_ROLE = re.compile(r"^<!-- (system|user|assistant) -->\n", re.MULTILINE)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
HASH_LENGTH = 12


class PromptError(ValueError):
    """A template is unknown or broken, or was rendered with the wrong variables."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One template.

    variables: the names of its slots. hash: the first 12 hex digits of the SHA-256 of its text.
    """

    name: str
    text: str
    variables: frozenset[str]
    hash: str

    @classmethod
    def parse(cls, name: str, text: str) -> Prompt:
        """Check a template's text and take its slots; PromptError where one is broken."""
        template = Template(text)
        if not template.is_valid():
            raise PromptError(f"Prompt {name!r} has a broken slot: write $$ for a dollar sign.")
        digest = hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]
        return cls(name, text, frozenset(template.get_identifiers()), digest)

    def render(self, **values: str) -> str:
        """The whole text with every slot filled; role marks, if any, stay in.

        Values are put in as they are: a dollar sign inside a value is not a slot.
        """
        given = frozenset(values)
        if given != self.variables:
            missing = ", ".join(sorted(self.variables - given))
            unknown = ", ".join(sorted(given - self.variables))
            parts = [f"missing {missing}"] * bool(missing) + [f"unknown {unknown}"] * bool(unknown)
            raise PromptError(f"Prompt {self.name!r}: {'; '.join(parts)}.")
        return Template(self.text).substitute(values)

    def messages(self, **values: str) -> list[Message]:
        """Chat messages; a template without role marks is one user message.

        The marks are found in the template, not in the values, so a value cannot open a message.
        """
        self.render(**values)
        pieces = _ROLE.split(self.text)
        if len(pieces) == 1:
            pieces = ["", "user", self.text]
        if pieces[0].strip():
            raise PromptError(f"Prompt {self.name!r} has text before its first role.")
        pairs = zip(pieces[1::2], pieces[2::2], strict=True)
        return [
            {"role": role, "content": Template(body.strip()).substitute(values)}
            for role, body in pairs
        ]


def names() -> list[str]:
    """The names of all templates, sorted."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return sorted(name.removesuffix(".md") for name in files if name.endswith(".md"))


@cache
def load(name: str) -> Prompt:
    """The template `name`.md of this folder; PromptError names the known ones."""
    entry = resources.files(__name__) / f"{name}.md"
    if not _NAME.fullmatch(name) or not entry.is_file():
        raise PromptError(f"No prompt {name!r}; there are: {', '.join(names())}.")
    return Prompt.parse(name, entry.read_text(encoding="utf-8"))
