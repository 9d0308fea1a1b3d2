"""Checks one sentence of an answer against the records that it cites.

Word for word is looked for first. Else single sentences of the record are tried as evidence, then
neighbours taken together: the sentence is supported where the trained coverage model is confident and
no guard objects. Everything else is unsupported. Quotes are exact spans of the record's text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.answering.alignment import Alignment, Encoded, encoded, joined
from app.answering.claim_model import ClaimModel
from app.answering.classifier import Logistic, shipped_weights
from app.answering.guards import vetoes
from app.answering.leadins import LeadIn, same_title, strip_lead_in
from app.answering.polarity import HEDGES, NEGATIONS
from app.answering.verbatim import find_verbatim
from app.answering.verify_features import coverage_features
from app.answering.words import words
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from ingest.encoder import MiniLMEncoder
    from ingest.paper import Paper

Support = Literal["verbatim", "supported", "unsupported"]
CACHED_RECORDS = 512
# A longer record than this gives only its sentences nearest to the claim as evidence.
MAX_EVIDENCE_SENTENCES = 6
# Objections by which a sentence says the opposite, rather than too little.
DENIALS = frozenset(("negation", "direction", "binding", "order"))


@dataclass(frozen=True, slots=True)
class SpanMatch:
    """A piece of evidence: record_text[start:end]; score in 0 to 1."""

    paper_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a sentence found.

    spans: the evidence, best first; the nearest span for an unsupported sentence. score: the probability
    that the records say it. objections: guards that spoke against the nearest span.
    probabilities: (support, contradict, not enough information) as the claim model reads the records.
    """

    support: Support
    spans: tuple[SpanMatch, ...] = ()
    score: float = 0.0
    objections: tuple[str, ...] = ()
    probabilities: tuple[float, float, float] = (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class _Finding:
    """The best evidence of one record, and whether it passes."""

    passes: bool
    score: float
    objections: tuple[str, ...]
    spans: tuple[SpanMatch, ...]

    @property
    def rank(self) -> tuple[bool, float]:
        return (self.passes, self.score)


class Verifier:
    """Checks sentences; encodings of records are kept, so a record is encoded once."""

    def __init__(self, encoder: MiniLMEncoder | None = None) -> None:
        weights = shipped_weights()
        self._encoder = encoder
        self._coverage = Logistic.from_json(weights["coverage"])
        self._claims = ClaimModel.from_json(weights["claims"])
        self.threshold = float(weights["threshold"])
        self._cache: OrderedDict[tuple[str, str], list[Encoded]] = OrderedDict()
        self._lock = Lock()

    def check(self, sentence: str, records: Sequence[Paper]) -> Verdict:
        """Verdict on `sentence`, without citation marks, as a statement about `records`."""
        lead_in = strip_lead_in(sentence, [record.title for record in records])
        if lead_in.title:
            records = [r for r in records if same_title(lead_in.title, r.title)]
        if not records or not any(c.isalnum() for c in sentence):
            return Verdict("unsupported", objections=("title",) if lead_in.title else ())
        quoted = _verbatim(sentence, lead_in, records)
        if quoted:
            return Verdict("verbatim", quoted, 1.0, (), (1.0, 0.0, 0.0))
        claim = self._encode([(lead_in.claim or sentence, 0)])[0]
        evidence = [self._record(record) for record in records]
        findings = [
            self._best(claim, record, sentences)
            for record, sentences in zip(records, evidence, strict=True)
        ]
        findings.sort(key=lambda finding: finding.rank, reverse=True)
        best = findings[0]
        kept = [finding for finding in findings if finding.passes] or [best]
        readings = [self._claims.probabilities(claim, sentences) for sentences in evidence]
        support, contradict, nothing = min(readings, key=lambda p: float(p[2]))
        return Verdict(
            "supported" if best.passes else "unsupported",
            tuple(span for finding in kept for span in finding.spans),
            best.score,
            best.objections,
            (float(support), float(contradict), float(nothing)),
        )

    def _best(self, claim: Encoded, record: Paper, sentences: list[Encoded]) -> _Finding:
        """The highest scoring evidence that passes, else the highest scoring."""
        context = [word for sentence in sentences for word in sentence.words]
        candidates = list(_candidates(claim, sentences))
        alignments = [Alignment(claim, joined(parts)) for parts in candidates]
        features = np.array([coverage_features(a) for a in alignments])
        scores = self._coverage.probabilities(features)[:, 0]
        denied: dict[int, tuple[str, ...]] = {}
        findings = []
        nearest = int(scores.argmax())
        for i, (parts, alignment) in enumerate(zip(candidates, alignments, strict=True)):
            if scores[i] < self.threshold and i != nearest:
                continue
            objections = vetoes(alignment.pair(context, parts))
            if len(parts) == 1:
                denied[id(parts[0])] = tuple(o for o in objections if o in DENIALS)
            else:  # what one sentence denies, its neighbour does not make true
                inherited = (o for part in parts for o in denied.get(id(part), ()))
                objections = tuple(dict.fromkeys((*objections, *inherited)))
            score = round(float(scores[i]), 4)
            spans = tuple(SpanMatch(record.paper_id, p.start, p.end, score) for p in parts)
            passes = not objections and scores[i] >= self.threshold
            findings.append(_Finding(bool(passes), score, objections, spans))
        return max(findings, key=lambda finding: finding.rank)

    def _record(self, record: Paper) -> list[Encoded]:
        """The record's sentences, title first, from the cache or encoded now."""
        key = (record.paper_id, record.content_hash)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        text = record.text
        found = self._encode([(text[start:end], start) for start, end in sentence_spans(text)])
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > CACHED_RECORDS:
                self._cache.popitem(last=False)
        return found

    def _encode(self, pieces: Sequence[tuple[str, int]]) -> list[Encoded]:
        if self._encoder is None:
            from ingest.encoder import shared_encoder

            self._encoder = shared_encoder()
        encodings = self._encoder.encode_tokens([text for text, _ in pieces])
        return [
            encoded(text, start, encoding)
            for (text, start), encoding in zip(pieces, encodings, strict=True)
        ]


def _candidates(claim: Encoded, sentences: Sequence[Encoded]) -> Iterator[list[Encoded]]:
    """Evidence to try: each near sentence, then neighbours, then title and sentence together."""
    title, *summary = sentences
    near = sorted(summary, key=lambda s: -float(claim.vector @ s.vector))[:MAX_EVIDENCE_SENTENCES]
    kept = [s for s in summary if any(s is n for n in near)]
    yield [title]
    yield from ([sentence] for sentence in kept)
    position = {id(sentence): i for i, sentence in enumerate(summary)}
    for a, b in pairwise(kept):
        if position[id(b)] == position[id(a)] + 1:
            yield [a, b]
    yield from ([title, sentence] for sentence in kept)


def _verbatim(sentence: str, lead_in: LeadIn, records: Sequence[Paper]) -> tuple[SpanMatch, ...]:
    found = []
    for record in records:
        for text in dict.fromkeys((sentence, lead_in.claim)):
            span = find_verbatim(text, record.text)
            if span and not _out_of_context(record.text, *span):
                found.append(SpanMatch(record.paper_id, *span, 1.0))
                break
    return tuple(found)


def _out_of_context(text: str, start: int, end: int) -> bool:
    """Whether what the quote leaves out of its sentence denies, doubts or questions it."""
    for a, b in sentence_spans(text):
        if a <= start < b:
            before = {word.lower for word in words(text[a:start])}
            asks = text[a:b].endswith("?") and not text[start:end].endswith("?")
            return asks or bool(before & (NEGATIONS | HEDGES | {"if", "unless"}))
    return False
