"""Contradiction checks: what takes support away although the words are alike."""

from __future__ import annotations

import pytest

from app.verification.alignment import Alignment
from app.verification.contradictions import contradictions
from app.verification.encoded import encode_text


@pytest.mark.parametrize(
    ("claim", "evidence", "check"),
    [
        ("Pruning does not hurt accuracy.", "Pruning hurts accuracy.", "negation"),
        ("Pruning hurts accuracy.", "Pruning does not hurt accuracy.", "negation"),
        ("The probes work without labels.", "The probes work with labels.", "negation"),
        ("Steering often works.", "Steering often fails to work.", "negation"),
        ("Pruning raises accuracy.", "Pruning lowers accuracy.", "direction"),
        ("Smaller models lie more.", "Larger models lie more.", "direction"),
        ("The features are unreliable.", "The features are reliable.", "direction"),
        ("Accuracy rises by 30%.", "Accuracy rises by 13%.", "number"),
        ("Accuracy rises by 3 points.", "Accuracy rises by three points in 12 tasks.", ""),
        ("It was tested on seven models.", "It was tested on nine models.", "number"),
        ("The AUC is 0.92.", "The AUC is 0.83, below the human score of 0.92.", "number"),
        ("The probe was tested on Pythia.", "The probe was tested on Gemma.", "name"),
        ("The probe reads LLM states.", "The probe reads large language model states.", ""),
        ("Depth helps recall.", "Depth hurts recall but helps precision.", "binding"),
        ("Adapters outperform prompts.", "Prompts outperform adapters.", "order"),
        ("Agents edit code instead of tests.", "Agents edit tests instead of code.", "order"),
        (
            "Recall is higher for names than dates.",
            "Recall is higher for dates than names.",
            "order",
        ),
        ("Recall is predicted by depth.", "Depth predicts recall.", ""),
        ("Recall predicts depth.", "Depth predicts recall.", "order"),
        ("Depth is predicted by recall.", "Depth predicts recall.", "order"),
        ("All heads copy names.", "Some heads copy names.", "quantifier"),
        ("Heads copy names.", "Heads may copy names.", "quantifier"),
        ("Heads copy names.", "Do heads copy names?", "question"),
        ("Pruning hurts accuracy.", "We find that pruning hurts accuracy.", ""),
        ("Not only size but also depth helps.", "Not only depth but also size helps.", ""),
        ("Warmup is unnecessary.", "Warmup is not necessary.", ""),
        ("Depth harms recall.", "Depth hurts recall.", ""),
        ("Layers encode rhyme.", "Layers encode meter, while rhyme comes late.", "clause"),
        ("Fifteen models were tested.", "Five models were tested.", "number"),
        ("Of 29 tasks, 21 jumps vanish.", "In 29 hard tasks, 21 jumps vanish.", ""),
        ("Of 29 jumps, 21 vanish.", "In 29 hard tasks, 21 jumps vanish.", "number"),
        ("Probing Deep Networks With Sparse Codes", "We probe networks with codes.", "fragment"),
        ("We probe networks with", "We probe networks with codes.", "fragment"),
        ("The authors show that depth helps.", "Prior work shows that depth helps.", "attribution"),
        ("They show that depth helps recall.", "We test if depth helps recall.", "attribution"),
        ("They propose sparse probes.", "Sparse probes are cheap.", "attribution"),
        ("Depth lowers topic recall.", "Depth lowers recall of names but not topic.", "negation"),
    ],
)
def test_a_check_speaks_where_it_should(claim: str, evidence: str, check: str) -> None:
    record = encode_text(evidence)
    found = contradictions(Alignment.of(encode_text(claim), record), record.words)
    assert (check in found) if check else not found, found


def test_sentences_are_read_together_as_they_are_alone() -> None:
    claim, *sentences = map(
        encode_text, ("Depth hurts recall and speed.", "Depth hurts recall.", "It lowers speed.")
    )
    first, second = (Alignment.of(claim, sentence) for sentence in sentences)
    both = first.joined(second)
    assert both.cosines.shape == (5, 6)
    assert [word.text for word in both.words] == [
        "Depth",
        "hurts",
        "recall",
        "It",
        "lowers",
        "speed",
    ]
    assert both.exact.tolist() == [True, True, True, False, True]
    assert both.coverage()[0] >= max(first.coverage()[0], second.coverage()[0])
