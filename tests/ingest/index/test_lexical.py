from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.lexical import BM25Index, analyse

TEXTS = [
    "Multi-hop reasoning in grokked transformers",
    "Detecting hallucinations with semantic entropy",
    "Entropy of language models, and reasoning about entropy",
]


def test_ranks_the_text_that_shares_the_rare_words() -> None:
    scores = BM25Index.build(TEXTS).scores("semantic entropy of hallucination")
    assert scores.argmax() == 1
    assert scores[0] == 0


def test_scores_follow_the_formula() -> None:
    index = BM25Index.build(["apple pear", "apple apple plum fig"])
    idf = np.log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    expected = idf * 2 / (2 + 0.9 * (1 - 0.4 + 0.4 * 4 / 3))
    assert np.isclose(index.scores("apples")[1], expected, rtol=1e-5)


def test_a_misspelt_word_finds_what_the_right_one_finds() -> None:
    index = BM25Index.build(TEXTS)
    for query in ("halucinations", "transfomers", "langauge"):
        assert not index.scores(query).any()
        assert index.tolerant_scores(query).any()
    right, wrong = index.scores("hallucinations"), index.tolerant_scores("halucinations")
    assert np.allclose(wrong, right / 2)


def test_known_words_are_never_corrected() -> None:
    index = BM25Index.build(TEXTS)
    query = "language entropy reasoning"
    assert np.array_equal(index.tolerant_scores(query), index.scores(query))


def test_compounds_match_in_either_spelling() -> None:
    index = BM25Index.build([*TEXTS, "A multihop benchmark"])
    assert BM25Index.build(TEXTS).tolerant_scores("multihop").argmax() == 0
    assert index.tolerant_scores("multi-hop")[3] > 0


def test_words_of_one_family_find_each_other() -> None:
    index = BM25Index.build([*TEXTS, "syllogistic inference"])
    assert not index.scores("syllogisms").any()
    assert index.tolerant_scores("syllogisms").argmax() == len(TEXTS)
    assert index.strangeness("syllogism") == 0.5
    assert index.strangeness("syllabus") == 1.0


def test_saved_and_loaded_scores_are_the_same(tmp_path: Path) -> None:
    index = BM25Index.build(TEXTS)
    index.save(tmp_path / "bm25")
    loaded = BM25Index.load(tmp_path / "bm25")
    assert len(loaded) == 3
    assert np.array_equal(loaded.scores("entropy"), index.scores("entropy"))


def test_no_texts_and_empty_texts() -> None:
    assert BM25Index.build([]).scores("x").shape == (0,)
    assert not BM25Index.build(["", "the of"]).tolerant_scores("anything").any()
    assert BM25Index.build(["", "zeta"]).scores("zeta")[1] > 0


def test_the_same_files_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ingest.index.lexical import BM25Index;"
        f"BM25Index.build({TEXTS!r}).save(Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / s).iterdir()} for s in "12")
    assert first == second


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_any_text_and_query(texts: list[str], query: str) -> None:
    index = BM25Index.build(texts)
    for scores in (index.scores(query), index.tolerant_scores(query)):
        assert scores.shape == (len(texts),)
        assert (scores >= 0).all()


def test_analysis_drops_stop_words_and_stems() -> None:
    assert analyse("Which of the models are reasoning?") == ["model", "reason"]
