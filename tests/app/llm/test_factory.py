from __future__ import annotations

from typing import Any

import pytest

from app.errors import LLMKeyRefused
from app.llm.endpoint import SAFE_WINDOW
from app.llm.factory import LLMSettings, build
from ingest.errors import SettingsError
from tests.support.scripted_llm import ASK, KEY, Reply, ScriptedLLM, chat_model, scripted_llm


@pytest.mark.parametrize(
    ("script", "window"),
    [
        ({"models": [{"id": "scripted", "max_model_len": 32768}]}, 32768),
        ({"models": [{"id": "scripted", "context_length": 8192}]}, 8192),
        ({"models": [{"id": "scripted", "meta": {"n_ctx": 2048}}]}, 2048),
        ({"models": [{"id": "scripted", "max_context_length": 32000}]}, 32000),
        ({"models": [{"id": "scripted", "max_input_tokens": 200000}]}, 200000),
        ({"models": [{"id": "other", "max_model_len": 1}]}, 4096),
        ({"models": [], "props": {"default_generation_settings": {"n_ctx": 1536}}}, 1536),
        ({"models": [], "loaded": [{"name": "scripted", "context_length": 5000}]}, 5000),
        ({"models": [], "loaded": [{"name": "scripted:latest", "context_length": 5000}]}, 5000),
        ({"models": [], "lm_studio": [{"id": "scripted", "loaded_context_length": 6000}]}, 6000),
        ({"models": [], "lm_studio": [{"id": "scripted", "max_context_length": 6000}]}, 4096),
        ({"models": []}, 4096),
        ({"models": "nonsense"}, 4096),
    ],
)
def test_the_window_is_asked_from_the_endpoint(script: dict[str, Any], window: int) -> None:
    with scripted_llm(**script) as server:
        asked = chat_model(server)
        assert asked.context_window == window
        assert ("a guess" in asked.window_note) == (window == SAFE_WINDOW)
        # Only what nothing tells is probed for.
        assert len(server.requests) == (window == SAFE_WINDOW)
        given = chat_model(server, context_window=777)
        assert (given.context_window, given.window_note) == (777, "")


@pytest.mark.parametrize(
    "refusal",
    [
        "'max_tokens' is too large: 100000000. This model's maximum context length is 9000 tokens",
        "`inputs` tokens + `max_new_tokens` must be <= 9000. Given: 9 `inputs` tokens",
    ],
)
def test_a_window_that_nothing_tells_is_probed_for_once(llm: ScriptedLLM, refusal: str) -> None:
    llm.models = []
    llm.replies = [Reply(status=400, error=refusal), Reply("Ok.")]
    model = chat_model(llm)
    assert (model.context_window, model.window_note) == (9000, "")
    model.complete(ASK, max_tokens=9)
    assert len(llm.requests) == 2


def test_a_server_that_loads_a_model_when_it_is_asked_tells_then(llm: ScriptedLLM) -> None:
    llm.models = []

    def loads(request: dict[str, Any]) -> str:
        llm.loaded = [{"name": "scripted", "context_length": 7000}]
        return "yes " * 500

    llm.answer = loads
    assert chat_model(llm).context_window == 7000


@pytest.mark.parametrize(
    ("name", "window"),
    [
        ("gpt-4o-mini", 128_000),
        ("gpt-4-0613", 8_192),
        ("gpt-4.1-nano", 1_000_000),
        ("gpt-4x", 4_096),
        ("claude-sonnet-4-5", 200_000),
        ("google/gemini-2.5-flash", 1_000_000),
        ("mistral-large-latest", 4_096),
        ("gpt-5.1-chat-latest", 128_000),
    ],
)
def test_a_family_has_its_window(llm: ScriptedLLM, name: str, window: int) -> None:
    model = chat_model(llm, spec=f"openai:{name}")
    assert model.context_window == window
    assert ("a table of" if window != SAFE_WINDOW else "a guess") in model.window_note


def test_open_weights_have_a_known_window_only_at_a_service() -> None:
    far = {"base_url": "http://192.0.2.1/v1", "api_key": "k", "timeout": 0.01}
    hosted = build(LLMSettings(spec="openai:deepseek-chat", **far))
    own = build(LLMSettings(spec="openai:mistral:7b", **far))
    assert hosted is not None
    assert own is not None
    assert (hosted.context_window, own.context_window) == (64_000, 4_096)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("qwen2.5:0.5b", 500_000_000),
        ("SmolLM2-135M-Instruct", 135_000_000),
        ("llama3.1:8b", 8_000_000_000),
        ("gpt-4o-mini", 0),
    ],
)
def test_a_size_is_read_from_the_name(llm: ScriptedLLM, name: str, parameters: int) -> None:
    assert chat_model(llm, spec=f"openai:{name}").parameters == parameters


@pytest.mark.parametrize(
    ("script", "parameters"),
    [
        ({"models": [{"id": "m:8b", "meta": {"n_params": 134_515_008}}]}, 134_515_008),
        ({"shown": {"model_info": {"general.parameter_count": 3_212_749_888}}}, 3_212_749_888),
        ({"shown": {"details": {"parameter_size": "494.03M"}}}, 494_030_000),
        ({"native": [{"key": "m:8b", "params_string": "1.7B"}]}, 1_700_000_000),
        ({"native": [{"key": "other", "params_string": "1.7B"}]}, 8_000_000_000),
        ({"shown": {"details": 1, "model_info": []}}, 8_000_000_000),
    ],
)
def test_the_endpoint_tells_the_size_better_than_the_name(
    script: dict[str, Any], parameters: int
) -> None:
    with scripted_llm(**script) as server:
        assert chat_model(server, spec="openai:m:8b").parameters == parameters


def test_the_users_organisation_is_told_to_openai_alone(
    llm: ScriptedLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    llm.say("Ok.")
    chat_model(llm).complete(ASK, max_tokens=9)
    assert "org-secret" not in str(llm.headers)


def test_an_empty_name_takes_the_first_model(llm: ScriptedLLM) -> None:
    llm.models = [{"id": "first"}, {"id": "second"}]
    assert chat_model(llm, spec="openai:").name == "first"


@pytest.mark.parametrize(
    "settings",
    [
        {"spec": "gpt-4o"},
        {"spec": "local:x"},
        {"spec": "openai:m", "base_url": "localhost:1"},
        {"spec": "no.such.module:Class"},
        {"spec": "llama_index.core.llms:NoSuchClass"},
        {"spec": "llama_index.core.llms:MockLLM", "kwargs": "[1]"},
        {"spec": "llama_index.core.llms:MockLLM", "kwargs": "{nope"},
    ],
)
def test_a_setting_that_cannot_work_is_said(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        build(LLMSettings(**settings))
    assert caught.value.hint


@pytest.mark.parametrize("spec", ["extractive", "none"])
def test_no_model(spec: str) -> None:
    assert build(LLMSettings(spec=spec)) is None


def test_openai_without_a_key_names_the_variable_and_the_keyless_way() -> None:
    with pytest.raises(LLMKeyRefused) as caught:
        build(LLMSettings(spec="openai:gpt-4o-mini"))
    assert "OPENAI_API_KEY" in caught.value.hint
    assert "READING_ROOM_LLM=extractive" in caught.value.hint


def test_auto_takes_only_what_was_configured_for_reading_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert not LLMSettings().resolved.startswith("openai:")
    assert LLMSettings(base_url="http://127.0.0.1:1/v1").resolved == "openai:"
    assert LLMSettings(api_key="k").resolved == "openai:gpt-4o-mini"
    assert KEY not in repr(LLMSettings(api_key=KEY))


def test_openai_api_key_is_used_but_not_in_clear_text_to_another_machine(
    llm: ScriptedLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    llm.say("Ok.")
    chat_model(llm, api_key="").complete(ASK, max_tokens=9)
    assert llm.headers[-1]["Authorization"] == f"Bearer {KEY}"
    far = build(LLMSettings(spec="openai:m", base_url="http://192.0.2.1/v1", context_window=1000))
    assert far is not None
    assert KEY not in far.backend.client.auth_headers["Authorization"]


def test_any_llama_index_llm_can_be_named() -> None:
    model = build(LLMSettings(spec="llama_index.core.llms:MockLLM", kwargs='{"max_tokens": 3}'))
    assert model is not None
    assert model.provider == "MockLLM"
    assert model.complete(ASK, max_tokens=9)
