"""Checks one sentence of an answer against the records that it cites.

Word for word is looked for first. Else the record's sentences are tried as evidence, alone and with
a neighbour: the sentence is supported where the trained coverage model is confident and no guard
objects. Everything else is unsupported. Quotes are exact spans of the record's text.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from app.language.logistic import Logistic, shipped_weights
from app.passages import Passage, Support
from app.verification.alignment import Alignment, Encoded, encoded
from app.verification.leadins import same_title, strip_lead_in
from app.verification.support import Finding, SupportModel
from app.verification.verbatim import quoted_span
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from ingest.index.encoder import MiniLMEncoder
    from ingest.paper import Paper

CACHED_TEXTS = 512
# Of more records than this only those nearest to the sentence are read closely.
MAX_RECORDS = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a sentence found.

    support: None if the records do not say it. passages: the evidence, best first; the nearest place
    for a sentence without support. score: the probability that the records say it. objections: guards
    that spoke against the nearest place.
    """

    support: Support | None
    passages: tuple[Passage, ...] = ()
    score: float = 0.0
    objections: tuple[str, ...] = ()


class Verifier:
    """Checks sentences; a record is encoded once and kept. Threads may share one."""

    def __init__(self, encoder: MiniLMEncoder | None = None) -> None:
        weights = shipped_weights()
        self._encoder = encoder
        self._support = SupportModel(Logistic.from_json(weights["coverage"]), weights["threshold"])
        self._cache: OrderedDict[Hashable, list[Encoded]] = OrderedDict()
        self._lock = Lock()

    def check(self, sentence: str, records: Sequence[Paper]) -> Verdict:
        """Verdict on `sentence`, without citation marks, as a statement about `records`."""
        lead_in = strip_lead_in(sentence, [record.title for record in records])
        if lead_in.title:
            records = [r for r in records if same_title(lead_in.title, r.title)]
        if not records or not any(c.isalnum() for c in sentence):
            return Verdict(None, objections=("title",) if lead_in.title else ())
        wordings = tuple(dict.fromkeys((sentence, lead_in.claim)))
        quoted = [
            Passage(record, *span)
            for record in records
            if (span := quoted_span(wordings, record.text))
        ]
        if quoted:
            return Verdict("verbatim", tuple(quoted), 1.0)
        return self._read(lead_in.claim or sentence, records)

    def _read(self, text: str, records: Sequence[Paper]) -> Verdict:
        claim = self._sentences(text, [(text, 0)])[0]
        read: list[tuple[Finding, Paper]] = []
        for record, sentences in self._nearest(claim, records):
            alignments = [Alignment(claim, sentence) for sentence in sentences]
            read.append((self._support.best(alignments), record))
        read.sort(key=lambda entry: entry[0].rank, reverse=True)
        best = read[0][0]
        kept = [entry for entry in read if entry[0].passes] or read[:1]
        return Verdict(
            "supported" if best.passes else None,
            tuple(
                Passage(record, part.start, part.end, finding.score)
                for finding, record in kept
                for part in finding.parts
            ),
            best.score,
            best.objections,
        )

    def _nearest(
        self, claim: Encoded, records: Sequence[Paper]
    ) -> list[tuple[Paper, list[Encoded]]]:
        """The records nearest to the claim by their best sentence, with their sentences."""
        read = [(r, self._sentences((r.paper_id, r.content_hash), _pieces(r))) for r in records]
        read = [(record, sentences) for record, sentences in read if sentences]
        if len(read) <= MAX_RECORDS:
            return read
        nearness = [
            float((np.stack([s.vector for s in sentences]) @ claim.vector).max())
            for _, sentences in read
        ]
        kept = sorted(range(len(read)), key=lambda i: -nearness[i])[:MAX_RECORDS]
        return [read[i] for i in sorted(kept)]

    def _sentences(self, key: Hashable, pieces: Sequence[tuple[str, int]]) -> list[Encoded]:
        """The (text, start) pieces with their vectors, from the cache or encoded now."""
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        if self._encoder is None:
            from ingest.index.encoder import shared_encoder

            self._encoder = shared_encoder()
        encodings = self._encoder.encode_tokens([text for text, _ in pieces])
        found = [
            encoded(text, start, encoding)
            for (text, start), encoding in zip(pieces, encodings, strict=True)
        ]
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return found


def _pieces(record: Paper) -> list[tuple[str, int]]:
    text = record.text
    return [(text[start:end], start) for start, end in sentence_spans(text)]
