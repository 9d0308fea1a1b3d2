from __future__ import annotations

from pathlib import Path

import pytest

from app.answering.generators.factory import Models
from app.answering.generators.hosted import HostedGenerator
from app.errors import LLMUnavailable
from app.query import Query
from app.settings import Settings
from ingest.errors import SettingsError
from tests.support.scripted_llm import ScriptedLLM, scripted_llm


def test_nothing_is_asked_before_the_first_question(llm: ScriptedLLM) -> None:
    models = Models(Settings(llm="openai:", llm_base_url=llm.base_url))
    assert llm.paths == []
    generator = models.new_generator()
    assert isinstance(generator, HostedGenerator)
    assert generator.model == "scripted"
    asked = len(llm.paths)
    models.new_generator()
    assert len(llm.paths) == asked


def test_a_model_that_cannot_be_connected_is_said_when_it_should_write() -> None:
    with scripted_llm() as server:
        models = Models(Settings(llm="openai:", llm_base_url=server.base_url))
        server.models = []
        generator = models.new_generator()
        assert generator.evidence_size(69) > 0
        with pytest.raises(LLMUnavailable):
            generator.draft(Query.plain("What?"), [])
        server.models = [{"id": "back"}]
        assert models.new_generator().model == "back"


def test_a_missing_local_model_is_no_model(tmp_path: Path) -> None:
    models = Models(Settings(llm="local", local_model=tmp_path / "no.gguf"))
    models.warm_up()
    with pytest.raises(LLMUnavailable, match="No such model file"):
        models.new_generator().draft(Query.plain("What?"), [])


def test_what_needs_a_model_says_so_without_one() -> None:
    with pytest.raises(SettingsError, match="needs a language model"):
        Models(Settings(llm="extractive")).complete("Say yes.")


@pytest.mark.parametrize(("name", "writes"), [("scripted", True), ("scripted-135m", False)])
def test_a_small_model_is_not_trusted_with_prose(llm: ScriptedLLM, name: str, writes: bool) -> None:
    models = Models(Settings(llm=f"openai:{name}", llm_base_url=llm.base_url))
    assert isinstance(models.new_generator(), HostedGenerator) == writes
    assert (models.writer() is not None) == (models.judge() is not None) == writes
