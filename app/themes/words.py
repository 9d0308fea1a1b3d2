"""Word lists of general English (`data/words.toml`): what cannot start, end or carry a theme's name."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from ingest.text import FUNCTION_WORDS


@cache
def data(name: str) -> dict[str, Any]:
    """What `data/{name}.toml` holds."""
    file = resources.files("app.themes").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """A list as it stands in the file, which says what it is for."""
    return frozenset(data("words")[name].split())


@cache
def light_words() -> frozenset[str]:
    """What no phrase of a title needs."""
    return FUNCTION_WORDS | words("light")


@cache
def verbs() -> frozenset[str]:
    """Every form of the verbs of titles and abstracts."""
    regular = frozenset(form for lemma in words("lemmas") for form in _forms(lemma))
    return regular - words("names") | words("irregular")


@cache
def generic_words() -> frozenset[str]:
    """Words of every abstract and their plurals."""
    return words("generic") | {f"{word}s" for word in words("generic")}


def _forms(lemma: str) -> tuple[str, ...]:
    """A lemma and its regular forms."""
    if lemma[-1] == "y" and lemma[-2] not in "aeiou":
        return lemma, f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing"
    if lemma[-1] == "e":
        return lemma, f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"
    plural = "es" if lemma.endswith(("s", "x", "ch", "sh")) else "s"
    return lemma, f"{lemma}{plural}", f"{lemma}ed", f"{lemma}ing"
