"""A chunk of a streamed reply, of which services leave out what they like and to which they add their own.

Beside the text there may be thoughts kept apart, the text cut into blocks (Mistral, proxies of
Anthropic), and citations that the service makes itself: Anthropic's `cited_text`, in a block or
where LiteLLM puts it, and the `annotations` of OpenRouter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionChunk


class Cited(NamedTuple):
    """Words that a service cites by itself.

    at: how many characters of the reply they back; -1: all so far.
    """

    words: str
    at: int = -1


class Piece(NamedTuple):
    """A piece of a reply.

    thought: whether it stands for thinking that is not part of the answer. prompt, completion: tokens so
    far by the endpoint's count, 0 where it does not say; cached: tokens of the prompt that it had read
    before. cost: in dollars, None where it does not say. finish: why the reply ends here ("stop",
    "length"), empty while it goes on. cited: what the service itself cites here.
    """

    text: str = ""
    thought: bool = False
    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cost: float | None = None
    finish: str = ""
    cited: tuple[Cited, ...] = ()


def read_chunk(chunk: ChatCompletionChunk) -> Piece:
    """What a chunk tells."""
    choice = chunk.choices[0] if chunk.choices else None
    delta = choice.delta if choice else None
    told = (delta.model_extra or {}) if delta else {}
    # The client does not hold a service to a text here.
    content: Any = delta.content if delta else None
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    blocks = [block for block in blocks if isinstance(block, dict)]
    said = [block for block in blocks if block.get("type") == "text"]
    piece = Piece(
        text="".join(str(block.get("text") or "") for block in said),
        # Services agree on no name for it.
        thought=len(said) < len(blocks)
        or bool(told.get("reasoning_content") or told.get("reasoning")),
        finish=(choice.finish_reason if choice else None) or "",
        cited=tuple(cited for holder in (*said, told) for cited in _cited(holder)),
    )
    return _with_usage(piece, chunk.usage) if chunk.usage else piece


def _cited(holder: dict[str, Any]) -> Iterator[Cited]:
    apart = holder.get("provider_specific_fields")
    apart = apart if isinstance(apart, dict) else {}
    rows = [apart.get("citation")]
    for found in (holder.get("annotations"), holder.get("citations"), apart.get("citations")):
        rows += found if isinstance(found, list) else []
    for row in rows:
        body = row.get("url_citation", row) if isinstance(row, dict) else None
        words = (body.get("cited_text") or body.get("content")) if isinstance(body, dict) else None
        if isinstance(words, str) and isinstance(body, dict):
            end = body.get("end_index")
            yield Cited(words, end if isinstance(end, int) else -1)


def _with_usage(piece: Piece, usage: CompletionUsage) -> Piece:
    told = usage.model_extra or {}
    read, written = usage.prompt_tokens_details, usage.completion_tokens_details
    cost = told.get("cost")  # OpenRouter; Perplexity takes it apart.
    cost = cost.get("total_cost") if isinstance(cost, dict) else cost
    cached = (read.cached_tokens if read else 0) or told.get("prompt_cache_hit_tokens")  # DeepSeek
    return piece._replace(
        thought=piece.thought or bool(written and written.reasoning_tokens),
        prompt=usage.prompt_tokens or 0,
        completion=usage.completion_tokens or 0,
        cached=cached if isinstance(cached, int) else 0,
        cost=float(cost) if isinstance(cost, int | float) else None,
    )
