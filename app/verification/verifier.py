"""Checks one sentence of an answer against the records that it cites.

Word for word is looked for first. Else the record's sentences are tried as evidence, alone and with
a neighbour: the sentence is supported where the trained coverage model is confident and no contradiction
check speaks against it. Everything else is unsupported. Quotes are exact spans of the record's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.passages import Passage, Support
from app.verification.encoded import Encoded, encode_sentences, encode_text
from app.verification.leadins import same_title, strip_lead_in
from app.verification.support import best_match
from app.verification.verbatim import quoted_span

if TYPE_CHECKING:
    from ingest.paper import Paper

# Of more records than this only those nearest to the sentence are read closely.
MAX_RECORDS = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a sentence found.

    support: None if the records do not say it. passages: the evidence, best first; the nearest place
    for a sentence without support. score: the probability that the records say it. contradictions: the
    checks that spoke against the nearest place.
    """

    support: Support | None
    passages: tuple[Passage, ...] = ()
    score: float = 0.0
    contradictions: tuple[str, ...] = ()


class Verifier:
    """Checks sentences; what was read is kept. Threads may share one."""

    def check(self, sentence: str, records: Sequence[Paper]) -> Verdict:
        """Verdict on `sentence`, without citation marks, as a statement about `records`."""
        lead_in = strip_lead_in(sentence, [record.title for record in records])
        if lead_in.title:
            records = [r for r in records if same_title(lead_in.title, r.title)]
        if not records or not any(c.isalnum() for c in lead_in.claim):
            return Verdict(None, contradictions=("title",) if lead_in.title else ())
        wordings = tuple(dict.fromkeys((sentence, lead_in.claim)))
        quoted = [
            Passage(record, *span)
            for record in records
            if (span := quoted_span(wordings, record.text))
        ]
        if quoted:
            return Verdict("verbatim", tuple(quoted), 1.0)
        return _read(encode_text(lead_in.claim), records)


def _read(claim: Encoded, records: Sequence[Paper]) -> Verdict:
    """The verdict by what the records' sentences mean."""
    matches = [best_match(claim, record) for record in _nearest(claim, records)]
    matches.sort(key=lambda match: match.rank, reverse=True)
    if not matches:
        return Verdict(None)
    best = matches[0]
    kept = [match for match in matches if match.supports] or [best]
    passages = tuple(passage for match in kept for passage in match.passages)
    return Verdict(
        "supported" if best.supports else None, passages, best.score, best.contradictions
    )


def _nearest(claim: Encoded, records: Sequence[Paper]) -> list[Paper]:
    """The records nearest to the claim by their best sentence, in the order given."""
    readable = [record for record in records if encode_sentences(record.text)]
    if len(readable) <= MAX_RECORDS:
        return readable
    nearness = [
        max(float(sentence.vector @ claim.vector) for _, sentence in encode_sentences(record.text))
        for record in readable
    ]
    ranked = sorted(range(len(readable)), key=lambda i: -nearness[i])
    return [readable[i] for i in sorted(ranked[:MAX_RECORDS])]
