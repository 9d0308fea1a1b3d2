"""The generator for a capable model: all evidence in one prompt, cited sentences out.

The model's words are only ever a draft. Each sentence goes to the engine as a proposal with the
records it cites, and is shown as supported only after its check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from app.answering.events import Delta, Event, Notice
from app.answering.generators.drafts import Draft, split_draft
from app.errors import ContextTooLong
from app.language.instructions import without_instructions
from app.llm.budget import Fit, fit, room
from app.llm.client import ChatModel, Usage
from app.llm.thoughts import after_thoughts
from app.llm.tokens import count_messages, count_tokens
from app.query import Query
from app.verification.checking import Proposal
from prompts import Message, clean, fence, load

if TYPE_CHECKING:
    from app.retrieval import Hit
    from ingest.paper import Paper

# A record of a title and a short summary with its fence; only decides how many hits to ask for.
TYPICAL_RECORD = 100
# Where the list does not fit the window, more records than this cost time and add noise.
MOST_RECORDS = 50
FENCE_TOKENS = 24
MAX_SENTENCES = "6"
GUESSED = (
    " The window is a guess, since the endpoint does not tell it: "
    "READING_ROOM_LLM_CONTEXT_WINDOW sets it."
)
SHRINK = 0.6
SHRINK_TRIES = 3
# What the model reads of the conversation so far.
TURNS, TURN_CHARS = 6, 800
_NOTHING = Query.plain("")


class HostedGenerator:
    """Writes from all the records that fit the model's window (a `Generator`)."""

    def __init__(self, model: ChatModel, *, refusal: str, max_tokens: int = 700) -> None:
        """How the model is used.

        Args:
            model: what writes.
            refusal: the phrase with which the model declines.
            max_tokens: the answer's limit; at most a quarter of a small window.
        """
        self.provider = model.provider
        self.model = model.name
        self.prompt_hash = load("answer").hash
        self.considered = 0
        self.tokens = 0
        self._model = model
        self._refusal = refusal
        self._max_tokens = min(max_tokens, model.context_window // 4)

    def evidence_size(self, corpus_size: int) -> int:
        """All records where the window is likely to hold them, else the best few."""
        likely = room(self._model.context_window, self._reserve(_NOTHING)) // TYPICAL_RECORD
        return corpus_size if corpus_size <= likely else max(1, min(likely, MOST_RECORDS))

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """Deltas while the model writes, then its sentences as proposals.

        A model that declines gives one proposal: the refusal phrase, without papers.

        Raises:
            LLMUnavailable: there is no answer. ContextTooLong: not even the best record fits.
        """
        usage = Usage()
        pieces: list[str] = []
        for tries in range(SHRINK_TRIES + 1):
            chosen = self._fit(query, hits)
            stream = self._model.stream(
                self._messages(query, chosen.kept), max_tokens=self._max_tokens, usage=usage
            )
            try:
                with closing(stream):
                    for piece in stream:
                        pieces.append(piece)
                        yield Delta(piece)
                break
            except ContextTooLong as error:
                if tries == SHRINK_TRIES or not chosen.kept:
                    raise
                self._shrink(error.limit)
        self.considered = len(chosen.kept)
        self.tokens = usage.total
        yield from self._notices(chosen, usage)
        draft = split_draft(
            after_thoughts("".join(pieces)), len(chosen.kept), cut_short=usage.reply_cut
        )
        yield from self._proposals(draft, [hit.paper for hit in chosen.kept])

    def _shrink(self, told: int) -> None:
        """Take a smaller window from now on: the one told, else a share of the last."""
        smaller = int(self._model.context_window * SHRINK)
        self._model.context_window = min(told, smaller) if told else smaller
        self._model.window_known = bool(told)

    def _fit(self, query: Query, hits: Sequence[Hit]) -> Fit[Hit]:
        return fit(
            hits,
            self._model.context_window,
            self._reserve(query),
            lambda hit: count_tokens(clean(_record(hit.paper))) + FENCE_TOKENS,
        )

    def _reserve(self, query: Query) -> int:
        return count_messages(self._messages(query, ())) + self._max_tokens

    def _messages(self, query: Query, hits: Sequence[Hit]) -> list[Message]:
        records = fence((n, _record(hit.paper)) for n, hit in enumerate(hits, start=1))
        return load("answer").messages(
            records=records,
            count=str(len(hits)),
            history=_conversation(query),
            question=clean(query.text),
            refusal=self._refusal,
            sentences=MAX_SENTENCES,
        )

    def _notices(self, chosen: Fit[Hit], usage: Usage) -> Iterator[Notice]:
        if chosen.cut:
            yield Notice(
                f"{len(chosen.kept)} of {len(chosen.kept) + len(chosen.cut)} records fit the "
                f"model's window of {self._model.context_window} tokens; the least relevant "
                "were left out." + ("" if self._model.window_known else GUESSED)
            )
        if usage.prompt_cut:
            yield Notice(
                f"The endpoint read only {usage.prompt} tokens of a longer prompt: its window is "
                "smaller than READING_ROOM_LLM_CONTEXT_WINDOW or than it says."
            )

    def _proposals(self, draft: Draft, papers: Sequence[Paper]) -> Iterator[Proposal | Event]:
        """The sentences of a draft; only the refusal phrase where the model declined."""
        if draft.unfinished:
            yield Notice(
                "The model's reply broke off in mid-sentence; what it had finished is shown. "
                "READING_ROOM_LLM_MAX_TOKENS sets how long it may be."
            )
        said = [sentence for sentence in draft.sentences if sentence.text != self._refusal]
        if not said and draft.sentences:
            yield Proposal(self._refusal)
        if draft.unknown:
            numbers = ", ".join(f"[{n}]" for n in draft.unknown)
            yield Notice(f"The model cited records that were not given to it: {numbers}; removed.")
        # A question asserts nothing; models ask back, or repeat what a record asks.
        for sentence in said:
            if not sentence.text.rstrip(" .").endswith("?"):
                yield Proposal(sentence.text, tuple(papers[n - 1] for n in sentence.numbers))


def _record(paper: Paper) -> str:
    """A record as the model reads it: sentences that are orders are left out."""
    return f"{paper.title}\n{without_instructions(paper.summary)}".rstrip()


def _conversation(query: Query) -> str:
    """The last turns, a line each; nothing where there are none."""
    if not query.turns:
        return "(none)"
    turns = [f"{t['role']}: {clean(t['content'])[:TURN_CHARS]}" for t in query.turns[-TURNS:]]
    return "\n".join(turns)
