"""Checks one sentence against records without a model.

Word for word is looked for first; then what no record can say is vetoed; then the record is read in
its own order of words (`reading`), and what is put in other words by a network (`entailment`). What
neither decides is `unconfirmed`, with the nearest place beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.passages import Passage, Support
from app.verification.entailment import supports
from app.verification.leadins import same_title, strip_lead_in
from app.verification.reading import SAYS, Reading, read, shared_words
from app.verification.verbatim import quoted_span
from app.verification.vetoes import veto
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.paper import Paper

# Of more records than this only those that share most with the sentence are read closely.
MAX_RECORDS = 8
# A place is shown beside a sentence if its vector is as near as this (cosine).
MIN_NEAR = 0.3
NO_EVIDENCE = "could not be confirmed: no record that it could rest on"


# From this probability of entailment on a sentence is supported: hardly a false one passes.
ENTAILS = 0.9
# A sentence that has this share of its words from one record is no paraphrase.
OWN_WORDS = 0.95
# One that shares less than this is about something else, however sure the network is.
LEAST_SHARED = 0.4
# So many records may be joined by one sentence.
MAX_JOINED = 3
# A record's text and a sentence -> how probably it says it.
Score = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of a sentence found.

    support: None if the records cannot say it or nothing like it. passages: the evidence, or the
    nearest place, for each record. score: 0 to 1, from SAYS on it is supported. reason: what speaks
    against it, for the reader. final: whether a judge could not find otherwise. contradicts: the
    record says something else.
    """

    support: Support | None
    passages: tuple[Passage, ...] = ()
    score: float = 0.0
    reason: str = ""
    final: bool = False
    contradicts: bool = False


class Verifier:
    """Checks sentences. Threads may share one."""

    def __init__(self, score: Score | None = supports) -> None:
        """score: how surely a record's text says a sentence; None: only what its words alone tell."""
        self._score = score

    def check(self, sentence: str, records: Sequence[Paper], *, nearest: bool = True) -> Verdict:
        """Verdict on `sentence`, without citation marks, as a statement about `records`.

        nearest: look for the nearest places where nothing is said; False where they are known.
        """
        lead_in = strip_lead_in(sentence, [record.title for record in records])
        named = [r for r in records if lead_in.title and same_title(lead_in.title, r.title)]
        claim = lead_in.claim if named or not lead_in.title else sentence
        records = named or records
        if not records or not any(c.isalnum() for c in claim):
            return Verdict(None, reason=NO_EVIDENCE, final=True)
        wordings = tuple(dict.fromkeys((sentence, claim)))
        spans = [(record, quoted_span(wordings, record.text)) for record in records]
        if quoted := tuple(Passage(record, *span) for record, span in spans if span):
            return Verdict("verbatim", quoted, 1.0, final=True)
        near = _nearest(claim, records)
        places = near if nearest else []
        if vetoed := veto(sentence, records):
            reason, contradicts = vetoed
            return Verdict(None, tuple(_places(claim, places)), 0.0, reason, True, contradicts)
        return self._read(claim, near, places)

    def _read(self, claim: str, records: Sequence[Paper], shown: Sequence[Paper]) -> Verdict:
        readings = [(record, read(record.text, claim)) for record in records]
        says = [(p, r) for p, r in readings if r.score >= SAYS and not r.flip]
        if says:
            found = tuple(passage for p, r in says for passage in _passages(p, r))
            return Verdict("supported", found, max(r.score for _, r in says))
        said, best = self._entailed(claim, [record for record, _ in readings])
        # A fact turned round is told by the words, whatever else sounds like it.
        if said and not any(r.flip for _, r in readings):
            found = tuple(_places(claim, said)) or tuple(map(Passage.of_title, said))
            return Verdict("supported", found, best)
        best = best or max(r.score for _, r in readings)
        for paper, reading in readings:
            if reading.denies:
                found = _passages(paper, reading)
                return Verdict(None, found, 0.0, reading.flip, contradicts=True)
        places = tuple(_places(claim, shown))
        reason = next((r.flip for _, r in readings if r.flip), "")
        if not places:
            return Verdict(None, (), best, reason or NO_EVIDENCE)
        return Verdict("unconfirmed", places, best / 2 if reason else best, reason)

    def _entailed(self, claim: str, records: Sequence[Paper]) -> tuple[Sequence[Paper], float]:
        """The records that say it in other words, each alone or a few together, and the best probability."""
        texts = [record.text for record in records]
        shares = [shared_words(text, claim) for text in texts]
        # A record's own words in another order are the words' to tell.
        if not self._score or max(shares) >= OWN_WORDS:
            return [], 0.0
        scores = [round(self._score(text, claim), 4) for text in texts]
        rows = zip(records, scores, shares, strict=True)
        said = [p for p, score, share in rows if score >= ENTAILS and share >= LEAST_SHARED]
        if said or not 1 < len(records) <= MAX_JOINED:
            return said, max(scores)
        # What joins records is in none of them alone.
        together = "\n\n".join(texts)
        joined = round(self._score(together, claim), 4)
        holds = joined >= ENTAILS and shared_words(together, claim) >= LEAST_SHARED
        return (records, joined) if holds else ([], max(scores))


def _nearest(claim: str, records: Sequence[Paper]) -> list[Paper]:
    """The records that share most with the claim, in the order given."""
    if len(records) <= MAX_RECORDS:
        return list(records)
    ranked = sorted(records, key=lambda record: -shared_words(record.text, claim))[:MAX_RECORDS]
    return [record for record in records if record in ranked]


def _passages(paper: Paper, reading: Reading) -> tuple[Passage, ...]:
    """The sentences of a reading's place: a passage never crosses from the title into the summary."""
    text, start, end = paper.text, reading.start, reading.end or len(paper.title)
    inside = [(a, b) for a, b in sentence_spans(text) if start <= a and b <= end]
    return tuple(Passage(paper, a, b, round(reading.score, 4)) for a, b in inside)


def _places(claim: str, records: Sequence[Paper]) -> Iterator[Passage]:
    """For each record its sentence nearest in meaning, if it is near at all."""
    vector = _vectors((claim,))[0]
    for record in records:
        spans = sentence_spans(record.text)
        cosines = _vectors(tuple(record.text[a:b] for a, b in spans)) @ vector
        best = int(np.argmax(cosines)) if len(spans) else 0
        if len(spans) and cosines[best] >= MIN_NEAR:
            yield Passage(record, *spans[best], round(float(cosines[best]), 4))


@lru_cache(maxsize=512)
def _vectors(texts: tuple[str, ...]) -> NDArray[np.float32]:
    from ingest.index.encoder import shared_encoder

    return shared_encoder().encode(texts)
