"""The generator for a capable model: all evidence in one prompt, cited sentences out.

The model writes evidence first: for each sentence the words of the records, then the sentence. Its
words are only ever a draft. Each sentence goes to the engine as a proposal with its records and
quotes as soon as it ends, and is shown as supported only after its check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.answering.events import Delta, Event, Notice
from app.answering.generators.replies import SCHEMA, ReplyReader, Said
from app.errors import ContextTooLong, LLMUnavailable
from app.language.instructions import without_instructions
from app.llm.backends import Form
from app.llm.budget import Fit, fit, room
from app.llm.client import ChatModel
from app.llm.endpoint import GUESSED
from app.llm.tokens import count_messages, count_tokens
from app.llm.usage import Usage
from app.query import Query
from app.verification.checking import Proposal, Quoted
from app.verification.frames import is_denial
from app.verification.verbatim import locate
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
LOOP = "The model began to repeat itself and was stopped; what came before is shown."
CUT = (
    "The model's reply broke off in mid-sentence; what it had finished is shown. "
    "READING_ROOM_LLM_MAX_TOKENS sets how long it may be."
)
SHRINK = 0.6
SHRINK_TRIES = 3
# What the model reads of the conversation so far.
TURNS, TURN_CHARS = 6, 800
_NOTHING = Query.plain("")


class HostedGenerator:
    """Writes from all the records that fit the model's window (a `Generator`)."""

    def __init__(self, model: ChatModel, *, refusal: str, max_tokens: int = 1600) -> None:
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
        self.usage = Usage()
        self._model = model
        self._refusal = refusal
        self._corpus_size = 0
        self._most_tokens = max_tokens

    @property
    def _max_tokens(self) -> int:
        return min(self._most_tokens, self._model.context_window // 4)

    def evidence_size(self, corpus_size: int) -> int:
        """All records where the window is likely to hold them, else the best few."""
        self._corpus_size = corpus_size
        likely = room(self._model.context_window, self._reserve(_NOTHING)) // TYPICAL_RECORD
        return corpus_size if corpus_size <= likely else max(1, min(likely, MOST_RECORDS))

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """Each sentence as a proposal as soon as it is written; plain text as Deltas until its end.

        A model that declines gives one proposal: the refusal phrase, without papers.

        Raises:
            LLMUnavailable: there is no answer. ContextTooLong: not even the best record fits.
        """
        for tries in range(SHRINK_TRIES + 1):
            chosen = self._fit(query, hits)
            try:
                with self._model.remembering(self._prefix(chosen)):
                    yield from self._write(query, chosen)
                return
            except ContextTooLong as error:
                if tries == SHRINK_TRIES or not chosen.kept:
                    raise
                self._shrink(error.limit)

    def _write(self, query: Query, chosen: Fit[Hit]) -> Iterator[Proposal | Event]:
        usage = Usage()
        reader = ReplyReader(len(chosen.kept))
        proposals = _Proposals([hit.paper for hit in chosen.kept], self._refusal)
        stream = self._model.stream(
            self._messages(query, chosen.kept),
            max_tokens=self._max_tokens,
            form=Form(schema=SCHEMA),
            usage=usage,
        )
        held, stopped = "", ""
        try:
            with closing(stream):
                for piece in stream:
                    self._cite(reader, chosen.kept, usage)
                    yield from proposals.of(reader.feed(piece))
                    held += piece
                    if reader.plain:
                        yield Delta(held)
                        held = ""
                    if reader.looping:
                        stopped = LOOP
                        break
        except LLMUnavailable as error:
            if not reader.begun:
                raise
            stopped = f"{error.message} What had come is shown."
        finally:
            self.usage.add(usage)
        self._cite(reader, chosen.kept, usage)
        cut = bool(stopped) or usage.reply_cut
        self.considered = len(chosen.kept)
        yield from proposals.of(reader.close(cut=cut))
        yield from proposals.rest(reader.declined)
        notes = [stopped] if stopped else []
        notes += [CUT] if reader.unfinished and not stopped else []
        yield from map(Notice, (*notes, *self._notices(chosen, usage), *_unknown(reader)))

    def _cite(self, reader: ReplyReader, hits: Sequence[Hit], usage: Usage) -> None:
        """Hand on what the service cites by itself, where that stands in a record."""
        while usage.cited:
            words, at = usage.cited.pop(0)
            places = (n for n, hit in enumerate(hits, start=1) if locate(words, hit.paper.text))
            if record := next(places, 0):
                reader.cite(record, words, at)

    def _shrink(self, told: int) -> None:
        """Take a smaller window from now on: the one told, else a share of the last."""
        smaller = int(self._model.context_window * SHRINK)
        self._model.context_window = min(told, smaller) if told else smaller
        self._model.window_note = "" if told else GUESSED

    def _fit(self, query: Query, hits: Sequence[Hit]) -> Fit[Hit]:
        chosen = fit(
            hits,
            self._model.context_window,
            self._reserve(query),
            lambda hit: count_tokens(clean(_record(hit.paper))) + FENCE_TOKENS,
        )
        # In the order of the list: the prompt begins the same for every question, so that caches
        # hit.
        return chosen._replace(kept=tuple(sorted(chosen.kept, key=lambda hit: hit.row)))

    def _prefix(self, chosen: Fit[Hit]) -> str:
        """What all questions share where the whole list is sent, else nothing."""
        whole = len(chosen.kept) == self._corpus_size
        return str(self._messages(_NOTHING, chosen.kept)) if whole else ""

    def _reserve(self, query: Query) -> int:
        return count_messages(self._messages(query, ())) + self._model.limit(self._max_tokens)

    def _messages(self, query: Query, hits: Sequence[Hit]) -> list[Message]:
        records = fence((n, _record(hit.paper)) for n, hit in enumerate(hits, start=1))
        form = "form_json" if self._model.backend.takes_schema else "form_lines"
        return load("answer").messages(
            records=records,
            count=str(len(hits)),
            history=_conversation(query),
            question=clean(query.text),
            refusal=self._refusal,
            sentences=MAX_SENTENCES,
            form=load(form).render(),
        )

    def _notices(self, chosen: Fit[Hit], usage: Usage) -> Iterator[str]:
        if chosen.cut:
            told = (
                f"{len(chosen.kept)} of {len(chosen.kept) + len(chosen.cut)} records fit the "
                f"model's window of {self._model.context_window} tokens; the least relevant "
                "were left out."
            )
            yield f"{told} {self._model.window_note}".rstrip()
        if usage.prompt_cut:
            yield (
                f"The endpoint read only {usage.prompt} tokens of a longer prompt: its window is "
                "smaller than READING_ROOM_LLM_CONTEXT_WINDOW or than it says."
            )


@dataclass
class _Proposals:
    """Sentences of a reply turned into proposals; what only declines is told from what answers."""

    papers: Sequence[Paper]
    refusal: str
    _denials: list[Proposal] = field(default_factory=list)
    _answers: bool = False

    def of(self, said: Iterable[Said]) -> Iterator[Proposal]:
        """Denials at the front wait: alone they are a refusal, before an answer a part of it."""
        for one in said:
            # A question asserts nothing; models ask back, or repeat what a record asks.
            if one.text.rstrip(" .").endswith("?"):
                continue
            cited = tuple(self.papers[n - 1] for n in one.numbers)
            quotes = tuple(Quoted(self.papers[n - 1] if n else None, w) for n, w in one.quotes)
            proposal = Proposal(one.text, cited, quotes=quotes)
            if not self._answers and is_denial(one.text):
                self._denials.append(proposal)
                continue
            if not self._answers:
                yield from (p for p in self._denials if p.text != self.refusal)
            self._answers = True
            yield proposal

    def rest(self, declined: bool) -> Iterator[Proposal]:
        """The refusal, where the model did nothing but decline."""
        if (self._denials or declined) and not self._answers:
            yield Proposal(self.refusal)


def _unknown(reader: ReplyReader) -> Iterator[str]:
    if reader.unknown:
        numbers = ", ".join(f"[{n}]" for n in reader.unknown)
        yield f"The model cited records that were not given to it: {numbers}; removed."


def _record(paper: Paper) -> str:
    """A record as the model reads it: sentences that are orders are left out."""
    return f"{paper.title}\n{without_instructions(paper.summary)}".rstrip()


def _conversation(query: Query) -> str:
    """The last turns, a line each; nothing where there are none."""
    if not query.turns:
        return "(none)"
    turns = [f"{t['role']}: {clean(t['content'])[:TURN_CHARS]}" for t in query.turns[-TURNS:]]
    return "\n".join(turns)
