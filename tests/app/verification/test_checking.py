from __future__ import annotations

from app.verification.checking import LOOPS, Proposal, check
from app.verification.verifier import Verifier
from ingest.paper import Paper

PAPER = Paper(
    "Subliminal learning",
    "In our main experiments, a teacher model with some trait T (subliminal) makes a data set of numbers.",
)


def test_a_sentence_that_repeats_itself_is_left_out_whatever_words_it_has() -> None:
    loop = "A teacher model with some trait T (subliminal) " + "trait T (subliminal) " * 8
    checked = check(Proposal(loop.strip() + ".", (PAPER,)), [PAPER], Verifier())
    assert (checked.statement.support, checked.statement.reason) == (None, LOOPS)
    assert not checked.open
