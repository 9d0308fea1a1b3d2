"""How likely records say what a sentence says, read off the word vectors of both.

A small network compares each token of the sentence with the tokens of the records (decomposable
attention; Parikh et al. 2016) and then with its neighbours, so that it sees words that are all
there but in other roles. It was trained on sentences beside twins that differ in one fact;
`tests/training/train_entailment.py`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.index.encoder import TokenEncoding

# A longer record gives its title and the sentences nearest to the one that is checked.
MAX_SENTENCES = 4
# The network tells the first record from the others.
MAX_RECORD = 1
_BLANK_LINE = re.compile(r"\n\s*\n")

Inputs = dict[str, "NDArray[Any]"]


def supports(record: str, sentence: str) -> float:
    """The probability that a record says what a sentence says; 0 where one of them has no words.

    record: title, line end, summary. For a sentence that joins records: their texts with a blank
    line between.
    """
    inputs = network_inputs(record, sentence)
    if inputs is None:
        return 0.0
    (logits,) = _session().run(["logits"], inputs)
    odds = np.exp(logits[0] - logits[0].max())
    return float(odds[0] / odds.sum())


def network_inputs(record: str, sentence: str) -> Inputs | None:
    """What the network reads, each with a first axis of 1; None where one side has no words.

    claim: (1, c, 384) and evidence: (1, e, 384) token vectors. claim_ids, evidence_ids: word-piece
    ids. sentences, records, places: (1, e) the number of a token's sentence and record, and its
    place in the sentence.
    """
    from ingest.index.encoder import shared_encoder

    (claim,) = shared_encoder().encode_tokens([sentence])
    evidence: list[TokenEncoding] = []
    records: list[int] = []
    for number, text in enumerate(_BLANK_LINE.split(record)):
        spans = sentence_spans(text)
        nearest = _nearest(claim, shared_encoder().encode_tokens([text[a:b] for a, b in spans]))
        evidence += nearest
        records += [min(number, MAX_RECORD)] * len(nearest)
    lengths = [len(encoding.token_ids) for encoding in evidence]
    if not len(claim.token_ids) or not sum(lengths):
        return None
    rows: Inputs = {
        "claim": claim.token_vectors,
        "claim_ids": claim.token_ids.astype(np.int64),
        "evidence": np.concatenate([encoding.token_vectors for encoding in evidence]),
        "evidence_ids": np.concatenate([e.token_ids for e in evidence]).astype(np.int64),
        "sentences": np.repeat(np.arange(len(lengths), dtype=np.int64), lengths),
        "records": np.repeat(np.array(records, dtype=np.int64), lengths),
        "places": np.concatenate([np.arange(length, dtype=np.int64) for length in lengths]),
    }
    return {name: row[None] for name, row in rows.items()}


def _nearest(claim: TokenEncoding, sentences: list[TokenEncoding]) -> list[TokenEncoding]:
    """The title and the sentences nearest to the claim, in the record's order."""
    body = sorted(
        range(1, len(sentences)), key=lambda i: -float(claim.vector @ sentences[i].vector)
    )
    return [sentences[i] for i in (*range(min(1, len(sentences))), *sorted(body[:MAX_SENTENCES]))]


@lru_cache(maxsize=1)
def _session() -> Any:
    """The trained network; one thread, since a run takes about two milliseconds."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    file = resources.files("app.verification").joinpath("data", "entailment.onnx")
    return ort.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
