"""The reading of entailment: real encoder, shipped weights."""

from __future__ import annotations

from app.verification.entailment import MAX_SENTENCES, network_inputs, supports
from ingest.sentences import sentence_spans

RECORD = (
    "Low-Rank Adapters Are Enough for Dialogue Models\n"
    "We fine-tune dialogue models with adapters of rank 8 and match full fine-tuning on 14 benchmarks. "
    "Merging the adapters adds no latency. We do not find that larger ranks improve accuracy on rare intents. "
    "Training takes an hour. The data are public. Annotators were paid. The code will follow."
)
OTHER = "Tides and Harbours\nHarbour walls change the tide. Sand settles where the current is slow."
CLAIM = "The code will follow."


def test_the_record_that_says_a_sentence_supports_it_more_than_another() -> None:
    said, elsewhere = supports(RECORD, CLAIM), supports(OTHER, CLAIM)
    assert 0.0 <= elsewhere < said <= 1.0


def test_a_side_without_words_is_no_support() -> None:
    assert supports("", CLAIM) == supports("\n\n", CLAIM) == supports(RECORD, " ") == 0.0


def test_a_long_record_gives_its_title_and_the_sentences_nearest_to_the_claim() -> None:
    inputs = network_inputs(RECORD, CLAIM)
    assert inputs is not None
    kept = len(set(inputs["sentences"][0]))
    assert kept == 1 + MAX_SENTENCES < len(sentence_spans(RECORD))
    title = network_inputs(RECORD.split("\n", maxsplit=1)[0], CLAIM)
    assert title is not None
    length = title["evidence_ids"].shape[1]
    assert (inputs["evidence_ids"][0, :length] == title["evidence_ids"][0]).all()
    # The last of them is the claim itself.
    assert (
        inputs["evidence_ids"][0, -inputs["claim_ids"].shape[1] :].tolist()
        == inputs["claim_ids"][0].tolist()
    )


def test_records_with_a_blank_line_between_are_told_apart() -> None:
    inputs = network_inputs(f"{RECORD}\n\n{OTHER}", CLAIM)
    alone = network_inputs(OTHER, CLAIM)
    assert inputs is not None
    assert alone is not None
    assert not alone["records"].any()
    assert (inputs["records"] == 1).sum() == alone["evidence_ids"].size
    assert {row.shape[:2] for name, row in inputs.items() if not name.startswith("claim")} == {
        inputs["evidence_ids"].shape
    }
