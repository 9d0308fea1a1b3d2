"""The checker of sentences: real encoder, shipped weights."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.verification.verifier import Verdict, Verifier
from ingest.paper import Paper

RECORD = Paper(
    title="Low-Rank Adapters Are Enough for Dialogue Models",
    summary=(
        "We fine-tune dialogue models with adapters of rank 8 and “match” full fine-tuning on 14 "
        "benchmarks. Merging the adapters adds no latency.  We do not find that larger ranks "
        "improve accuracy on rare intents."
    ),
)
OTHER = Paper(
    title="Tides and Harbours",
    summary="Harbour walls change the tide. Sand settles where the current is slow.",
)
PAIRS = Path(__file__).parent / "data" / "minimal_pairs.json"


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier()


def quotes(verdict: Verdict) -> list[str]:
    return [passage.quote for passage in verdict.passages]


@pytest.mark.parametrize(
    "sentence",
    [
        "Merging the adapters adds no latency.",
        "Merging the adapters adds no latency",
        "merging the adapters adds no latency…",
        "Merging  the adapters adds\nno latency ...",
        "“Merging the adapters adds no latency.”",
        'From "Low-Rank Adapters Are Enough for Dialogue Models": Merging the adapters adds no '
        "latency.",
        "Low-Rank Adapters Are Enough for Dialogue Models reports that merging the adapters adds "
        "no latency.",
        'The paper "Low-rank adapters are enough for dialogue models" shows that merging the '
        "adapters adds no latency.",
        "The authors show that merging the adapters adds no latency.",
    ],
)
def test_a_quote_is_verbatim_with_exact_offsets(verifier: Verifier, sentence: str) -> None:
    verdict = verifier.check(sentence, [RECORD])
    assert verdict.support == "verbatim"
    assert quotes(verdict) == ["Merging the adapters adds no latency."]


def test_quotes_of_another_style_are_the_same_words(verifier: Verifier) -> None:
    verdict = verifier.check('adapters of rank 8 and "match" full fine-tuning', [RECORD])
    assert verdict.support == "verbatim"
    assert quotes(verdict) == ["adapters of rank 8 and “match” full fine-tuning"]


def test_a_title_is_verbatim(verifier: Verifier) -> None:
    verdict = verifier.check("Low-Rank Adapters Are Enough for Dialogue Models.", [RECORD])
    assert (verdict.support, quotes(verdict)) == ("verbatim", [RECORD.title])


def test_a_quote_does_not_cross_from_the_title_into_the_summary(verifier: Verifier) -> None:
    verdict = verifier.check("Enough for Dialogue Models We fine-tune dialogue models", [RECORD])
    assert verdict.support != "verbatim"


@pytest.mark.parametrize(
    "sentence",
    [
        "Larger ranks improve accuracy on rare intents.",
        "The paper “Adapters for Vision” reports that merging the adapters adds no latency.",
        "The researchers at the University of Oxford fine-tune dialogue models.",
        "The adapters were trained on eight GPUs for three days.",
        "Merging the adapters adds no latency and halves the memory of the server.",
        "Dialogue is important in our daily life.",
        "",
        "...",
        "The authors show that ...",
    ],
)
def test_what_the_record_does_not_say_is_not_confirmed(verifier: Verifier, sentence: str) -> None:
    assert verifier.check(sentence, [RECORD]).support not in ("verbatim", "supported")


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The adapters of rank 16 match full fine-tuning.", "number differs: 16, record says 8"),
        ("Llama was fine-tuned with adapters; Llama won.", "no cited record names Llama"),
        ("We do find that larger ranks improve accuracy on rare intents.", "negation differs"),
        ("Merging the adapters removes no latency.", "says “removes” where the record says “adds”"),
        ("Both papers merge the adapters.", "speaks of both papers but cites 1"),
    ],
)
def test_what_the_record_cannot_say_is_left_out_with_the_reason(
    verifier: Verifier, sentence: str, reason: str
) -> None:
    verdict = verifier.check(sentence, [RECORD])
    assert verdict.support is None
    assert verdict.reason.startswith(reason)


def test_more_than_the_record_says_is_marked_with_the_reason(verifier: Verifier) -> None:
    verdict = verifier.check("Merging all the adapters adds no latency.", [RECORD])
    assert (verdict.support, verdict.reason) == ("unconfirmed", "adds “all”")


def test_a_paraphrase_is_left_open_with_the_nearest_place(verifier: Verifier) -> None:
    verdict = verifier.check(
        "Combining adapter weights leaves inference speed as it was.", [RECORD]
    )
    assert (verdict.support, verdict.final) == ("unconfirmed", False)
    assert quotes(verdict) == ["Merging the adapters adds no latency."]
    assert verifier.check("Bananas ripen fast.", [RECORD]).support is None


def test_a_paraphrase_is_supported_by_its_sentence(verifier: Verifier) -> None:
    verdict = verifier.check(
        "Adapters of rank 8 match full fine-tuning on 14 benchmarks.", [RECORD]
    )
    assert verdict.support == "supported"
    assert quotes(verdict)[0].startswith("We fine-tune dialogue models")


def test_the_right_record_of_several_is_found(verifier: Verifier) -> None:
    verdict = verifier.check("Sand settles where the current is slow.", [RECORD, OTHER])
    assert [passage.paper for passage in verdict.passages] == [OTHER]
    assert verifier.check("Sand settles in slow currents.", [RECORD]).support is None
    assert verifier.check("Slow currents let sand settle.", [OTHER]).support == "unconfirmed"


def test_no_records_support_nothing(verifier: Verifier) -> None:
    assert verifier.check("Sand settles.", []).support is None


def test_the_same_check_gives_the_same_verdict(verifier: Verifier) -> None:
    sentence = "Adapters match full fine-tuning."
    first = verifier.check(sentence, [RECORD, OTHER])
    assert verifier.check(sentence, [RECORD, OTHER]) == first
    assert first.passages


@settings(max_examples=25, deadline=None)
@given(
    title=st.text(alphabet="Abc de.?\"'", min_size=1, max_size=20).filter(
        lambda t: t.strip() != ""
    ),
    summary=st.text(alphabet="Abc no 12.?!…\n", max_size=60),
    cut=st.tuples(st.integers(0, 60), st.integers(1, 40)),
)
def test_spans_stay_in_the_text_and_on_one_line(
    verifier: Verifier, title: str, summary: str, cut: tuple[int, int]
) -> None:
    record = Paper(title=title, summary=summary)
    sentence = record.text[cut[0] : cut[0] + cut[1]]
    verdict = verifier.check(sentence, [record])
    for passage in verdict.passages:
        assert 0 <= passage.start < passage.end <= len(record.text)
        assert "\n" not in passage.quote.strip("\n")
        assert not passage.start < len(title) < passage.end


def test_minimal_pairs(verifier: Verifier) -> None:
    """Of a false wording none is confirmed, and of a true one hardly any is left out."""
    states: Counter[tuple[str, str | None]] = Counter()
    for row in json.loads(PAIRS.read_text("utf-8")):
        record = Paper(title=row["title"], summary=row["summary"])
        for pair in row["pairs"]:
            for side in ("true", "false"):
                states[side, verifier.check(pair[side], [record]).support] += 1
    assert states["false", "supported"] + states["false", "verbatim"] == 0, states
    kept = states["true", "supported"] + states["true", "verbatim"]
    assert kept >= 0.6 * states.total() / 2, states
    assert states["true", None] <= 0.01 * states.total() / 2, states
    assert states["false", None] >= 0.5 * states.total() / 2, states
