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

    asked: what was typed, cleaned. text: its fair part, without injected orders. searched: what is
    searched for. lent: words or titles of the turns before that it leaves unsaid; they count less than
    its own. condition: what to compute, where a list or a count is asked for. filters: the papers it is
    about: those given, and those that it points at ("which of those"). like: ids of papers to which
    similar ones are wanted. focus: ids of papers that an earlier turn showed and that this one leans on,
    to be preferred. exclude: ids that it sets aside ("the other one"). enumerates: papers are to be
    listed, in the order of the list. seen: what was said and is not to be said again. turns: the
    conversation so far, for a model that reads it.
    """

    asked: str
    text: str
    searched: str
    lent: str = ""
    intent: Intent = "evidence"
    facet: Facet = "summary"
    condition: ListQuery | None = None
    filters: Filters | None = None
    like: tuple[str, ...] = ()
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
    def standalone(self) -> str:
        """The whole question, as it would be put without the turns before it."""
        return f"{self.searched} ({self.lent})" if self.lent else self.searched

    @property
    def pointed_at(self) -> tuple[str, ...]:
        """Ids of the papers that alone it is about; () where it is about all."""
        return self.filters.paper_ids if self.filters else ()

    @property
    def asks_for_papers(self) -> bool:
        """Whether papers are wanted rather than one answer."""
        return self.intent in ("find", "compare", "list")
