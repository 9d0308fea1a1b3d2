from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import (
    ContextTooLong,
    LLMBadReply,
    LLMBusy,
    LLMKeyRefused,
    LLMTimeout,
    LLMUnavailable,
)
from app.llm.backends import Form, OpenAIBackend
from app.llm.endpoint import SAFE_WINDOW
from app.llm.thoughts import without_thoughts
from app.llm.tokens import count_tokens
from app.llm.usage import Usage
from tests.support.scripted_llm import ASK, KEY, Reply, ScriptedLLM, chat_model, scripted_llm


def test_streams_pieces_with_fixed_options_and_the_key(llm: ScriptedLLM) -> None:
    llm.say("One two three.")
    usage = Usage()
    pieces = list(chat_model(llm).stream(ASK, max_tokens=50, usage=usage))
    assert pieces == ["One ", "two ", "three."]
    request = llm.requests[0]
    assert (request["temperature"], request["seed"], request["max_tokens"]) == (0, 7, 50)
    assert request["stream"] is True
    assert llm.headers[-1]["Authorization"] == f"Bearer {KEY}"
    assert usage.prompt > 0
    assert usage.completion == 4
    assert not usage.reply_cut


def test_counts_come_from_the_endpoint(llm: ScriptedLLM) -> None:
    llm.replies = [Reply("Yes.", usage=(1000, 500))]
    usage = Usage()
    assert chat_model(llm).complete(ASK, max_tokens=9, usage=usage) == "Yes."
    assert (usage.prompt, usage.completion, usage.total) == (1000, 500, 1500)
    assert not usage.prompt_cut


def test_a_prompt_prompt_cut_is_seen(llm: ScriptedLLM) -> None:
    llm.replies = [Reply("Yes.", usage=(40, 2))]
    usage = Usage()
    chat_model(llm).complete(
        [{"role": "user", "content": "word " * 400}], max_tokens=9, usage=usage
    )
    assert usage.prompt_cut


@pytest.mark.parametrize(
    ("reply", "error", "said"),
    [
        (
            Reply(status=401, error=f"Incorrect key {KEY}"),
            LLMKeyRefused,
            "READING_ROOM_LLM_API_KEY",
        ),
        (Reply(status=403), LLMKeyRefused, "OPENAI_API_KEY"),
        (Reply(status=404), LLMUnavailable, "model's name"),
        (
            Reply(status=302, headers={"Location": "http://127.0.0.1:9/"}),
            LLMUnavailable,
            "BASE_URL",
        ),
        (Reply(status=422, error=f"odd {KEY}"), LLMBadReply, "READING_ROOM_LLM"),
        (Reply(body=b"<html>Welcome</html>"), LLMBadReply, "/v1"),
        (Reply(body=b"data: {not json\n\n"), LLMBadReply, "/v1"),
        (Reply(body=b""), LLMBadReply, "/v1"),
    ],
)
def test_a_final_failure_is_one_clear_error_after_one_try(
    llm: ScriptedLLM, reply: Reply, error: type[LLMUnavailable], said: str
) -> None:
    llm.replies = [reply]
    with pytest.raises(error) as caught:
        chat_model(llm).complete(ASK, max_tokens=9)
    assert said in caught.value.hint
    assert "READING_ROOM_LLM=extractive" in caught.value.hint
    assert "\n" not in caught.value.message
    assert KEY not in caught.value.message + caught.value.hint
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(429, LLMBusy), (500, LLMUnavailable), (503, LLMUnavailable)]
)
def test_a_passing_failure_is_tried_again(
    llm: ScriptedLLM, status: int, error: type[LLMUnavailable]
) -> None:
    model = chat_model(llm)
    waits: list[float] = []
    model.sleep = waits.append
    llm.replies = [
        Reply(status=status, headers={"Retry-After": "3"}),
        Reply(status=status),
        Reply("Ok."),
    ]
    assert model.complete(ASK, max_tokens=9) == "Ok."
    assert waits == [3.0, 1.0]
    llm.replies = [Reply(status=status)] * 3
    with pytest.raises(error):
        model.complete(ASK, max_tokens=9)


def test_a_long_retry_after_is_reported_at_once(llm: ScriptedLLM) -> None:
    llm.replies = [Reply(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(LLMBusy):
        chat_model(llm).complete(ASK, max_tokens=9)
    llm.replies = [Reply(status=429, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"})]
    with pytest.raises(LLMBusy):
        chat_model(llm).complete(ASK, max_tokens=9)
    assert len(llm.requests) == 2


def test_time_out(llm: ScriptedLLM) -> None:
    llm.replies = [Reply("late", delay=1.0)]
    with pytest.raises(LLMTimeout, match="did not answer within"):
        chat_model(llm, timeout=0.2, retries=0).complete(ASK, max_tokens=9)


@pytest.mark.parametrize("seconds", [5.0, 60.0])
def test_the_time_out_is_the_one_that_was_set(llm: ScriptedLLM, seconds: float) -> None:
    """The openai client takes httpx's default of 5 s for "not set", and waits 600 s."""
    backend = chat_model(llm, timeout=seconds).backend
    assert isinstance(backend, OpenAIBackend)
    assert backend.client.timeout == httpx.Timeout(seconds, connect=min(10.0, seconds))


def test_nobody_listens() -> None:
    with scripted_llm() as server:
        model = chat_model(server)
    with pytest.raises(LLMUnavailable, match="No language model answers at http"):
        model.complete(ASK, max_tokens=9)


def test_a_connection_that_breaks_midway_is_an_error_after_the_pieces(llm: ScriptedLLM) -> None:
    chunk = b'data: {"id":"1","choices":[{"index":0,"delta":{"content":"A"}}]}\n\n'
    llm.replies = [Reply(body=chunk, missing=99)]
    stream = chat_model(llm).stream(ASK, max_tokens=9)
    assert next(stream) == "A"
    with pytest.raises(LLMUnavailable):
        list(stream)


def test_closing_the_stream_hangs_up(llm: ScriptedLLM) -> None:
    llm.replies = [Reply("word " * 500, pause=0.01)]
    stream = chat_model(llm).stream(ASK, max_tokens=900)
    assert next(stream) == "word "
    stream.close()
    assert llm.hung_up.wait(5)


def test_a_model_that_never_stops_is_cut_off(llm: ScriptedLLM) -> None:
    llm.replies = [Reply("word " * 2000)]
    text = chat_model(llm).complete(ASK, max_tokens=10)
    assert 0 < len(text) <= 120


@pytest.mark.parametrize(
    ("error", "gone", "instead"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", "max_tokens", True),
        ("extra fields not permitted: seed", "seed", False),
        ("Unsupported value: 'temperature' does not support 0", "temperature", False),
        ("unknown field stream_options", "stream_options", False),
    ],
)
def test_options_that_the_endpoint_refuses_are_left_out(
    llm: ScriptedLLM, error: str, gone: str, instead: bool
) -> None:
    model = chat_model(llm)
    llm.replies = [Reply(status=400, error=error), Reply("Ok."), Reply("Ok.")]
    for _ in range(2):
        assert model.complete(ASK, max_tokens=9) == "Ok."
        assert gone not in llm.requests[-1]
        assert ("max_completion_tokens" in llm.requests[-1]) is instead
    assert len(llm.requests) == 3


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (
            "This model's maximum context length is 4096 tokens. Your messages have 9001",
            4096,
        ),
        ("'max_tokens' is too large: this model's maximum context length is 2048 tokens", 2048),
        ("the request exceeds the available context size (1024 tokens), try increasing it", 1024),
        ("prompt is too long: 9000 tokens > 8000 maximum", 0),
    ],
)
def test_a_prompt_that_is_too_long_tells_the_limit(
    llm: ScriptedLLM, error: str, limit: int
) -> None:
    llm.replies = [Reply(status=400, error=error)]
    with pytest.raises(ContextTooLong) as caught:
        chat_model(llm).complete(ASK, max_tokens=9)
    assert caught.value.limit == limit


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
def test_a_reply_that_was_cut_is_seen(llm: ScriptedLLM, finish: str | None) -> None:
    llm.replies = [Reply("One two", finish=finish)]
    usage = Usage()
    assert chat_model(llm).complete(ASK, max_tokens=9, usage=usage) == "One two"
    assert usage.reply_cut


@pytest.mark.parametrize("thought", [{"text": "<think>Well, well"}, {"thoughts": "Well, well"}, {}])
def test_a_model_that_thinks_gets_room_for_it_and_then_is_believed(
    llm: ScriptedLLM, thought: dict[str, str]
) -> None:
    cut, model = Reply(**thought, finish="length"), chat_model(llm)
    llm.replies = [cut, Reply("Yes."), Reply("Yes.")]
    assert model.complete(ASK, max_tokens=9) == model.complete(ASK, max_tokens=9) == "Yes."
    first, *later = [request["max_tokens"] for request in llm.requests]
    assert (first, later) == (9, [9 + SAFE_WINDOW // 4] * 2)
    llm.replies = [cut]
    usage = Usage()
    with pytest.raises(LLMBadReply, match="used up its tokens by thinking") as caught:
        model.complete(ASK, max_tokens=9, usage=usage)
    assert "READING_ROOM_LLM_MAX_TOKENS" in caught.value.hint
    assert usage.prompt > 0


def test_how_long_to_think_is_passed_on_until_it_is_refused(llm: ScriptedLLM) -> None:
    model = chat_model(llm, effort="low")
    refused = Reply(status=400, error="Unrecognized request argument: reasoning_effort")
    llm.replies = [Reply("Yes."), refused, Reply("Yes.")]
    for _ in range(2):
        model.complete(ASK, max_tokens=9)
    assert [request.get("reasoning_effort") for request in llm.requests] == ["low", "low", None]
    assert llm.requests[0]["max_tokens"] > 9
    assert not chat_model(llm, effort="none").thinks


def test_a_failure_that_the_endpoint_reports_midway_is_an_error(llm: ScriptedLLM) -> None:
    llm.replies = [Reply(body=b'data: {"error": {"message": "secret"}}\n\n')]
    with pytest.raises(LLMBadReply) as caught:
        chat_model(llm).complete(ASK, max_tokens=9)
    assert "secret" not in caught.value.message + caught.value.hint


def test_counting_needs_no_network(no_sockets: None) -> None:
    assert count_tokens("Sparse autoencoders <|endoftext|>") > 3


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30), st.integers(1, 9))
def test_thoughts_are_left_out_however_they_are_cut(
    before: str, thought: str, after: str, n: int
) -> None:
    whole = f"{before}<think>{thought}</think>{after}"
    pieces = [whole[i : i + n] for i in range(0, len(whole), n)]
    expected = "".join(without_thoughts([whole]))
    assert "".join(without_thoughts(pieces)) == expected
    if "<" not in whole.replace("<think>", "", 1).replace("</think>", "", 1):
        assert expected == before + after


@pytest.mark.parametrize(
    "reply",
    [
        "<thinking>Hm.</thinking>Yes.",
        "[THINK]Hm.[/THINK]Yes.",
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
        "<|channel|>commentary to=x<|message|>{}<|end|><|start|>assistant<|channel|>final <|constrain|>json"
        "<|message|>Yes.<|return|>",
    ],
)
def test_other_channels_of_thought_are_left_out(reply: str) -> None:
    for n in range(1, 9):
        pieces = [reply[i : i + n] for i in range(0, len(reply), n)]
        assert "".join(without_thoughts(pieces)) == "Yes."


def test_a_spent_quota_and_a_slow_model_are_not_asked_again(llm: ScriptedLLM) -> None:
    llm.replies = [Reply(status=429, error="You exceeded your quota: insufficient_quota")]
    with pytest.raises(LLMBusy):
        chat_model(llm).complete(ASK, max_tokens=9)
    llm.replies = [Reply("late", delay=0.5)]
    with pytest.raises(LLMTimeout):
        chat_model(llm, timeout=0.1).complete(ASK, max_tokens=9)
    assert len(llm.requests) == 2


def test_a_schema_is_sent_until_it_is_refused(llm: ScriptedLLM) -> None:
    model, form = chat_model(llm), Form(schema={"type": "object"})
    llm.replies = [
        Reply("{}"),
        Reply(status=400, error="This response_format type is unavailable now"),
        Reply("Ok."),
        Reply("Ok."),
    ]
    for _ in range(3):
        list(model.stream(ASK, max_tokens=9, form=form))
    sent = ["response_format" in request for request in llm.requests]
    assert sent == [True, True, False, False]
    assert not model.backend.takes_schema
