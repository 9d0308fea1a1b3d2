"""Which words of a record answer a question best: whole sentences, and titles that assert something.

By the token-level comparison that also ranks records, and by the part that a sentence plays in its
record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.language.instructions import is_instruction
from app.passages import Passage
from app.themes.rhetoric import asks, claim_of_title, first_playing, is_cut
from ingest.index.encoder import shared_encoder
from ingest.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.index.encoder import TokenEncoding
    from ingest.paper import Paper

# What a second sentence of a record needs of the first one's score: beside other papers, and alone.
SECOND_SENTENCE, SECOND_ALONE = 0.85, 0.7
# A record of at most so many sentences is read whole where hardly another is shown.
SHORT_RECORD, LONGEST_RECORD = 3, 40
# A cut-off tail such as "In particular, w…" says nothing by itself.
FRAGMENT_WORDS = 7
# Beside a fit of 0 to 2.
FINDING, OWN_WORK, BROKEN_OFF, QUESTION = 0.08, 0.06, 0.04, 0.2


def best_passages(question: str, paper: Paper, seen: str = "", *, alone: bool) -> list[Passage]:
    """The best sentences in reading order, the title first where it is a claim that fits as well.

    The title alone if there is no summary; nothing if all stands in `seen` already. alone: hardly
    another paper is shown, so that more of this one is worth its place.
    """
    claim = claim_of_title(paper)
    passages = _body(paper)
    if claim is not None or not passages:
        passages.insert(0, Passage.of_title(paper))
    passages = [p for p in passages if p.quote not in seen]
    body = [p for p in passages if p.start]
    whole = alone and len(body) <= SHORT_RECORD
    if len(passages) <= 1 or (whole and len(body) == len(passages)):
        return passages
    (query,) = shared_encoder().encode_tokens([question])
    texts = [_in_context(passage, claim) for passage in passages]
    fits = [_fit(query, e) for e in shared_encoder().encode_tokens(texts)]
    scores = np.array([fit + _worth(p) for fit, p in zip(fits, passages, strict=True)])
    best, *others = np.argsort(-scores, kind="stable").tolist()
    if best and asks(passages[best - 1].quote):
        # "To answer this question, we ..." needs the question.
        others.insert(0, others.pop(others.index(best - 1)))
    if whole:
        kept = [i for i in others if passages[i].start]
    else:
        second = SECOND_ALONE if alone else SECOND_SENTENCE
        kept = [i for i in others[:1] if scores[i] >= second * scores[best]]
        # What breaks off is shown beside what is whole only where it fits better.
        kept = [i for i in kept if not is_cut(passages[i].quote) or fits[i] >= fits[best]]
    return [passages[i] for i in sorted([best, *kept])]


def in_one(passages: Sequence[Passage]) -> Passage:
    """What stands from the first passage to the last, where nothing is left out between; else the first."""
    first, last = passages[0], passages[-1]
    between = first.paper.text[first.end : last.start] if len(passages) == 2 else "…"
    return first if between.strip() else replace(first, end=last.end)


def is_background(passage: Passage) -> bool:
    """Whether a sentence says nothing of what this work asks, does or finds."""
    place = [(passage.start, passage.end)]
    return not any(
        first_playing(passage.paper.text, place, part) for part in ("finding", "method", "question")
    )


def _body(paper: Paper) -> list[Passage]:
    """The sentences of the summary that say something and give no orders."""
    spans = [span for span in sentence_spans(paper.text) if span[0] >= paper.summary_start]
    passages = [Passage(paper, *span) for span in spans[:LONGEST_RECORD]]
    passages = [p for p in passages if not is_instruction(p.quote)]
    return [p for p in passages if not _is_fragment(p.quote)] or passages[:1]


def _in_context(passage: Passage, claim: Passage | None) -> str:
    """The words by which a passage is compared: a sentence after its title, a title by its claim."""
    if passage.start == 0:
        return claim.quote if claim else passage.quote
    return f"{passage.paper.title}: {passage.quote}"


def _worth(passage: Passage) -> float:
    """What a sentence is worth whatever is asked: what this work finds or does more, a stump less."""
    text, spans = passage.paper.text, [(passage.start, passage.end)]
    worth = -QUESTION if asks(passage.quote) else 0.0
    if first_playing(text, spans, "finding"):
        worth = FINDING
    elif first_playing(text, spans, "method") or first_playing(text, spans, "question"):
        worth = OWN_WORK
    return worth - BROKEN_OFF * is_cut(passage.quote)


def _is_fragment(sentence: str) -> bool:
    """A cut-off tail that says nothing."""
    return is_cut(sentence) and len(sentence.split()) < FRAGMENT_WORDS


def _fit(query: TokenEncoding, sentence: TokenEncoding) -> float:
    """Cosine plus mean MaxSim (Khattab & Zaharia 2020) of the question over the sentence."""
    if not len(query.token_vectors) or not len(sentence.token_vectors):
        return 0.0
    maxsim = (query.token_vectors @ sentence.token_vectors.T).max(axis=1).mean()
    return float(query.vector @ sentence.vector + maxsim)
