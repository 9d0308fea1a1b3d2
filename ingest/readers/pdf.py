"""PDF files: a paper each, its title, abstract and ids from the first pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ingest.identity import find_arxiv_id, find_doi, with_ids
from ingest.paper import Paper
from ingest.readers.base import ReadResult
from ingest.readers.pdf_front import Line, read_front
from ingest.text import clean_text, counted

_PROGRAM = Path(__file__).with_name("pdf_text.py")
_SECONDS = 60.0
# Of a page that was set; a picture of a page has a stamp's at most.
_LETTERS_A_PAGE = 25
# Letters and digits among what is printed; below it, the characters are places in a font.
_READABLE = 0.7
_PROBLEMS = {
    "locked": "it is encrypted: save it without a password",
    "broken": "it is broken, or cut short: get it anew",
    "hung": f"it took longer than {_SECONDS:.0f} s: save it anew from a PDF viewer",
}
_STAMP = re.compile(r"^\s*arxiv:\s*\S+.*$", re.IGNORECASE | re.MULTILINE)
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_BROKEN_OFF = ("/", ".", "-", "_")
_REFERENCES = re.compile(
    r"^\W*(?:\d+\W*)?(?:references|bibliography)\W*$", re.IGNORECASE | re.MULTILINE
)


class PdfError(Exception):
    """A PDF that cannot be read; the message says why, and what to do."""


class PdfReader:
    """One paper a file; a scan, and a file that is locked or broken, is rejected, never guessed."""

    extensions: tuple[str, ...] = (".pdf",)

    def accepts(self, data: bytes) -> bool:
        """Whether the bytes begin as a PDF does; mail and servers may put a line in front."""
        return b"%PDF-" in data[:1024]

    def read(self, data: bytes, source: str) -> ReadResult:
        """The paper of a file."""
        result = ReadResult()
        try:
            found = _extracted(data)
            paper = _paper(found, source)
        except PdfError as error:
            result.reject(source, 0, str(error))
            return result
        result.add(paper)
        return result


def _extracted(data: bytes) -> dict[str, Any]:
    """What `pdf_text.py` says, run in a process that cannot take this one with it."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_PROGRAM)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PdfError(_PROBLEMS["hung"]) from error
    found: dict[str, Any] = {"problem": "broken"} if done.returncode else json.loads(done.stdout)
    if problem := found.get("problem"):
        raise PdfError(_PROBLEMS.get(problem, problem))
    return found


def _paper(found: dict[str, Any], source: str) -> Paper:
    pages = [clean_text(page) for page in found["pages"]]
    letters = sum(c.isalpha() for page in pages for c in page)
    if letters < _LETTERS_A_PAGE * len(pages):
        raise PdfError(
            f"no text in its {counted(len(pages), 'page')}, only pictures: let OCR read it first"
        )
    printed = "".join("".join(pages).split())
    if sum(map(str.isalnum, printed)) < _READABLE * len(printed):
        raise PdfError("its fonts do not say which letters they show: let OCR read it first")
    fronts = [[Line(*line) for line in lines] for lines in found["front"]]
    title, abstract, is_named, confidence = read_front(fronts, found["title"])
    if not title:
        raise PdfError("no title and abstract on its first pages: name the paper in a list instead")
    return with_ids(
        Paper(
            title=title,
            summary=abstract,
            raw=pages[0],
            doi=_doi(pages[0]),
            arxiv_id=next(map(find_arxiv_id, _STAMP.findall(pages[0])), ""),
            source=source,
            record=1,
            confidence=confidence,
            is_abstract=is_named,
        )
    )


def _doi(page: str) -> str:
    """The one DOI of page 1; none if there are several, or if a line's end breaks it."""
    page = _REFERENCES.split(page, maxsplit=1)[0]
    whole = [match[0] for match in _DOI.finditer(page) if not match[0].endswith(_BROKEN_OFF)]
    dois = set(map(find_doi, whole)) - {""}
    return dois.pop() if len(dois) == 1 else ""
