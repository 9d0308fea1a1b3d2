"""The generator that needs no model: the best sentences of the best records, verbatim.

It cannot say anything that the records do not: each sentence is a slice of a record, led in by the
paper's title. Which sentence of a record answers best is decided by the same token-level comparison
that ranks records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from app.answering.events import Event
from app.language.instructions import is_instruction
from app.passages import Passage
from app.query import Query
from app.query.words import telling_words
from app.retrieval import Hit
from app.themes.rhetoric import claim_of_title, cue, first_playing, is_cut
from app.verification.checking import Proposal
from ingest.index.encoder import TokenEncoding, shared_encoder
from ingest.index.lexical import analyse
from ingest.paper import Paper
from ingest.sentences import sentence_spans

# Most papers of an answer: where one answer is asked for, and where papers are.
MAX_PAPERS, MAX_LISTED = 6, 12
# A second sentence of the same record is worth reading if it fits nearly as well as the first.
SECOND_SENTENCE, SECOND_ALONE, FEW = 0.85, 0.7, 2
# Share of the best record's score that another needs to be cited as well: where one answer is asked
# for, and where papers are.
NEAR_TIE, SAME_TOPIC = 0.6, 0.5
# A follow-up is mostly about what was shown, which leads by the bonus that it gets.
FOLLOW_UP_TIE = 0.75
# A cut-off tail such as "In particular, w…" says nothing by itself.
FRAGMENT_WORDS = 7
LONGEST_RECORD = 40
# Beside a fit of 0 to 2.
FINDING, OWN_WORK, BROKEN_OFF = 0.06, 0.04, 0.06
BY_TITLE = "By its title:"
_ASKS_MEANING = re.compile(
    r"^\W*(?:\w+,? )?(?:what(?:['’]s| is| are| does)|define|explain)\b", re.I
)


class ExtractiveGenerator:
    """Verbatim sentences; deterministic, no model, no network."""

    provider = "extractive"
    model = "extractive"
    prompt_hash = ""
    tokens = 0

    def __init__(self) -> None:
        self.considered = 0

    def evidence_size(self, corpus_size: int) -> int:
        """Retrieval scored every record already; the best few are enough."""
        self.considered = corpus_size
        return MAX_LISTED

    def draft(self, query: Query, hits: Sequence[Hit]) -> Iterator[Proposal | Event]:
        """One or two sentences of each record that is close to the best."""
        chosen = choose(query, hits)
        told = [list(propose(query, hit, alone=len(chosen) <= FEW)) for hit in chosen]
        if _ASKS_MEANING.search(query.text):
            told.sort(key=lambda proposals: not any(_defines(query, p.text) for p in proposals))
        for proposals in told:
            yield from proposals


def choose(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits to cite: the best one, and those that are close behind it.

    Scores are sums of standardised scores: zero is an average record, so shares of the best compare.
    """
    if not hits:
        return []
    share, limit = (SAME_TOPIC, MAX_LISTED) if query.asks_for_papers else (NEAR_TIE, MAX_PAPERS)
    if query.focus and not query.filters:
        share = max(share, FOLLOW_UP_TIE)
    every = query.intent == "compare" and query.pointed_at
    chosen = [hit for hit in hits[:limit] if every or hit.score >= hits[0].score * share]
    # What is listed stands in the order of the list; what is found, the best first.
    return sorted(chosen, key=lambda hit: hit.row) if query.enumerates else chosen


def propose(query: Query, hit: Hit, *, alone: bool = True) -> Iterator[Proposal]:
    """What its title claims, if that answers best, and the best one or two sentences of a record.

    alone: hardly another paper is shown, so that a second sentence is worth its place sooner.
    """
    paper = hit.paper
    encoded = shared_encoder().encode_tokens([query.standalone])[0]
    chosen = _best_passages(encoded, paper, query.seen, SECOND_ALONE if alone else SECOND_SENTENCE)
    if chosen and chosen[0].start == 0 and paper.summary:
        yield Proposal.quoting(chosen.pop(0), BY_TITLE)
    else:
        first, chosen = chosen[:1], chosen[1:]
        for passage in first:
            yield Proposal.quoting(passage, f"“{paper.title}”:" if passage.start else "")
    yield from map(Proposal.quoting, chosen)


def _best_passages(query: TokenEncoding, paper: Paper, seen: str, second: float) -> list[Passage]:
    """One or two sentences in reading order, the title first where it is a claim that fits as well.

    second: what the second needs of the first one's score.

    The title alone if there is no summary; nothing if all was shown already.
    """
    spans = [span for span in sentence_spans(paper.text) if span[0] >= paper.summary_start]
    passages = [Passage(paper, *span) for span in spans[:LONGEST_RECORD]]
    passages = [p for p in passages if not is_instruction(p.quote)]
    passages = [p for p in passages if not _is_fragment(p.quote)] or passages[:1]
    title = Passage.of_title(paper)
    claim = claim_of_title(paper)
    if claim is not None or not passages:
        passages.insert(0, title)
    passages = [p for p in passages if p.quote not in seen]
    if not passages:
        return []
    texts = [_in_context(passage, claim) for passage in passages]
    fits = [_fit(query, e) for e in shared_encoder().encode_tokens(texts)]
    scores = np.array([fit + _worth(p) for fit, p in zip(fits, passages, strict=True)])
    order = np.argsort(-scores, kind="stable").tolist()
    near = [i for i in order[1:2] if scores[i] >= second * scores[order[0]]]
    # What breaks off is shown beside what is whole only where it fits better.
    near = [i for i in near if not is_cut(passages[i].quote) or fits[i] >= fits[order[0]]]
    return [passages[i] for i in sorted([order[0], *near])]


def _in_context(passage: Passage, claim: Passage | None) -> str:
    """The words by which a passage is compared: a sentence after its title, a title by its claim."""
    if passage.start == 0:
        return claim.quote if claim else passage.quote
    return f"{passage.paper.title}: {passage.quote}"


def _worth(passage: Passage) -> float:
    """What a sentence is worth whatever is asked: what this work finds or does more, a stump less."""
    text, spans = passage.paper.text, [(passage.start, passage.end)]
    worth = 0.0
    if first_playing(text, spans, "finding"):
        worth = FINDING
    elif first_playing(text, spans, "method") or first_playing(text, spans, "question"):
        worth = OWN_WORK
    return worth - BROKEN_OFF * is_cut(passage.quote)


def _defines(query: Query, sentence: str) -> bool:
    """Whether a sentence says what a word of the question means: "X seeks to ...", "X is a ..."."""
    defined = cue("defines").search(sentence)
    asked = set(analyse(" ".join(telling_words(query.text))))
    return defined is not None and bool(asked & set(analyse(sentence[: defined.start()])))


def _is_fragment(sentence: str) -> bool:
    """A cut-off tail, or a question: neither says anything."""
    cut = sentence.endswith("…") and len(sentence.split()) < FRAGMENT_WORDS
    return cut or sentence.endswith("?")


def _fit(query: TokenEncoding, sentence: TokenEncoding) -> float:
    """Cosine plus mean MaxSim (Khattab & Zaharia 2020) of the question over the sentence."""
    if not len(query.token_vectors) or not len(sentence.token_vectors):
        return 0.0
    maxsim = (query.token_vectors @ sentence.token_vectors.T).max(axis=1).mean()
    return float(query.vector @ sentence.vector + maxsim)
