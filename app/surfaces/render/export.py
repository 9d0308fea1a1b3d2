"""The list as other programs read it: JSON lines, BibTeX, Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from ingest.errors import InputError
from ingest.paper import Paper

_BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<>#|!])")


def to_jsonl(papers: Sequence[Paper]) -> str:
    """One record a line; `text` is what the offsets of citations refer to."""
    rows = ({"paper_id": p.paper_id, **p.to_dict(), "text": p.text} for p in papers)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def to_bibtex(papers: Sequence[Paper]) -> str:
    """One entry a paper; keys are unique and made from author, year and title."""
    taken: set[str] = set()
    return "\n".join(_bibtex_entry(paper, _key(paper, taken)) for paper in papers)


def to_markdown(papers: Sequence[Paper]) -> str:
    """A bibliography to read: title, authors, year, link, summary."""
    return "\n".join(_markdown_entry(paper) for paper in papers)


FORMATS: dict[str, Callable[[Sequence[Paper]], str]] = {
    "jsonl": to_jsonl,
    "bibtex": to_bibtex,
    "markdown": to_markdown,
}


def export(papers: Sequence[Paper], form: str) -> str:
    """`papers` in a named format.

    Raises:
        InputError: the format is unknown.
    """
    if form not in FORMATS:
        raise InputError(f"unknown format `{form}`", hint=f"one of: {', '.join(FORMATS)}")
    return FORMATS[form](papers)


def _bibtex_entry(paper: Paper, key: str) -> str:
    fields = {
        "title": f"{{{_bibtex(paper.title)}}}",
        "author": _bibtex(" and ".join(paper.authors)),
        "year": str(paper.year or ""),
        "journal": _bibtex(paper.venue),
        "doi": paper.doi,
        "eprint": paper.arxiv_id,
        "archiveprefix": "arXiv" if paper.arxiv_id else "",
        "url": paper.url,
        "keywords": _bibtex(", ".join(paper.tags)),
        "abstract": _bibtex(paper.summary),
    }
    kind = "article" if paper.venue else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX_SPECIAL.get(char, char) for char in " ".join(text.split()))


def _key(paper: Paper, taken: set[str]) -> str:
    family = paper.authors[0].split(",")[0].split()[-1] if paper.authors else ""
    words = [w for w in re.findall(r"[a-z0-9]+", paper.title.lower()) if len(w) > 3]
    base = re.sub(r"[^A-Za-z0-9]", "", f"{family.lower()}{paper.year or ''}")
    base += "".join(words[: 1 if family else 3])
    base = base or paper.paper_id.replace(":", "-")
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    taken.add(key)
    return key


def _markdown_entry(paper: Paper) -> str:
    facts = ", ".join(
        x for x in (", ".join(paper.authors), str(paper.year or ""), paper.venue) if x
    )
    lines = [f"- **{_markdown(paper.title)}**" + (f" ({_markdown(facts)})" if facts else "")]
    if paper.url.startswith(("http://", "https://")):
        lines.append(f"  <{paper.url.replace('>', '%3E').replace(' ', '%20')}>")
    if paper.summary:
        lines.append(f"  {_markdown(' '.join(paper.summary.split()))}")
    return "\n".join(lines)


def _markdown(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)
