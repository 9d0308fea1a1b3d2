"""The generator for a small model: it chooses, per record, the words that answer best.

Asked to write freely, a 135M model repeats the question as a finding, or strings the record's words
into claims that the record does not make. On development questions 13 of 14 free answers and 12 of
24 free restatements of a sentence did not verify, and restatements held to the record's vocabulary
passed a checker that looks at words while saying nonsense. So a grammar (GBNF) or a JSON schema
leaves the model only compressions of the record's own sentences (see `compress`): it decides which
sentence answers the question and what of it to say. Its choice is checked like any sentence; where
it fails, or the endpoint holds to neither and the model says something else, the extractive
sentence takes its place.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from app.answering.events import Delta, Event
from app.answering.generators.compress import compressions
from app.answering.generators.extractive import ExtractiveGenerator, choose, propose
from app.language.instructions import is_instruction
from app.llm.backends import Form
from app.llm.client import ChatModel
from app.llm.sizes import SMALL
from app.query import Query
from app.verification.checking import Proposal
from ingest.sentences import sentence_spans
from prompts import Message, clean, load

if TYPE_CHECKING:
    from app.retrieval import Hit
    from app.verification.checking import Checker
    from ingest.paper import Paper

# Sentences on either side of an extractive one that the model may choose as well.
NEIGHBOURS = 1
MAX_TOKENS = 120
CHOICE = "sentence"
WARM_UP = "What is this about?"


def is_small(model: ChatModel) -> bool:
    """Whether a model had better choose than write; false where its size is not known."""
    return 0 < model.parameters < SMALL


class GGUFGenerator(ExtractiveGenerator):
    """One chosen sentence for each record that the extractive generator would quote.

    A follow-up is not rewritten: a small model resolves references worse than the rules do.
    """

    def __init__(self, model: ChatModel, checker: Checker) -> None:
        """A model, and what its sentences must pass."""
        super().__init__()
        self.provider = model.provider
        self.model = model.name
        self.prompt_hash = load("local_answer").hash
        self._model = model
        self._checker = checker

    def warm_up(self) -> None:
        """Read the fixed part of the prompt, so that the first question does not wait for it."""
        with self._model.remembering(str(_messages("", "", ()))):
            self._model.complete(_messages(WARM_UP, "", ()), max_tokens=1)

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """The model's choice from each record, or the record's own sentence where that fails.

        Raises:
            LLMUnavailable: the model does not answer.
        """
        with self._model.remembering(str(_messages("", "", ()))):
            for hit in choose(query, hits):
                quoted = list(propose(query, hit))
                chosen = yield from self._choose(query.standalone, hit.paper, quoted)
                if chosen is not None and self._holds(chosen):
                    yield chosen
                else:
                    yield from quoted

    def _choose(
        self, question: str, paper: Paper, quoted: Sequence[Proposal]
    ) -> Generator[Event, None, Proposal | None]:
        sentences = _passage(paper, quoted)
        options = [option for sentence in sentences for option in compressions(sentence)]
        if not options:
            return None
        written = self._model.complete(
            _messages(question, paper.title, sentences),
            max_tokens=MAX_TOKENS,
            form=one_of(options),
            usage=self.usage,
        )
        chosen = _chosen(written)
        if chosen not in options:
            return None
        yield Delta(chosen)
        return Proposal(chosen, (paper,), lead=f"“{paper.title}”:")

    def _holds(self, proposal: Proposal) -> bool:
        return self._checker.check(proposal.text, proposal.papers).support in (
            "verbatim",
            "supported",
        )


def one_of(options: Sequence[str]) -> Form:
    """What admits exactly these texts: as they are by grammar, as the one field of an object by schema."""
    grammar = " | ".join(json.dumps(option, ensure_ascii=False) for option in options)
    schema = {
        "type": "object",
        "properties": {CHOICE: {"type": "string", "enum": list(options)}},
        "required": [CHOICE],
        "additionalProperties": False,
    }
    return Form(f"root ::= {grammar}", schema)


def _chosen(reply: str) -> str:
    """The sentence of a reply in either form."""
    try:
        found = json.loads(reply)
    except ValueError:
        return reply
    return str(found.get(CHOICE)) if isinstance(found, dict) else reply


def _passage(paper: Paper, quoted: Sequence[Proposal]) -> list[str]:
    """The sentences that are quoted and their neighbours in the summary, in reading order."""
    spans = [span for span in sentence_spans(paper.text) if span[0] >= paper.summary_start]
    starts = {proposal.passage.start for proposal in quoted if proposal.passage}
    places = [place for place, (start, _) in enumerate(spans) if start in starts]
    near = [
        span
        for place, span in enumerate(spans)
        if any(abs(place - other) <= NEIGHBOURS for other in places)
    ]
    texts = (paper.text[start:end] for start, end in near)
    return [text for text in texts if not is_instruction(text)]


def _messages(question: str, title: str, sentences: Sequence[str]) -> list[Message]:
    return load("local_answer").messages(
        title=clean(title), text=clean(" ".join(sentences)), question=clean(question)
    )
