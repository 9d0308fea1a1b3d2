"""The list as other programs read it; what a format can hold comes back equal from our readers."""

from __future__ import annotations

import csv
import io
import json
import re
import string
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import quote

from app.language.words import LETTERS
from app.surfaces.render.markdown import plain
from app.surfaces.render.words import as_json
from ingest.paper import Paper

Format = Literal["jsonl", "bibtex", "ris", "csl", "csv", "markdown"]

_BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    # Not \\{: some parsers count it as a brace.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "$": r"\$",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': r"\textquotedbl{}",
}
# Two signs that LaTeX would print as one.
_LIGATURES = frozenset(("--", "``", "''", "!`", "?`", "<<", ">>", ",,"))
_LINE_END = re.compile(r"\s*[\r\n]\s*")
_IN_A_KEY = frozenset(f"{string.ascii_letters}{string.digits}_:.+/-")
# What a spreadsheet runs, also behind apostrophes, which would else be taken for the mark.
_FORMULA = ("=", "+", "-", "@")
# What ends a field of BibTeX, and an address between angle brackets.
_UNSAFE = {"bibtex": '{}\\"', "markdown": "<>"}


def to_jsonl(papers: Sequence[Paper]) -> str:
    """One record a line; `text` is what the offsets of citations refer to."""
    rows = ({"paper_id": p.paper_id, **p.to_dict(), "text": p.text} for p in papers)
    return "".join(as_json(row) + "\n" for row in rows)


def to_bibtex(papers: Sequence[Paper]) -> str:
    """One entry a paper; keys are those it came with, or made from author, year and title."""
    keys = citekeys(papers)
    return "\n".join(_bibtex_entry(p, key) for p, key in zip(papers, keys, strict=True))


def to_ris(papers: Sequence[Paper]) -> str:
    """RIS, one tagged line a field."""
    return "\n".join(_ris_record(paper) for paper in papers)


def to_csl(papers: Sequence[Paper]) -> str:
    """CSL-JSON, as citation processors and Zotero read it."""
    keys = citekeys(papers)
    items = [_csl_item(paper, key) for paper, key in zip(papers, keys, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def to_csv(papers: Sequence[Paper]) -> str:
    """A table; a cell that a spreadsheet would run as a formula starts with an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow("title authors year venue doi arxiv_id url tags citekey abstract".split())
    for p in papers:
        row = (p.title, _authors(p), p.year or "", p.venue, p.doi, p.arxiv_id, p.url,
               _tags(p), p.citekey, p.summary)  # fmt: skip
        writer.writerow([f"'{c}" if str(c).lstrip("'").startswith(_FORMULA) else c for c in row])
    return file.getvalue()


def to_markdown(papers: Sequence[Paper]) -> str:
    """A bibliography to read: title, then one labelled line for each thing known."""
    return "\n".join(_markdown_entry(paper) for paper in papers)


FORMATS: dict[Format, Callable[[Sequence[Paper]], str]] = {
    "jsonl": to_jsonl,
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl": to_csl,
    "csv": to_csv,
    "markdown": to_markdown,
}


def export(papers: Sequence[Paper], form: Format) -> str:
    """`papers` in a named format."""
    return FORMATS[form](papers)


def citekeys(papers: Sequence[Paper]) -> list[str]:
    """A key for each paper, all different; a paper's own comes first."""
    own = [p.citekey if _IN_A_KEY.issuperset(p.citekey) else "" for p in papers]
    # BibTeX does not tell capitals apart.
    taken = {key.lower() for key in own}
    used: set[str] = set()
    keys = []
    for paper, kept in zip(papers, own, strict=True):
        base = kept or _new_key(paper)
        key, number = base, 2
        while key.lower() in used or (key.lower() in taken and key != kept):
            key, number = f"{base}-{number}", number + 1
        used.add(key.lower())
        keys.append(key)
    return keys


def _bibtex_entry(paper: Paper, key: str) -> str:
    fields = {
        "title": f"{{{_bibtex(paper.title)}}}",
        "author": " and ".join(_bibtex_name(name) for name in paper.authors),
        "year": str(paper.year or ""),
        "journal": _bibtex(paper.venue),
        "doi": _url(paper.doi, "bibtex"),
        "eprint": paper.arxiv_id,
        "archiveprefix": "arXiv" if paper.arxiv_id else "",
        "url": _url(paper.url, "bibtex"),
        "keywords": _bibtex(_tags(paper)),
        "abstract": _bibtex(paper.summary),
    }
    kind = "article" if paper.venue else "misc"
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _bibtex(text: str) -> str:
    line = " ".join(text.split())
    return "".join(
        ("{}" if before + c in _LIGATURES else "") + _BIBTEX_SPECIAL.get(c, c)
        for before, c in pairwise(f" {line}")
    )


def _bibtex_name(name: str) -> str:
    written = _bibtex(name)
    return f"{{{written}}}" if "," in name or " and " in f" {name} " else written


def _url(url: str, form: Literal["bibtex", "markdown"]) -> str:
    """The address without what could end a field or a line."""
    return "".join(quote(c) if c.isspace() or c in _UNSAFE[form] else c for c in url)


def _new_key(paper: Paper) -> str:
    family = paper.authors[0].split(",")[0].split()[-1] if paper.authors else ""
    words = [w for w in re.findall(r"[a-z0-9]+", paper.title.lower()) if len(w) > 3]
    base = re.sub(r"[^A-Za-z0-9]", "", f"{family.lower()}{paper.year or ''}")
    base += "".join(words[: 1 if family else 3])
    return base or re.sub(r"[^A-Za-z0-9.-]", "-", paper.paper_id)


def _ris_record(paper: Paper) -> str:
    lines = [
        ("TY", "JOUR" if paper.venue else "GEN"),
        ("TI", paper.title),
        *(("AU", _family_first(name)) for name in paper.authors),
        ("PY", str(paper.year or "")),
        ("T2", paper.venue),
        ("DO", paper.doi),
        ("N1", f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else ""),
        ("UR", paper.url),
        *(("KW", tag) for tag in paper.tags),
        ("ID", paper.citekey),
        ("AB", paper.summary),
        ("ER", ""),
    ]
    return "".join(
        f"{tag}  - {_LINE_END.sub(' ', value)}\n" for tag, value in lines if value or tag == "ER"
    )


def _family_first(name: str) -> str:
    return ", ".join(_family_and_given(name))


def _family_and_given(name: str) -> tuple[str, ...]:
    """(family, given), or (name,) where they are not told apart."""
    given, _, family = name.rpartition(" ")
    return (family, given) if given and "," not in name else (name,)


def _csl_item(paper: Paper, key: str) -> dict[str, Any]:
    item: Mapping[str, Any] = {
        "id": key,
        "citation-key": paper.citekey,
        "type": "article-journal" if paper.venue else "article",
        "title": paper.title,
        "author": [_csl_name(name) for name in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year else {},
        "container-title": paper.venue,
        "DOI": paper.doi,
        "note": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "URL": paper.url,
        "keyword": _tags(paper),
        "abstract": paper.summary,
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    parts = _family_and_given(name)
    return dict(zip(("family", "given") if len(parts) > 1 else ("literal",), parts, strict=True))


def _authors(paper: Paper) -> str:
    """Names in one field; the last mark says that a comma or an "and" is part of a name."""
    names = "; ".join(paper.authors)
    unclear = "," in names or "&" in names or "and" in LETTERS.findall(names.lower())
    return f"{names};" if unclear else names


def _tags(paper: Paper) -> str:
    """Tags in one field; the last mark says that a comma is part of a tag."""
    return "; ".join(paper.tags) + (";" if len(paper.tags) == 1 and "," in paper.tags[0] else "")


def _markdown_entry(paper: Paper) -> str:
    facts = {
        "Authors": "; ".join(paper.authors),
        "Year": str(paper.year or ""),
        "Venue": paper.venue,
        "DOI": paper.doi,
        "arXiv": paper.arxiv_id,
        "Tags": "; ".join(paper.tags),
        "Key": paper.citekey,
        "Summary": paper.summary,
    }
    lines = [f"- **{plain(paper.title)}**"]
    if paper.url.startswith(("http://", "https://")):
        lines.append(f"  Link: <{_url(paper.url, 'markdown')}>")
    elif paper.url:
        lines.append(f"  URL: {plain(paper.url)}")
    lines += [f"  {label}: {plain(value)}" for label, value in facts.items() if value]
    return "\n".join([*lines, ""])
