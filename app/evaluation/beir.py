"""Evaluates on a BEIR folder with a throw-away index, kept until data or settings change."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.evaluation.datasets import BeirDataset, load_beir
from app.evaluation.runner import QuestionRun, run_beir
from app.retrieval import Retriever
from ingest.paper import Paper

# Papers into a folder: as they come, without looking for duplicates.
IndexPapers = Callable[[Sequence[Paper], Path], None]
OpenRetriever = Callable[[Path], Retriever]

_READY = "READY"


def evaluate_beir(
    folder: Path,
    cache: Path,
    fingerprint: str,
    index_papers: IndexPapers,
    open_retriever: OpenRetriever,
) -> QuestionRun:
    """Index a BEIR folder if the cache has no index of it, search all its queries, sum up.

    cache: folder that holds such indexes. fingerprint: of the settings that decide the index.
    `docs_per_s` is there only when this run did the indexing.

    Raises:
        InputError: the folder cannot be read.
    """
    dataset = load_beir(folder)
    home = cache / f"{dataset.name}-{_identity(dataset, fingerprint)}"
    seconds = 0.0
    if not (home / _READY).exists():
        began = time.perf_counter()
        index_papers(list(dataset.papers()), home)
        seconds = time.perf_counter() - began
        # Written last: an index that was cut off is built again.
        (home / _READY).write_text(fingerprint, "utf-8")
    run = run_beir(dataset, open_retriever(home))
    figures = dict(run.kinds[dataset.name], docs=len(dataset.documents))
    if seconds:
        figures["docs_per_s"] = len(dataset.documents) / seconds
    return replace(run, kinds={dataset.name: figures})


def _identity(dataset: BeirDataset, fingerprint: str) -> str:
    digest = hashlib.sha256(fingerprint.encode())
    for doc_id, (title, text) in dataset.documents.items():
        digest.update(f"{doc_id}\0{title}\0{text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
