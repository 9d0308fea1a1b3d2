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
_CAPITALS = 0.7
_TAB = 4


@dataclass(frozen=True, slots=True)
class Item:
    """One item.

    raw: as it stood in the text. body: without the bullet. below: what follows a blank line in it.
    headings: above it.
    """

    raw: str
    body: str
    headings: tuple[str, ...] = ()
    below: str = ""


def find_items(text: str) -> tuple[list[Item], list[str]]:
    """The items of a text in order: bulleted ones, else blocks, else lines; and what is none.

    A sentence below an item and a blank line is its summary where most items have one; else it is
    about the list, and no part of any item.
    """
    text = _FRONT_MATTER.sub("", text)
    lines = [line.rstrip() for line in text.split("\n")]
    bullets = [_BULLET.match(line) for line in lines if not _RULE.match(line)]
    indents = [_indent(bullet) for bullet in bullets if bullet]
    if not indents:
        return _blocks(lines) or _line_items(lines), []
    aside, least = _asides(lines), min(indents)
    if 2 * len(aside) > indents.count(least):
        for i in aside:  # now it goes on what stands above
            lines[i] = f"  {lines[i]}"
        aside = []
    return _bulleted(lines, least), [lines[i] for i in aside]


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
            current += ["", line] if after_blank else [line]
        elif not current or _is_heading(line, after_blank, _next_line(lines, i)):
            _flush(items, current, heading)
            current = []
            heading = _heading(line, heading)
        else:
            current += ["", line] if after_blank else [line]
        after_blank = False
    _flush(items, current, heading)
    return items


def _flush(items: list[Item], lines: list[str], headings: tuple[str, ...]) -> None:
    if not lines:
        return
    bullet = _BULLET.match(lines[0])
    first = lines[0][bullet.end() :] if bullet else lines[0]
    below = [line for line in lines[1:] if line]
    if _is_section(first, below):
        heading = _heading(first.strip().rstrip("".join(_LABEL_END)), headings)
        items += _bulleted(below, min(_indent(b) for b in map(_BULLET.match, below) if b), heading)
        return
    end = lines.index("") if "" in lines else len(lines)
    body = "\n".join([first, *(line.strip() for line in lines[1:end])]).strip()
    rest = "\n".join(line.strip() for line in lines[end:] if line)
    if body:
        items.append(Item("\n".join(lines), body, headings, rest))


def _is_section(first: str, below: list[str]) -> bool:
    """Whether an item is the name of a section whose papers, all links, are the items below it."""
    if "](" in first or not below or not _BULLET.match(below[0]):
        return False
    return all("](" in line for line in below if _BULLET.match(line))


def _asides(lines: list[str]) -> list[int]:
    """Where short sentences stand by themselves, below an item and a blank line."""
    found = []
    below_item = after_blank = False
    for i, line in enumerate(lines):
        if _BULLET.match(line):
            below_item = True
        elif after_blank and below_item and _is_sentence(line):
            found.append(i)
        elif line[:1].strip():
            below_item = below_item and not _is_heading(line, after_blank, _next_line(lines, i))
        after_blank = not line.strip()
    return found


def _is_sentence(line: str) -> bool:
    unmarked = bool(line[:1].strip()) and not _HEADING_MARK.match(line)
    return unmarked and len(line) <= _MAX_HEADING and line.endswith(_STOPS)


def _next_line(lines: list[str], i: int) -> str:
    return next((lines[at] for at in range(i + 1, len(lines)) if lines[at].strip()), "")


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
    prose = [
        len(block) == _BLOCK_LINES or (block[-1].endswith(_STOPS) and not _is_titles(block))
        for block in full
    ]
    if 2 * sum(prose) < len(full):
        return []
    ratios = [sum(map(len, block[1:])) / len(block[0]) for block in full]
    if median(ratios) < _BLOCK_LINES:
        return []
    return [Item("\n".join(block), "\n".join(block)) for block in full]


def _is_titles(block: list[str]) -> bool:
    """Whether lines begin as titles do; those of a wrapped sentence mostly begin within it."""
    below = block[_BLOCK_LINES:]
    return len(below) > 1 and sum(line[0].isupper() for line in below) > _CAPITALS * len(below)


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
