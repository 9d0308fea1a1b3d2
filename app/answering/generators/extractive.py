"""The answerer that needs no model: the best sentences of the best records, verbatim.

It cannot say anything that the records do not: each sentence is a slice of a record, led in by the
paper's title. Which sentence of a record answers best is decided by the same token-level comparison
that ranks records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.answering.events import Event
from app.answering.generators.base import Proposal
from app.language.instructions import is_order
from app.retrieval import Hit
from ingest.index.encoder import TokenEncoding, shared_encoder
from ingest.sentences import sentence_spans

MAX_PAPERS = 6
# A second sentence of the same record is worth reading if it fits nearly as well as the first.
SECOND_SENTENCE = 0.85
# Share of the best record's score that another needs to be cited as well: a near tie where one answer
# is asked for, the same topic where several papers are.
NEAR_TIE = 0.8
SAME_TOPIC = 0.55
# A cut-off tail such as "In particular, w…" says nothing by itself.
FRAGMENT_WORDS = 7
_MANY = re.compile(
    r"\b(papers|works?|studies|articles|entries|approaches|methods|compare|contrast|versus|vs|differ"
    r"|difference|both|all|list|overview|summari[sz]e|themes?|which ones|these|those|what is there)\b",
    re.IGNORECASE,
)


class ExtractiveAnswerer:
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
        return MAX_PAPERS

    def condense(self, question: str, history: Sequence[Mapping[str, str]]) -> str:  # noqa: ARG002
        """There is no model to rewrite it."""
        return question

    def draft(self, question: str, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """One or two sentences of each record that is close to the best."""
        for hit in choose(question, hits):
            yield from propose(question, hit)


def asks_for_many(question: str) -> bool:
    """Whether the wording asks for several papers rather than for one answer."""
    return bool(_MANY.search(question))


def choose(question: str, hits: Sequence[Hit], limit: int = MAX_PAPERS) -> list[Hit]:
    """The hits to cite: the best one, and those that are close behind it.

    Scores are sums of standardised scores: zero is an average record, so shares of the best compare.
    """
    if not hits:
        return []
    share = SAME_TOPIC if asks_for_many(question) else NEAR_TIE
    return [hit for hit in hits[:limit] if hit.score >= hits[0].score * share]


def propose(question: str, hit: Hit) -> Iterator[Proposal]:
    """The best one or two sentences of a record, the first led in by the title."""
    query = shared_encoder().encode_tokens([question])[0]
    paper = hit.paper
    for rank, (start, end) in enumerate(_best_spans(query, hit)):
        quote = paper.text[start:end]
        lead = f"“{paper.title}”: " if rank == 0 and start > 0 else ""
        yield Proposal(lead + quote, (paper,), (paper, start, end))


def _best_spans(query: TokenEncoding, hit: Hit) -> list[tuple[int, int]]:
    """One or two sentences of the summary in reading order; the title if there is no summary."""
    paper = hit.paper
    spans = [s for s in sentence_spans(paper.text) if s[0] >= paper.summary_start]
    spans = [s for s in spans if not is_order(paper.text[s[0] : s[1]])]
    spans = [s for s in spans if not _is_fragment(paper.text[s[0] : s[1]])] or spans[:1]
    if not spans:
        return [(0, len(paper.title))]
    texts = [f"{paper.title}: {paper.text[a:b]}" for a, b in spans[:40]]
    scores = np.array([_fit(query, e) for e in shared_encoder().encode_tokens(texts)])
    order = np.argsort(-scores, kind="stable")
    chosen = [int(order[0])]
    if len(order) > 1 and scores[order[1]] >= SECOND_SENTENCE * scores[order[0]]:
        chosen.append(int(order[1]))
    return [spans[i] for i in sorted(chosen)]


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
