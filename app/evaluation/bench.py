"""Timings on this machine: ingestion against the bare encoder, and a question stage by stage."""

from __future__ import annotations

import os
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from app.evaluation.metrics import latency, percentile, timed
from app.settings import Settings
from app.wiring import Room, index_papers, open_retriever, open_room

if TYPE_CHECKING:
    from ingest.paper import Paper

# Enough to be steady, few enough to wait for.
INGESTED = 300
# Questions whose calls are counted; the figure is their median.
COUNTED = 5
# An answer's sentences, and the records that each cites.
SENTENCES, CITED = 6, 8
OWN_CODE = tuple(str(Path(__file__).parents[2] / name) + os.sep for name in ("app", "ingest"))


def run_bench(settings: Settings, questions: int) -> dict[str, Any]:
    """Figures of one run; times in milliseconds, sizes in bytes.

    The encoder remembers a question, so the later stages do not contain "encode". Questions are the
    first sentences of records spread over the list: text that the list is about.
    """
    with open_room(settings) as room:
        papers = room.papers()
        figures: dict[str, Any] = {"papers": len(papers)}
        figures |= _ingestion(settings, papers[:INGESTED])
        figures |= _questions(room, _spread(papers, questions))
        figures |= _checking(papers[:INGESTED])
        figures["calls"] = round(percentile([count_calls(room, q) for q in _fresh(papers)], 50))
    figures["index_bytes"] = _size(settings.home / "index")
    figures["chroma_bytes"] = _size(settings.home / "chroma")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures["peak_memory_bytes"] = peak if sys.platform == "darwin" else peak * 1024
    return figures


def _ingestion(settings: Settings, papers: Sequence[Paper]) -> dict[str, Any]:
    from ingest.index.encoder import shared_encoder

    encoder = shared_encoder()
    texts = [paper.text for paper in papers]
    tokens = sum(min(256, encoder.count_tokens(text)) for text in texts)
    _, bare = timed(lambda: encoder.encode(texts))
    with tempfile.TemporaryDirectory() as folder:
        own = settings.model_copy(update={"home": Path(folder), "store": "embedded"})
        _, whole = timed(lambda: index_papers(papers, own))
    return {
        "ingest_docs_per_s": round(len(papers) / whole * 1000, 1),
        "ingest_tokens_per_s": round(tokens / whole * 1000),
        "bare_encoder_tokens_per_s": round(tokens / bare * 1000),
        "ingest_to_encoder_ratio": round(bare / whole, 3),
    }


def _questions(room: Room, texts: Sequence[str]) -> dict[str, Any]:
    from ingest.index.encoder import shared_encoder

    room.warm_up()
    first_stage = open_retriever(room.settings.model_copy(update={"reranker": "none"}))
    first_stage.search("warm up", 1)
    stages: dict[str, Callable[[str], object]] = {
        "encode": lambda text: shared_encoder().encode_tokens([text]),
        "first_stage": lambda text: first_stage.search(text, 10),
        "search": lambda text: room.find(text, 10),
        "answer": room.answer,
    }
    figures: dict[str, Any] = {}
    for name, stage in stages.items():
        times = [timed(lambda text=text, stage=stage: stage(text))[1] for text in texts]  # type: ignore[misc]
        figures |= latency(times, name)
    return figures


def _checking(papers: Sequence[Paper]) -> dict[str, Any]:
    """The check of a sentence against the records that it cites, in answers of a few sentences each.

    A sentence of another record stands in none of them, nor do its names or numbers veto it: all are read to
    the end. The first sentence of an answer pays for the words of its records.
    """
    from app.verification.verifier import Verifier

    verifier = Verifier()
    verifier.check("Nothing is loaded yet.", papers[-1:])
    times = []
    for first in range(0, len(papers) - CITED - SENTENCES + 1, CITED + SENTENCES):
        cited = papers[first : first + CITED]
        others = papers[first + CITED : first + CITED + SENTENCES]
        for text in _spread(others, len(others)):
            said = re.sub(r"\d", "", text).lower()
            times.append(timed(lambda said=said, cited=cited: verifier.check(said, cited))[1])  # type: ignore[misc]
    return latency(times, "check_sentence") if times else {}


def count_calls(room: Room, question: str) -> int:
    """How often functions of `app/` and `ingest/` are entered in this thread for one answer.

    A generator counts each time that it goes on. A question that was asked before needs fewer.
    """
    calls = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.startswith(OWN_CODE)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        room.answer(question)
    finally:
        sys.setprofile(before)
    return calls


def _fresh(papers: Sequence[Paper]) -> list[str]:
    """Questions of everyday length that were not asked before."""
    step = max(1, len(papers) // COUNTED)
    topics = (" ".join(paper.title.split()[:4]) for paper in papers[::step][:COUNTED])
    return [f"What is found on {topic}?" for topic in topics]


def _spread(papers: Sequence[Paper], count: int) -> list[str]:
    """A sentence each, after the title, of papers spread over the list."""
    from ingest.sentences import sentence_spans

    texts = [papers[i * len(papers) // count].text for i in range(count)]
    spans = [sentence_spans(text)[:2][-1] for text in texts]
    return [text[start:end] for text, (start, end) in zip(texts, spans, strict=True)]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
