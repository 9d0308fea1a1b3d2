"""Large files of formats that go line by line are never held as text."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from ingest.errors import InputError
from ingest.readers import registry
from ingest.readers.registry import read_path

COUNT = 40
WORDS = "It finds \u00fcber things \U0001f642 of note. " * 3
FILES = {
    "a.ris": "".join(
        f"TY  - JOUR\r\nTI  - Title {n}\r\nAB  - {WORDS}\r\n goes on\r\nER  - \r\n"
        for n in range(COUNT)
    ),
    "a.nbib": "".join(
        f"PMID- {n}\nTI  - Title {n}\nAB  - {WORDS}\n      goes on\n\n" for n in range(COUNT)
    ),
    "a.csv": "\n\ntitle,abstract\n"
    + "".join(f'Title {n},"{WORDS}\ngoes on"\n' for n in range(COUNT))
    + 'x,"abc\nLast title,open',
    "a.jsonl": "\ufeff"
    + "".join(json.dumps({"title": f"Title {n}", "abstract": WORDS}) + "\n" for n in range(COUNT))
    + "{broken",
    "a.bib": "".join(f"@misc{{a{n}, title = {{Title {n}}}}}\n" for n in range(COUNT)),
}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("name", FILES)
def test_a_large_file_reads_as_a_small_one(name, encoding, tmp_path, monkeypatch):
    path = tmp_path / name
    path.write_bytes(FILES[name].encode(encoding, "ignore"))
    small = read_path(path)
    monkeypatch.setattr(registry, "_LARGE", 200)
    monkeypatch.setattr("ingest.readers.decoding._BLOCK", 100)
    assert read_path(path) == small
    assert len(small.papers) >= COUNT


@pytest.mark.parametrize("large", [200, 2**20])
def test_a_large_file_that_is_no_text_is_refused_as_a_small_one(large, tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"title,year\n\x00,2000\n" + b"Paper,2001\n" * COUNT)
    monkeypatch.setattr(registry, "_LARGE", large)
    with pytest.raises(InputError, match="NUL bytes"):
        read_path(path)


def test_the_text_of_a_large_file_is_never_held(tmp_path):
    path = tmp_path / "a.ris"
    other = "N1  - what no paper keeps but as it stood\n" * 500
    path.write_text(
        "TI  - \U0001f642\n" + "".join(f"TY  - JOUR\nTI  - {n}\n{other}" for n in range(500))
    )
    tracemalloc.start()
    read_path(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * path.stat().st_size
