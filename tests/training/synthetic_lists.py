"""Makes reading lists with known titles out of papers, to train and measure the title model on.

Each list has one cut length and one way of joining, with exceptions, as exports of real tools do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

LINK = " https://example.org/abs/1234.56789 "
LINK_ONLY = 0.2
ELLIPSES = ("…", "…", "…", "...")
JOINS = (
    ("glued", "", 0.74), ("newline", "\n", 0.04), ("colon", ": ", 0.04), ("dash", " - ", 0.03),
    ("long dash", " — ", 0.02), ("tab", "\t", 0.03), ("pipe", " | ", 0.02), ("stop", ". ", 0.02),
    ("url", LINK, 0.03), ("space", " ", 0.03),
)  # fmt: skip
OPENINGS = (
    ("abstract", 0.50), ("middle sentence", 0.14), ("lower-case start", 0.12),
    ("abstract mark", 0.05), ("quote", 0.05), ("bracket", 0.05), ("link artefact", 0.03),
    ("digit", 0.02), ("heading", 0.04),
)  # fmt: skip
NO_SUMMARY = 0.06
_WORD = re.compile(r"\S+")
_ACRONYM = re.compile(r"[A-Z].*[A-Z\d]|[A-Z]$")
_SMALL = frozenset(
    ("a", "an", "the", "of", "in", "on", "for", "and", "or", "to", "with", "by", "as")
)


@dataclass(frozen=True, slots=True)
class Example:
    """One entry with its known title; join and opening name the variation it shows."""

    entry: str
    title: str
    start: int
    join: str
    opening: str


def make_list(papers: Sequence[tuple[str, str]], rng: random.Random) -> list[Example]:
    """(title, abstract) pairs -> the entries of one list."""
    cut = rng.choice((200, 200, 150, 250, 300, rng.randint(90, 500)))
    joins = [((name, text), weight) for name, text, weight in JOINS]
    main_join = _pick(joins, rng)
    style = rng.choice(("as is", "as is", "as is", "title case", "sentence case"))
    mark = rng.choice(ELLIPSES)
    mixed = rng.random() < 0.5
    examples = []
    for title, abstract in papers:
        join = _pick(joins, rng) if mixed else main_join
        examples.append(_entry(_restyle(title, style, rng), abstract, (cut, mark), join, rng))
    return examples


def _entry(
    title: str, abstract: str, cutting: tuple[int, str], join: tuple[str, str], rng: random.Random
) -> Example:
    name, separator = join
    cut, mark = cutting
    if rng.random() < NO_SUMMARY:
        link = LINK.rstrip() if rng.random() < LINK_ONLY else ""
        return Example(title + link, title, len(title + link), "no summary", "none")
    opening = _pick(OPENINGS, rng)
    summary = _opening(abstract, opening, rng)
    if len(summary) > cut and rng.random() < 0.98:
        summary = summary[:cut].rstrip() + mark
    return Example(title + separator + summary, title, len(title) + len(separator), name, opening)


def _opening(abstract: str, opening: str, rng: random.Random) -> str:
    if opening in ("middle sentence", "heading"):
        starts = [m.end() for m in re.finditer(r"[.?!] +(?=[A-Z“\"(\d])", abstract)]
        text = abstract[rng.choice(starts) :] if starts else abstract
        return _heading(text, abstract, rng) if opening == "heading" else text
    if opening == "lower-case start":
        words = [m.start() for m in _WORD.finditer(abstract)][:-8]
        lower = [at for at in words if abstract[at].islower()]
        if rng.random() < 0.4 or not lower:
            return abstract[:1].lower() + abstract[1:]
        return abstract[rng.choice(lower) :]
    if opening == "digit":
        return f"{rng.choice(('1 Introduction ', '1. ', '2023. ', '3D ', '100 ', '2 '))}{abstract}"
    marks = {
        "abstract mark": ("Abstract—", "Abstract: ", "Abstract. ", "ABSTRACT ", "Abstract"),
        "quote": ("“", '"', "‘", "'"),
        "bracket": (f"[[{_phrase(abstract, rng)}]] ", "[", "(", f"({_phrase(abstract, rng)}) ",
                    "[1] ", "![](image.png) "),
        "link artefact": (
            "Description automatically generated](file:////Users/me/Library/clip_image001.png) ",
            "A screenshot of a computer Description automatically generated](file:///C:/a.png) ",
            "image.png](attachments/image.png) ",
        ),
    }  # fmt: skip
    return rng.choice(marks.get(opening, ("",))) + abstract


def _heading(text: str, abstract: str, rng: random.Random) -> str:
    return f"{_title_case(_phrase(abstract, rng))} {text}"


def _phrase(abstract: str, rng: random.Random) -> str:
    words = re.findall(r"[A-Za-z]{3,}", abstract) or ["Topic"]
    at = rng.randrange(len(words))
    return " ".join(words[at : at + rng.randint(1, 4)]).title()


def _restyle(title: str, style: str, rng: random.Random) -> str:
    if style == "title case":
        title = _title_case(title)
    elif style == "sentence case":
        head, *rest = title.split(" ")
        title = " ".join([head, *(w if _ACRONYM.search(w) else w.lower() for w in rest)])
    if title[-1].isalnum() and rng.random() < 0.06:
        title += rng.choice(("?", "!"))
    return title


def _title_case(text: str) -> str:
    words = text.split(" ")
    return " ".join(
        w if i and w.lower() in _SMALL else w[:1].upper() + w[1:] for i, w in enumerate(words)
    )


def _pick(weighted: Sequence[tuple[T, float]], rng: random.Random) -> T:
    return rng.choices([item for item, _ in weighted], [weight for _, weight in weighted])[0]
