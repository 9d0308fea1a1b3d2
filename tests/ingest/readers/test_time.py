"""Readers take time in proportion to a file, whatever is in it."""

from __future__ import annotations

import time

import pytest

from ingest.readers.registry import choose_reader

LINES = 32_000
# Seconds of CPU; what is read again for every line takes many times as long.
LIMIT = 5
FILES = {
    "open quotes.csv": "title,note\n" + 'x,"abc\n' * LINES,
    "one abstract.ris": "TY  - JOUR\nTI  - One\nAB  - a\n" + "more words here\n" * LINES,
    "one abstract.nbib": "PMID- 1\nTI  - One\nAB  - a\n" + "      more words\n" * LINES,
    "authors.ciw": "FN x\nPT J\nTI One\nAU a\n" + "   Lee, A\n" * LINES + "ER\n",
    "open braces.bib": "@misc{a, title = {One},\n abstract = {" + "{x \n" * LINES,
    "open entries.bib": "@misc{a, title = {{{{{\n" * (LINES // 4),
    "open formulas.bib": "@misc{a, title = {One}, note = {" + r"\( x " * LINES + "}}",
    "backslashes.bib": "@misc{a, title = {One}, note = {" + "\\" * LINES + "}}",
    "no commas.bib": "@misc{a, title = {One} " + "note = {x} " * (LINES // 4) + "}",
    "broken lines.jsonl": '{"title": "One"}\n' + '{"title": "\n' * LINES,
    "bullets.md": "- A title of a paper\n" * (LINES // 4),
    "open links.md": "- One " + "[x](y " * LINES,
    "open items.html": "<html><ul>" + "<li><a href=x>" * (LINES // 4),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_takes_long(name):
    began = time.process_time()
    reader = choose_reader(name, FILES[name])
    result = reader.read(FILES[name], name)
    assert time.process_time() - began < LIMIT
    assert result.papers or result.rejected
