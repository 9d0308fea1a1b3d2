"""A paper never changes, so what follows from its fields is computed once."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from ingest import paper as module
from ingest.paper import Paper, Provenance

PAPER = Paper("Attention Is All You Need", "Sequence models.", authors=("A. Vaswani",), record=3)


def test_id_and_hash_are_computed_once(monkeypatch):
    calls = []
    digest = module.digest
    monkeypatch.setattr(module, "digest", lambda *args: calls.append(args) or digest(*args))
    paper = PAPER.with_changes(year=2017)
    assert {paper.paper_id for _ in range(5)} == {PAPER.paper_id}
    assert len({paper.content_hash for _ in range(5)}) == 1
    assert len(calls) == 2 + 1  # its id and its hash; the id of PAPER, first asked for here


def test_a_copy_has_its_own_values():
    assert PAPER.text == "Attention Is All You Need\nSequence models."
    copy = PAPER.with_changes(title="Other", doi="10.1/X")
    assert (copy.text, copy.paper_id) == ("Other\nSequence models.", "doi:10.1/x")
    assert Paper.from_dict(copy.to_dict()) == copy
    assert set(copy.to_dict()) == set(PAPER.to_dict())


def test_a_paper_of_an_older_home_is_read_and_needs_no_new_vectors():
    names = {"citations", "retracted", "is_abstract", "provenance", "variant", "citekey"}
    older = {name: value for name, value in PAPER.to_dict().items() if name not in names}
    assert Paper.from_dict(older) == PAPER
    assert PAPER.content_hash == "954a5024ac65de13"


def test_an_enriched_paper_is_still_the_one_that_the_list_gave():
    added = (
        Provenance("authors", "arxiv", ("A. Vaswani",)),
        Provenance("doi", "arxiv", ""),
        Provenance("summary", "arxiv", "Sequence models."),
    )
    paper = PAPER.with_changes(
        authors=("A. Vaswani", "N. Shazeer"), doi="10.1/x", provenance=added,
        summary="The dominant models.\nSequence models.",
    )  # fmt: skip
    assert paper.given == PAPER
    assert paper.paper_id == f"p{module.digest('attention is all you need', 12)}"
    assert paper.content_hash != PAPER.content_hash
    assert paper.added_abstract == "The dominant models."
    assert Paper.from_dict(json.loads(json.dumps(paper.to_dict()))) == paper


def test_it_stays_immutable_and_hashable():
    assert {PAPER: 1}[Paper.from_dict(PAPER.to_dict())] == 1
    with pytest.raises(FrozenInstanceError):
        PAPER.title = "x"


def test_the_content_hash_ignores_only_the_place():
    assert PAPER.with_changes(record=9, raw="x", confidence=0.1).content_hash == PAPER.content_hash
    for change in ({"summary": "y"}, {"tags": ("t",)}, {"source": "s"}, {"origins": ("o",)}):
        assert PAPER.with_changes(**change).content_hash != PAPER.content_hash
