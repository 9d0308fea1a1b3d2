"""Evaluates on a BEIR folder with a throw-away index, kept until data or settings change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.evaluation.metrics import latency, mean, mrr_at, ndcg_at, recall_at, timed
from app.evaluation.questions import read_lines
from app.evaluation.runner import Run
from app.retrieval import PaperRetriever
from app.settings import Settings
from app.wiring import index_papers, open_retriever
from ingest.errors import InputError
from ingest.paper import Paper

DEPTH = 100
_READY = "READY"
_QRELS = ("qrels.tsv", "qrels/test.tsv")
_FORM = "a BEIR folder: corpus.jsonl and queries.jsonl with `_id` and `text`, qrels.tsv"


@dataclass(frozen=True, slots=True)
class BeirDataset:
    """A corpus with queries and judgements in BEIR's form (Thakur et al. 2021).

    documents: id -> (title, text). judgements: query id -> {document id: grade}.
    """

    name: str
    documents: dict[str, tuple[str, str]]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]

    def papers(self) -> Iterator[Paper]:
        """Documents as papers, in file order; `source` holds the document id.

        The id also stands in for a DOI, so that two documents of one title stay two papers.
        """
        for doc_id, (title, text) in self.documents.items():
            shown = " ".join((title or text[:80] or doc_id).split())
            yield Paper(title=shown, summary=text, source=doc_id, doi=f"{self.name}/{doc_id}")

    def identity(self, fingerprint: str) -> str:
        """16 hex digits of the documents and the settings that index them."""
        digest = hashlib.sha256(fingerprint.encode())
        for doc_id, (title, text) in self.documents.items():
            digest.update(f"{doc_id}\0{title}\0{text}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]


def evaluate_beir(settings: Settings, folder: Path) -> Run:
    """Index a BEIR folder if the home's cache has no index of it, search all its queries, sum up.

    `docs_per_s` is there only when this run did the indexing.

    Raises:
        InputError: the folder cannot be read.
    """
    dataset = load_beir(folder)
    name = f"{dataset.name}-{dataset.identity(settings.fingerprint())}"
    home = settings.home / "cache" / "beir" / name
    own = settings.model_copy(update={"home": home, "store": "embedded"})
    speed = {}
    if not (home / _READY).exists():
        _, taken = timed(lambda: index_papers(list(dataset.papers()), own))
        speed = {"docs_per_s": len(dataset.documents) / taken * 1000}
        # Written last: an index that was cut off is built again.
        (home / _READY).touch()
    per_query, times = _search(dataset, open_retriever(own))
    names = next(iter(per_query.values()))
    figures: dict[str, Any] = {"count": len(per_query)}
    figures |= {name: mean([row[name] for row in per_query.values()]) for name in names}
    figures |= latency(times, "query") | {"docs": len(dataset.documents)} | speed
    return Run({dataset.name: figures}, per_query)


def load_beir(folder: Path) -> BeirDataset:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/test.tsv) of a folder.

    Queries without a judgement are left out, as the benchmark does.

    Raises:
        InputError: a file is missing or a line cannot be read.
    """
    corpus = read_lines(folder / "corpus.jsonl", _identified, _FORM)
    documents = {doc_id: (str(row.get("title") or ""), text) for doc_id, text, row in corpus}
    qrels = [folder / name for name in _QRELS if (folder / name).is_file()]
    if not qrels:
        raise InputError(f"{folder} has no qrels.tsv", hint=_FORM)
    judgements = _judgements(qrels[0], documents)
    asked = read_lines(folder / "queries.jsonl", _identified, _FORM)
    queries = {query_id: text for query_id, text, _ in asked if query_id in judgements}
    kept = {query: grades for query, grades in judgements.items() if query in queries}
    if not kept:
        raise InputError(f"{folder}: no query has a judgement", hint="check the ids in qrels.tsv")
    return BeirDataset(folder.name, documents, queries, kept)


def _search(
    dataset: BeirDataset, retriever: PaperRetriever
) -> tuple[dict[str, dict[str, float]], list[float]]:
    """Each query's figures, and the milliseconds it took."""
    per_query, times = {}, []
    for query_id, text in dataset.queries.items():
        grades = dataset.judgements[query_id]
        hits, taken = timed(lambda text=text: retriever.search(text, DEPTH))  # type: ignore[misc]
        times.append(taken)
        ranked = [hit.paper.source for hit in hits]
        per_query[query_id] = {
            "ndcg@10": ndcg_at(ranked, grades, 10),
            "recall@10": recall_at(ranked, grades, 10),
            "recall@100": recall_at(ranked, grades, DEPTH),
            "mrr@10": mrr_at(ranked, grades, 10),
        }
    return per_query, times


def _judgements(path: Path, documents: dict[str, tuple[str, str]]) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields or (number == 1 and not fields[-1].lstrip("-").isdigit()):
            continue  # blank, or the header
        try:
            query, document, grade = fields[0], fields[1], int(fields[-1])
        except (IndexError, ValueError) as error:
            raise InputError(
                f"{path}, line {number}: not `query-id corpus-id score`",
                hint="tab-separated, whole-number scores",
            ) from error
        if grade > 0 and document in documents:
            judgements.setdefault(query, {})[document] = grade
    return judgements


def _identified(_: int, row: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Id and text of a document or a query."""
    if "_id" not in row:
        raise ValueError("no `_id`")
    return str(row["_id"]), str(row.get("text") or ""), row
