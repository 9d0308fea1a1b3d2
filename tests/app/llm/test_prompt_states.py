from __future__ import annotations

from pathlib import Path

from app.llm.client import ChatModel
from app.llm.factory import LLMSettings, build
from tests.app.llm.test_gguf import needs_model

LIST = "Moss grows on every roof of the town. " * 40


def loaded(folder: Path) -> ChatModel:
    model = build(LLMSettings(spec="local", states=folder))
    assert model is not None
    return model


def cached(model: ChatModel, prefix: str = "list") -> int:
    """Tokens of the prompt that a question on the list did not have to read."""
    ask = [{"role": "user", "content": f"{LIST}\nWhere does it grow?"}]
    with model.remembering(prefix):
        reply = model.backend.client.chat.completions.create(
            model=model.name, messages=ask, max_tokens=1
        )
    return reply.usage.prompt_tokens_details.cached_tokens or 0


@needs_model
def test_what_was_read_outlives_the_server(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    assert cached(model) < 50
    model.close()
    assert len(list(tmp_path.iterdir())) == 1
    again = loaded(tmp_path)
    assert again.base_url != model.base_url
    assert cached(again) > 300
    again.close()


@needs_model
def test_one_state_is_kept_and_a_damaged_one_is_read_anew(tmp_path: Path) -> None:
    model = loaded(tmp_path)
    cached(model, "")
    assert list(tmp_path.iterdir()) == []
    for prefix in ("list", "another list"):
        cached(model, prefix)
    model.close()
    (state,) = tmp_path.iterdir()
    size = state.stat().st_size
    state.write_bytes(b"no state at all")
    again = loaded(tmp_path)
    assert cached(again, "another list") < 50
    again.close()
    assert state.stat().st_size > size // 2
