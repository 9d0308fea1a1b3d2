"""The generator that needs no model: the best sentences of the best records, verbatim.

It cannot say anything that the records do not: each sentence is a slice of a record, led in by the
paper's title. Which sentence of a record answers best is decided by the same token-level comparison
that ranks records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.answering.events import Event
from app.language.instructions import is_instruction
from app.passages import Passage
from app.query import Query
from app.retrieval import Hit
from app.verification.checking import Proposal
from ingest.index.encoder import TokenEncoding, shared_encoder
from ingest.paper import Paper
from ingest.sentences import sentence_spans

# Most papers of an answer: where one answer is asked for, and where papers are.
MAX_PAPERS, MAX_LISTED = 6, 12
# A second sentence of the same record is worth reading if it fits nearly as well as the first.
SECOND_SENTENCE = 0.85
# Share of the best record's score that another needs to be cited as well: where one answer is asked
# for, and where papers are.
NEAR_TIE, SAME_TOPIC = 0.6, 0.5
# A cut-off tail such as "In particular, w…" says nothing by itself.
FRAGMENT_WORDS = 7
LONGEST_RECORD = 40


class ExtractiveGenerator:
    """Verbatim sentences; deterministic, no model, no network."""

    provider = "extractive"
    model = "extractive"
    prompt_hash = ""
    tokens = 0

    def __init__(self) -> None:
        self.considered = 0

    def evidence_size(self, corpus_size: int) -> int:
        """Retrieval scored every record already; the best few are enough."""
        self.considered = corpus_size
        return MAX_LISTED

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """One or two sentences of each record that is close to the best."""
        for hit in choose(query, hits):
            yield from propose(query, hit)


def choose(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits to cite: the best one, and those that are close behind it.

    Scores are sums of standardised scores: zero is an average record, so shares of the best compare.
    """
    if not hits:
        return []
    share, limit = (SAME_TOPIC, MAX_LISTED) if query.asks_for_papers else (NEAR_TIE, MAX_PAPERS)
    chosen = [hit for hit in hits[:limit] if hit.score >= hits[0].score * share]
    # What is listed stands in the order of the list; what is found, the best first.
    return sorted(chosen, key=lambda hit: hit.row) if query.enumerates else chosen


def propose(query: Query, hit: Hit) -> Iterator[Proposal]:
    """The best one or two sentences of a record, the first led in by the title."""
    encoded = shared_encoder().encode_tokens([query.standalone])[0]
    for rank, passage in enumerate(_best_passages(encoded, hit.paper, query.seen)):
        lead = f"“{hit.paper.title}”:" if rank == 0 and passage.start > 0 else ""
        yield Proposal.quoting(passage, lead)


def _best_passages(query: TokenEncoding, paper: Paper, seen: str) -> list[Passage]:
    """One or two sentences of the summary in reading order; the title if there is no summary."""
    spans = [span for span in sentence_spans(paper.text) if span[0] >= paper.summary_start]
    passages = [Passage(paper, *span) for span in spans[:LONGEST_RECORD]]
    passages = [p for p in passages if not is_instruction(p.quote)]
    passages = [p for p in passages if not _is_fragment(p.quote)] or passages[:1]
    if not passages:
        return [Passage.of_title(paper)]
    # What the turn before has shown already is not said again.
    passages = [p for p in passages if p.quote not in seen]
    if not passages:
        return []
    texts = [f"{paper.title}: {passage.quote}" for passage in passages]
    scores = np.array([_fit(query, e) for e in shared_encoder().encode_tokens(texts)])
    order = np.argsort(-scores, kind="stable")
    chosen = [int(order[0])]
    if len(order) > 1 and scores[order[1]] >= SECOND_SENTENCE * scores[order[0]]:
        chosen.append(int(order[1]))
    return [passages[i] for i in sorted(chosen)]


def _is_fragment(sentence: str) -> bool:
    """A cut-off tail, or a question: neither says anything."""
    cut = sentence.endswith("…") and len(sentence.split()) < FRAGMENT_WORDS
    return cut or sentence.endswith("?")


def _fit(query: TokenEncoding, sentence: TokenEncoding) -> float:
    """Cosine plus mean MaxSim (Khattab & Zaharia 2020) of the question over the sentence."""
    if not len(query.token_vectors) or not len(sentence.token_vectors):
        return 0.0
    maxsim = (query.token_vectors @ sentence.token_vectors.T).max(axis=1).mean()
    return float(query.vector @ sentence.vector + maxsim)
