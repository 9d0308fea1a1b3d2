"""What a question is understood as; made once, before any gate, and read by all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.listing import ListQuery
from app.retrieval.filters import Filters

Intent = Literal["small_talk", "other_task", "overview", "list", "compare", "find", "evidence"]
# What an overview is asked for.
Facet = Literal[
    "summary",
    "reading_order",
    "newcomer",
    "open_problems",
    "debates",
    "common",
    "group",
    "gaps",
    "trends",
]
# One turn of a conversation: {"role": "user" | "assistant", "content": text}.
Turn = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Query:
    """A question that needs no history.

    asked: what was typed, cleaned. text: its fair part, without injected orders. standalone: what is
    searched for, with what the turns before lend. condition: what to compute, where the grammar of lists
    reads the question. filters: the papers it is about: those given, and
    those that it points at ("which of those"). focus: ids of papers that an earlier turn showed and
    that this one leans on, to be preferred. exclude: ids that it sets aside ("the other one").
    enumerates: papers are to be listed, in the order of the list. seen: what was said and is not to be said
    again. turns: the conversation so far, for a model that reads it.
    """

    asked: str
    text: str
    standalone: str
    intent: Intent = "evidence"
    facet: Facet = "summary"
    condition: ListQuery | None = None
    filters: Filters | None = None
    focus: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    enumerates: bool = False
    seen: str = ""
    turns: tuple[Turn, ...] = ()

    @classmethod
    def plain(cls, text: str) -> Query:
        """A question on the records that stands alone."""
        return cls(text, text, text)

    @property
    def asks_for_papers(self) -> bool:
        """Whether papers are wanted rather than one answer."""
        return self.intent in ("find", "compare", "list")
