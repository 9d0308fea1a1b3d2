"""Finds the items of a list in plain text or Markdown, and the headings above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median

_BULLET = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*+•·‣▪◦–]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)"
)
_HEADING_MARK = re.compile(r"#{1,6}\s+|={2,}\s*|\*\*(?=[^*]+\*\*:?\s*$)")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$|```.*$")
_LABEL_END = (":", "：")
# YAML front matter; a rule on the first line of a list is not followed by a field.
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n\w[\w -]*:.*?\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_STOPS = (".", "…", "?", "!", "”", '"', ")")
_MAX_HEADING = 120
_BLOCK_LINES = 2
_TAB = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One item. raw: as it stood in the text; body: without the bullet; headings: above it."""

    raw: str
    body: str
    headings: tuple[str, ...] = ()


def find_items(text: str) -> list[Item]:
    """The items of a text in order: bulleted ones, else blocks, else lines."""
    text = _FRONT_MATTER.sub("", text)
    lines = [line.rstrip() for line in text.split("\n")]
    bullets = [_BULLET.match(line) for line in lines if not _RULE.match(line)]
    indents = [_indent(bullet) for bullet in bullets if bullet]
    if indents:
        return _bulleted(lines, min(indents))
    blocks = _blocks(lines)
    return blocks if blocks else _line_items(lines)


def has_bullets(text: str) -> bool:
    """Whether any line is an item."""
    return any(_BULLET.match(line) for line in text.split("\n") if not _RULE.match(line))


def _indent(match: re.Match[str]) -> int:
    return len(match["indent"].expandtabs(_TAB))


def _bulleted(lines: list[str], top: int, heading: tuple[str, ...] = ()) -> list[Item]:
    items: list[Item] = []
    current: list[str] = []
    after_blank = False
    for i, line in enumerate(lines):
        bullet = _BULLET.match(line)
        if not line.strip() or _RULE.match(line):
            after_blank = True
            continue
        if bullet and _indent(bullet) <= top:
            _flush(items, current, heading)
            current = [line]
        elif bullet and current:
            current.append(line)
        elif not current or _is_heading(line, after_blank, _next_line(lines, i)):
            _flush(items, current, heading)
            current = []
            heading = _heading(line, heading)
        else:
            current.append(line)
        after_blank = False
    _flush(items, current, heading)
    return items


def _flush(items: list[Item], lines: list[str], headings: tuple[str, ...]) -> None:
    if not lines:
        return
    bullet = _BULLET.match(lines[0])
    first = lines[0][bullet.end() :] if bullet else lines[0]
    below = lines[1:]
    if _is_section(first, below):
        heading = _heading(first.strip().rstrip("".join(_LABEL_END)), headings)
        items += _bulleted(below, min(_indent(b) for b in map(_BULLET.match, below) if b), heading)
        return
    body = "\n".join([first, *(line.strip() for line in below)]).strip()
    if body:
        items.append(Item("\n".join(lines), body, headings))


def _is_section(first: str, below: list[str]) -> bool:
    """Whether an item is the name of a section whose papers, all links, are the items below it."""
    if "](" in first or not below or not _BULLET.match(below[0]):
        return False
    return all("](" in line for line in below if _BULLET.match(line))


def _next_line(lines: list[str], i: int) -> str:
    return next((line for line in lines[i + 1 :] if line.strip()), "")


def _is_heading(line: str, after_blank: bool, following: str) -> bool:
    """Whether a line without a bullet, below an item, starts a new part of the list."""
    if _HEADING_MARK.match(line):
        return True
    if line[:1].isspace() or len(line) > _MAX_HEADING:
        return False
    is_label = line.endswith(_LABEL_END)
    return is_label or after_blank or following.endswith(_LABEL_END)


def _heading(line: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """The heading from this line on; a label ("Related topics:") or prose changes nothing."""
    name = " ".join(_HEADING_MARK.sub("", line.strip(), count=1).strip("*#= ").split())
    if not name or name.endswith((*_LABEL_END, ".")) or len(name) > _MAX_HEADING:
        return above
    return (name,)


def _blocks(lines: list[str]) -> list[Item]:
    """Paragraphs of a title line and a longer summary; none if the text is not made like that."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    full = [block for block in blocks if len(block) >= _BLOCK_LINES]
    if not full or len(full) < len([b for b in blocks if b and not _HEADING_MARK.match(b[0])]):
        return []
    # Titles in a row end without a stop; of two lines, the second is a summary if it is long.
    prose = [len(block) == _BLOCK_LINES or block[-1].endswith(_STOPS) for block in full]
    if 2 * sum(prose) < len(full):
        return []
    ratios = [sum(map(len, block[1:])) / len(block[0]) for block in full]
    if median(ratios) < _BLOCK_LINES:
        return []
    return [Item("\n".join(block), "\n".join(block)) for block in full]


def _line_items(lines: list[str]) -> list[Item]:
    items: list[Item] = []
    heading: tuple[str, ...] = ()
    for line in lines:
        if not line.strip() or _RULE.match(line):
            continue
        if _HEADING_MARK.match(line) or (line.endswith(_LABEL_END) and len(line) <= _MAX_HEADING):
            heading = _heading(line, heading)
        else:
            items.append(Item(line, line.strip(), heading))
    return items
