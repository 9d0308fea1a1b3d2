"""What calls cost: as the endpoint tells, by the user's table, by the one that ships, or unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.llm.prices import price_of
from app.llm.usage import Usage
from ingest.errors import SettingsError
from tests.support.scripted_llm import ASK, Reply, ScriptedLLM, chat_model

OPENAI = "https://api.openai.com/v1"


def test_a_dated_version_costs_what_its_model_costs_and_no_other_does() -> None:
    mini = price_of("gpt-4o-mini", OPENAI)
    assert mini == price_of("gpt-4o-mini-2024-07-18", OPENAI) != price_of("gpt-4o", OPENAI)
    assert mini is not None
    assert mini.input < 1
    assert price_of("gpt-4o-audio", OPENAI) is None
    assert price_of("gpt-4o-mini", "https://resold.example/v1") is None


def test_the_users_table_counts_first(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(
        '[any]\n"gpt-4o" = {input = 1, output = 2}\n["own.example"]\n"*" = {input = 0, output = 0}\n'
    )
    cheap = price_of("gpt-4o", OPENAI, str(own))
    assert cheap is not None
    assert cheap.of(Usage(prompt=1_000_000, cached=600_000, completion=500_000)) == 2.0
    assert price_of("gpt-4o-mini", OPENAI, str(own)) == price_of("gpt-4o-mini", OPENAI)
    free = price_of("whatever", "http://own.example:8000/v1", str(own))
    assert free is not None
    assert free.of(Usage(prompt=99)) == 0


@pytest.mark.parametrize(
    "text", ["no toml", "a = 1", "[any]\nm = {input = 1}", "[any]\nm = {input = 'x', output = 1}"]
)
def test_a_table_that_cannot_be_read_is_said(tmp_path: Path, text: str) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(text)
    for path in (own, tmp_path / "none.toml"):
        with pytest.raises(SettingsError, match="no table of prices") as caught:
            price_of("m", OPENAI, str(path))
        assert "dollars a million" in caught.value.hint


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 400}}, 600 * 2 + 400 * 1 + 100 * 10),
        ({"prompt_cache_hit_tokens": 1000}, 1000 + 100 * 10),
        ({"cost": 0.5}, 500_000),
        ({"cost": {"total_cost": 0.25}}, 250_000),
    ],
)
def test_what_an_endpoint_tells_counts(
    llm: ScriptedLLM, tmp_path: Path, told: dict[str, Any], cost: int
) -> None:
    own = tmp_path / "prices.toml"
    own.write_text("[any]\nscripted = {input = 2, cached = 1, output = 10}\n")
    llm.replies = [Reply("Yes.", usage=(1000, 100), counted=told), Reply("Yes.", usage=(1000, 100))]
    usage = Usage()
    model = chat_model(llm, prices=str(own))
    model.complete(ASK, max_tokens=9, usage=usage)
    assert usage.cost == pytest.approx(cost / 1_000_000)
    model.complete(ASK, max_tokens=9, usage=usage)
    assert usage.cost == pytest.approx((cost + 3000) / 1_000_000)


def test_a_call_that_was_refused_costs_nothing(llm: ScriptedLLM) -> None:
    llm.replies = [Reply(status=400, error="unknown field seed"), Reply("Yes.", usage=(10, 1))]
    usage = Usage()
    chat_model(llm).complete(ASK, max_tokens=9, usage=usage)
    assert (usage.total, usage.cost) == (11, None)
