from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.retrieval import Filters, Hit, make_reranker, make_retriever, snippet
from ingest.errors import SettingsError
from ingest.index.encoder import shared_encoder
from ingest.index.lexical import BM25Index
from ingest.index.token_store import TokenStore, write_token_store
from ingest.paper import Paper

PAPERS = [
    Paper(
        title="Detecting hallucinations using semantic entropy",
        summary="Language models make things up. We detect confabulations by their uncertainty.",
        year=2024, authors=("Sebastian Farquhar", "Yarin Gal"), tags=("uncertainty",),
        source="lists/a.txt",
    ),
    Paper(
        title="Progress measures for grokking",
        summary="Small transformers learn modular addition by Fourier circuits.",
        year=2023, authors=("Neel Nanda",), tags=("circuits",), source="lists/b.txt",
    ),
    Paper(
        title="Toy models of superposition",
        summary="Networks store more features than they have neurons.",
        year=2022, authors=("Nelson Elhage", "Neel Nanda"), tags=("Circuits", "features"),
        source="lists/b.txt",
    ),
    Paper(title="Lentil soup", summary="Boil the lentils, then add cumin.", source="lists/c.txt"),
]  # fmt: skip


class MemoryCorpus:
    """Each sentence of a summary is a chunk, so that papers have several."""

    def __init__(self, papers: Sequence[Paper], folder: Path, *, whole: bool = False) -> None:
        texts = [
            (row, f"{p.title}\n{part}")
            for row, p in enumerate(papers)
            for part in ([p.summary] if whole else p.summary.split(". "))
        ]
        self._papers = list(papers)
        self.papers_count = len(papers)
        self.chunk_paper = np.array([row for row, _ in texts], dtype=np.int32)
        self.vectors = shared_encoder().encode([text for _, text in texts])
        self.paper_vectors = shared_encoder().encode([p.text for p in papers])
        self.lexical = BM25Index.build([text for _, text in texts])
        write_token_store(folder, papers)
        self.tokens: TokenStore | None = TokenStore(folder)
        self.columns: dict[str, list[Any]] = {
            "year": [p.year or 0 for p in papers],
            "authors": [list(p.authors) for p in papers],
            "tags": [list(p.tags) for p in papers],
            "source": [p.source for p in papers],
        }

    def paper(self, row: int) -> Paper:
        return self._papers[row]

    def row_of(self, paper_id: str) -> int | None:
        ids = [p.paper_id for p in self._papers]
        return ids.index(paper_id) if paper_id in ids else None


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> MemoryCorpus:
    return MemoryCorpus(PAPERS, tmp_path_factory.mktemp("tokens"))


def titles(hits: Sequence[Hit]) -> list[str]:
    return [hit.paper.title for hit in hits]


@pytest.mark.parametrize("name", ["hybrid", "dense", "bm25"])
def test_the_paper_asked_for_comes_first_and_each_paper_once(
    corpus: MemoryCorpus, name: str
) -> None:
    retriever = make_retriever(corpus, shared_encoder().encode, name=name)
    hits = retriever.search("uncertainty of language models and confabulations", 10)
    assert titles(hits)[0] == PAPERS[0].title
    assert len(titles(hits)) == len(set(titles(hits))) == 4
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_signals_are_raw_and_the_span_is_the_best_sentence(corpus: MemoryCorpus) -> None:
    retriever = make_retriever(corpus, shared_encoder().encode)
    hit = retriever.search("how are confabulations detected?", 1)[0]
    assert {"cosine", "maxsim", "bm25"} <= hit.signals.keys()
    assert 0.2 < hit.signals["cosine"] <= 1
    assert 0.3 < hit.signals["maxsim"] <= 1
    assert hit.signals["bm25"] > 0
    start, end = hit.span
    assert hit.paper.text[start:end] == "We detect confabulations by their uncertainty."


def test_filters_come_before_the_cut(corpus: MemoryCorpus) -> None:
    retriever = make_retriever(corpus, shared_encoder().encode)
    query = "semantic entropy"
    found = retriever.search(query, 1, Filters(authors=("nanda",), year_to=2022))
    assert titles(found) == [PAPERS[2].title]
    assert retriever.search(query, 5, Filters(tags=("nothing",))) == []


def test_nothing_asked_and_nothing_there(corpus: MemoryCorpus) -> None:
    retriever = make_retriever(corpus, shared_encoder().encode)
    assert retriever.search("   ", 5) == []
    assert retriever.search("entropy", 0) == []
    assert len(retriever.search("?!", 2)) == 2


def test_like_and_unlike(corpus: MemoryCorpus) -> None:
    retriever = make_retriever(corpus, shared_encoder().encode)
    ids = [paper.paper_id for paper in PAPERS]
    near = retriever.like([ids[1]], k=3)
    assert titles(near)[0] == PAPERS[2].title
    assert PAPERS[1].title not in titles(near)
    without = retriever.like([ids[1]], [ids[2]], k=3)
    assert PAPERS[2].title not in titles(without)
    assert retriever.like(["unknown"], k=3) == []


def test_an_opening_that_all_records_share_makes_none_alike(tmp_path: Path) -> None:
    opening = "Large language models have shown impressive capabilities across many tasks."
    papers = [
        Paper(
            "Subliminal traits pass from teacher to student",
            f"{opening} A student model trained on a teacher's numbers takes on its love of owls.",
        ),
        Paper("How models find facts in long inputs", f"{opening} We trace heads that copy."),
        Paper("Steps in written reasoning", f"{opening} We remove single steps."),
        Paper("Pictures and captions", f"{opening} We look at the layers in turn."),
        Paper(
            "Distilled students inherit hidden quirks",
            "Fine-tuning on filtered numbers from a misaligned teacher transmits its traits.",
        ),
    ]
    retriever = make_retriever(MemoryCorpus(papers, tmp_path), shared_encoder().encode)
    assert titles(retriever.like([papers[0].paper_id], k=1)) == [papers[4].title]
    assert titles(retriever.like([papers[4].paper_id], k=1)) == [papers[0].title]


def test_without_token_vectors_the_first_stage_stands(corpus: MemoryCorpus, tmp_path: Path) -> None:
    bare = MemoryCorpus(PAPERS, tmp_path)
    bare.tokens = None
    retriever = make_retriever(bare, shared_encoder().encode)
    hit = retriever.search("grokking of transformers", 1)[0]
    assert hit.paper.title == PAPERS[1].title
    assert hit.signals["maxsim"] == 0.0
    assert hit.paper.text[slice(*hit.span)] in hit.paper.text


def test_the_same_question_gives_the_same_hits(corpus: MemoryCorpus) -> None:
    first, second = (
        make_retriever(corpus, shared_encoder().encode).search("circuits", 4) for _ in range(2)
    )
    assert first == second


def test_an_llm_orders_the_candidates(corpus: MemoryCorpus) -> None:
    prompts: list[str] = []

    def complete(prompt: str) -> str:
        prompts.append(prompt)
        return "4 > 2 > 99 > 4"

    retriever = make_retriever(corpus, shared_encoder().encode, reranker="llm", complete=complete)
    plain = make_retriever(corpus, shared_encoder().encode, reranker="none")
    query = "neurons and features"
    before = titles(plain.search(query, 4))
    assert titles(retriever.search(query, 4)) == [before[i] for i in (3, 1, 0, 2)]
    assert len(prompts) == 1


def test_unknown_names_say_what_is_known(corpus: MemoryCorpus) -> None:
    with pytest.raises(SettingsError) as error:
        make_retriever(corpus, shared_encoder().encode, name="magic")
    assert "hybrid" in error.value.hint
    for name in ("magic", "fastembed:", "llm"):
        with pytest.raises(SettingsError):
            make_reranker(name)


def test_a_snippet_marks_the_matched_words(corpus: MemoryCorpus) -> None:
    hit = make_retriever(corpus, shared_encoder().encode).search("detecting uncertainty", 1)[0]
    shown = snippet("detecting uncertainty", hit)
    assert shown == "We **detect** confabulations by their **uncertainty**."
    assert snippet("detecting uncertainty", hit, length=12).endswith("…")


def test_development_questions(tmp_path: Path, eval_data: Path) -> None:
    from app.evaluation.questions import load_questions
    from app.evaluation.runner import run_questions
    from app.wiring import seeds_folder
    from ingest.readers.registry import read_path

    papers = read_path(seeds_folder()).papers
    known = set(json.loads((eval_data / "seeds" / "titles.json").read_text("utf-8")))
    assert {paper.title for paper in papers} == known
    corpus = MemoryCorpus(papers, tmp_path, whole=True)
    questions = load_questions(eval_data / "seeds" / "questions.jsonl")
    asked = [q for q in questions if q.kind in ("single", "multi")]
    runs = {}
    for name in ("hybrid", "dense", "bm25"):
        search = make_retriever(corpus, shared_encoder().encode, name=name).search
        runs[name] = run_questions(
            asked, lambda text, _, search=search: [hit.paper.title for hit in search(text, 10)]
        )
    hybrid = runs["hybrid"].kinds
    assert hybrid["single"]["hit@1"] >= 0.80
    assert hybrid["single"]["recall@5"] >= 0.94
    assert hybrid["multi"]["recall@10"] >= 0.97
    recall = {name: run.kinds["single"]["recall@5"] for name, run in runs.items()}
    assert recall["hybrid"] >= recall["dense"] + 0.02
    assert recall["hybrid"] >= recall["bm25"] + 0.12
