from __future__ import annotations

import pytest

from app.language.repetition import repeats_itself

RECORDS = " ".join(f'{{"record": {n}, "quote": "words of record {n}"}},' for n in range(20))


@pytest.mark.parametrize(
    "text",
    [
        "In our main experiments a teacher has " + "trait T (subliminal) " * 30,
        "The answer is that the answer is that the answer is that the answer is that it is.",
        "I am not sure about the answer. " * 6,
        RECORDS,
        "The answer is 1." + "1." * 60,
        "G" * 90,
    ],
)
def test_a_loop_is_recognised(text: str) -> None:
    assert repeats_itself(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is what it is.",
        "Linear cracks were detected with a precision of 0.81, recall of 0.89, and F1-score of 0.85 on 205 "
        "images, and potholes with a precision of 0.96, recall of 0.90, and F1-score of 0.93 on 189 images.",
        "Moss grows on roofs in spring, moss grows on walls in autumn, and moss grows on stones in winter.",
        "Results were 0.60 (0.56, 0.67), 0.70 (0.63, 0.79), 0.66 (0.53, 0.85) and 0.61 (0.50, 0.72).",
        "See https://example.org/moss/on/roofs and {https://example.org/moss/on/roofs} for code.",
        "----------------------------------- Moss.",
    ],
)
def test_what_people_write_is_not(text: str) -> None:
    assert not repeats_itself(text)
