from __future__ import annotations

import pytest

from app.passages import BREAKS_OFF, Sentence, as_line


@pytest.mark.parametrize("text", ["We find that heads…", "The “circuit…”"])
def test_a_quotation_that_breaks_off_is_said_to(text):
    assert as_line(Sentence(text, "verbatim")) == f"{text} {BREAKS_OFF}"


def test_nothing_else_is_marked():
    assert as_line(Sentence("Heads are found.", "verbatim")) == "Heads are found."
    assert as_line(Sentence("And so on…", "supported")) == "And so on…"
