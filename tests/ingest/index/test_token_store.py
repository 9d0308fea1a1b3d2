from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.index.encoder import TokenEncoding, shared_encoder
from ingest.index.token_store import TokenStore, content_tokens, write_token_store
from ingest.paper import Paper

PAPERS = [
    Paper(title="Retrieval heads", summary="They find the right fact in a long context."),
    Paper(title="Grokking", summary="A network generalises long after it has overfitted."),
]


class CountingEncoder:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[TokenEncoding]:
        self.texts += texts
        return shared_encoder().encode_tokens(texts)


def test_similarities_are_those_of_the_encoder_but_for_quantisation(tmp_path: Path) -> None:
    write_token_store(tmp_path, PAPERS)
    store = TokenStore(tmp_path)
    (encoding,) = shared_encoder().encode_tokens([PAPERS[0].text])
    kept = encoding.token_vectors[content_tokens(PAPERS[0].text, encoding.offsets)]
    got = store.similarities(encoding.token_vectors, 0)
    assert np.abs(got - encoding.token_vectors @ kept.T).max() < 0.02


def test_stop_words_and_punctuation_are_left_out(tmp_path: Path) -> None:
    write_token_store(tmp_path, PAPERS)
    store = TokenStore(tmp_path)
    words = [PAPERS[0].text[a:b] for a, b in store.offsets[store.tokens(0)]]
    assert words == ["Retrieval", "heads", "find", "right", "fact", "long", "context"]
    assert store.title_tokens[0] == 2


def test_known_texts_are_copied_and_new_ones_encoded(tmp_path: Path) -> None:
    write_token_store(tmp_path / "one", PAPERS)
    encoder = CountingEncoder()
    new = Paper(title="Poisoning", summary="It persists.")
    write_token_store(tmp_path / "two", [new, PAPERS[1]], tmp_path / "one", encoder)
    assert encoder.texts == [new.text]
    old, store = TokenStore(tmp_path / "one"), TokenStore(tmp_path / "two")
    query = np.eye(4, 384, dtype=np.float32)
    assert np.array_equal(store.similarities(query, 1), old.similarities(query, 1))


@pytest.mark.parametrize("papers", [[], [Paper(title="?!")]])
def test_nothing_to_keep(tmp_path: Path, papers: list[Paper]) -> None:
    write_token_store(tmp_path, papers)
    store = TokenStore(tmp_path)
    assert len(store) == len(papers)
    for row in range(len(papers)):
        assert store.similarities(np.zeros((2, 384), np.float32), row).shape == (2, 0)


def test_rare_pieces_weigh_more(tmp_path: Path) -> None:
    write_token_store(tmp_path, PAPERS)
    store = TokenStore(tmp_path)
    tokenizer = shared_encoder().tokenizer
    long, context = (tokenizer.token_to_id(word) for word in ("long", "context"))
    common, rare = store.idf(np.array([long, context]))
    assert rare > common
