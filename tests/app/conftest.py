"""The scripted endpoint, for every test of answering that needs a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.scripted_llm import ScriptedLLM, scripted_llm


@pytest.fixture(autouse=True)
def _no_endpoint_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    """An endpoint of this test's own."""
    with scripted_llm() as server:
        yield server
