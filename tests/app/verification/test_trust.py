"""How far answers can be trusted: a strong model's sentences over the shipped list, true and false.

The endpoint is scripted (`tests.support.strong_model`); the sentences are development data that is not part
of the project, so that these run where READING_ROOM_EVAL_DATA is set. Flips and word salad need none.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import pytest

from app.settings import Settings
from app.verification.verifier import Verifier
from app.wiring import Room, open_room
from ingest.paper import Paper
from ingest.readers.registry import read_path
from ingest.sentences import sentence_spans
from ingest.text import FUNCTION_WORDS
from tests.support.strong_model import Written, reply, written

# The script decides what is answered; this question reaches the model.
QUESTION = "How are hallucinations in large language models detected with semantic entropy?"
CONFIRMED = ("verbatim", "supported")


@pytest.fixture
def room(seeded_home, llm) -> Iterator[Room]:
    settings = Settings(
        home=seeded_home,
        llm="openai:scripted",
        llm_base_url=llm.base_url,
        llm_context_window=32_000,
    )
    with open_room(settings) as opened:
        yield opened


def told(room: Room, llm, sentences: list[Written], form: str = "json"):
    llm.answer = lambda request: reply(request, sentences, form)
    return room.answer(QUESTION)


def confirmed(answer, sentence: Written) -> bool:
    """Whether it is shown as confirmed, with a citation that it was written with."""
    titles = {title.lower() for title in sentence.titles}
    return any(
        shown.text.rstrip(".") == sentence.text.rstrip(".")
        and shown.support in CONFIRMED
        and bool(titles & {c.title.lower() for c in shown.citations})
        for shown in answer.sentences
    )


@pytest.mark.parametrize("form", ["json", "lines", "plain"])
def test_what_a_strong_model_rightly_writes_is_kept(room, llm, eval_data, form) -> None:
    kept, total = Counter[str](), Counter[str]()
    for sentence in written(eval_data, "faithful"):
        answer = told(room, llm, [sentence], form)
        # The judge denied five of them a clause; its own smaller wording stands for these.
        smaller = any("smaller wording" in left.reason for left in answer.left_out)
        for name in ("all", sentence.kind):
            total[name] += 1
            kept[name] += confirmed(answer, sentence) or smaller
    assert kept["all"] >= 0.95 * total["all"], kept
    assert all(kept[kind] >= 0.85 * number for kind, number in total.items()), (kept, total)


def test_what_is_subtly_false_is_not_confirmed(room, llm, eval_data) -> None:
    shown = Counter[str]()
    for sentence in written(eval_data, "unfaithful"):
        shown[sentence.kind] += confirmed(told(room, llm, [sentence]), sentence)
    assert shown.total() == 0, shown


def test_answers_arrive_whole(room, llm, eval_data) -> None:
    """Each question's faithful sentences as one answer, in three forms: 54 answers."""
    rows = written(eval_data, "faithful")
    drafts = [list(group) for _, group in groupby(rows, key=lambda row: row.question)]
    whole = stumps = 0
    for form in ("json", "lines", "plain"):
        for draft in drafts:
            answer = told(room, llm, draft, form)
            smaller = sum("smaller wording" in left.reason for left in answer.left_out)
            stood = sum(confirmed(answer, sentence) for sentence in draft)
            whole += stood + smaller == len(draft)
            stumps += 2 * stood < len(draft)
    assert whole >= 0.85 * 3 * len(drafts)
    assert stumps == 0


def whole_sentences(seeds) -> list[tuple[Paper, str]]:
    """Sentences of the shipped records, without the word at which one is cut off."""
    found = []
    for paper in read_path(seeds / "mechanistic_interpretability.txt").papers:
        spans = sentence_spans(paper.text)
        texts = [re.sub(r"\s+\S*…$", ".", paper.text[a:b]) for a, b in spans]
        found += [(paper, t) for t in texts if not t.endswith("?") and len(t.split()) > 5]
    return found


FACING = dict(
    pair
    for a, b in [
        ("enhance", "reduce"), ("improve", "worsen"), ("limits", "widens"), ("more", "less"),
        ("challenging", "easy"), ("powerful", "feeble"), ("success", "failure"), ("large", "small"),
        ("strong", "weak"), ("human", "machine"), ("internal", "outward"), ("first", "last"),
        ("better", "worse"), ("beneficial", "harmful"), ("new", "old"), ("simple", "intricate"),
        ("rapidly", "slowly"), ("deep", "flat"), ("often", "seldom"), ("significant", "minor"),
    ]
    for pair in ((a, b), (b, a))
)  # fmt: skip


def things(text: str) -> list[str]:
    """Long words that mean something, of words of one root the first."""
    found: dict[str, str] = {}
    for word in re.findall(r"\b[a-z]{6,}\b", text):
        if word not in FUNCTION_WORDS:
            found.setdefault(word[:5], word)
    return list(found.values())


def flips(sentence: str, foreign: str) -> Iterator[str]:
    """The sentence with one fact changed: a negation, a number, a direction, a thing, two things swapped."""
    if found := re.search(r"\b(is|are|can|have|has|be|seeks|could|may)\b", sentence):
        yield f"{sentence[: found.end()]} not{sentence[found.end() :]}"
    if re.search(r"\bnot\b", sentence):
        yield re.sub(r"\s+not\b", "", sentence, count=1)
    if found := re.search(r"\b(?:two|three|\d+)\b", sentence):
        yield f"{sentence[: found.start()]}nine{sentence[found.end() :]}"
    for word in re.findall(r"[a-z]+", sentence):
        if word in FACING:
            yield re.sub(rf"\b{word}\b", FACING[word], sentence, count=1)
    long = things(sentence)
    if len(long) > 2:
        yield re.sub(rf"\b{long[-1]}\b", foreign, sentence, count=1)
        yield re.sub(rf"\b{long[0]}\b", foreign, sentence, count=1)
        a, b = long[0], long[-1]
        yield re.sub(rf"\b(?:{a}|{b})\b", lambda m: b if m.group() == a else a, sentence)


def test_no_flip_of_a_single_fact_is_confirmed(seeds) -> None:
    draw, verifier = random.Random(7), Verifier()
    rows = whole_sentences(seeds)
    words = sorted({word for _, text in rows for word in things(text)})
    made: list[tuple[Paper, str]] = []
    for paper, text in rows:
        foreign = draw.choice([w for w in words if w[:5] not in paper.text])
        made += [(paper, flip) for flip in flips(text, foreign) if flip != text]
    assert len(made) >= 300
    accepted = [flip for paper, flip in made if verifier.check(flip, [paper]).support in CONFIRMED]
    assert accepted == []


def test_word_salad_of_a_record_is_not_confirmed(seeds) -> None:
    draw, verifier = random.Random(7), Verifier()
    accepted = []
    for paper in read_path(seeds / "mechanistic_interpretability.txt").papers:
        words = paper.text.rstrip("…").split()[:-1]
        salad = " ".join(draw.sample(words, min(14, len(words)))).capitalize() + "."
        if verifier.check(salad, [paper]).support in CONFIRMED:
            accepted.append(salad)
    assert accepted == []
