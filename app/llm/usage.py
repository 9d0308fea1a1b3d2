"""What calls of a model have used: tokens, money, and whether anything was cut."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.llm.chunks import Cited

# What ends a reply before the model was done; empty where the stream just ends.
CUT_SHORT = frozenset({"", "length", "content_filter"})


@dataclass(slots=True)
class Usage:
    """Calls so far: tokens by the endpoint's count where it says, else by ours; cost in dollars.

    cached: tokens of the prompts that the endpoint had read before. cost: None where a price is not
    known. prompt_cut: the endpoint read only a part of a prompt. finish: why the last reply ended,
    in the words of OpenAI's `finish_reason`. cited: what the service itself cites, once what it
    backs was handed on.
    """

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    cost: float | None = 0.0
    prompt_cut: bool = False
    finish: str = ""
    cited: list[Cited] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Prompts and completions together."""
        return self.prompt + self.completion

    @property
    def reply_cut(self) -> bool:
        """Whether the last reply ended before the model was done."""
        return self.finish in CUT_SHORT

    def add(self, more: Usage) -> None:
        """Count further calls."""
        self.prompt += more.prompt
        self.completion += more.completion
        self.cached += more.cached
        self.cost = None if self.cost is None or more.cost is None else self.cost + more.cost
        self.prompt_cut = self.prompt_cut or more.prompt_cut
        self.finish = more.finish
