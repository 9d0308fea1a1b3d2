"""Questions to begin with, made from whatever list is open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise

from ingest.paper import Paper
from ingest.sentences import sentence_spans
from ingest.text import STOP_WORDS

# Enough to see what a long list is about, few enough not to be felt at the start.
_LOOKED_AT = 2000
_TITLE_LENGTHS = range(15, 75)
_WORD = re.compile(r"[^\W\d_][\w-]*")


def example_questions(papers: Sequence[Paper]) -> list[str]:
    """Up to four questions that fit the list; none for an empty one."""
    looked_at = list(islice(papers, _LOOKED_AT))
    if not looked_at:
        return []
    questions = ["What are the main themes of this list?"]
    topic = common_phrase([paper.title for paper in looked_at])
    if topic:
        questions.append(f"Which papers are about {topic}?")
    title = _telling_title(looked_at)
    if title:
        questions.append(f"What does “{title}” find?")
    questions.append(f"How many papers mention {topic}?" if topic else "How many papers are there?")
    return questions


def common_phrase(titles: Sequence[str]) -> str:
    """The two-word phrase in the most titles, at least two; the first to appear wins a tie."""
    counts: Counter[str] = Counter()
    for title in titles:
        words = [word.lower() for word in _WORD.findall(title)]
        pairs = pairwise(words)
        phrases = (f"{a} {b}" for a, b in pairs if not {a, b} & STOP_WORDS and len(a) > 1 < len(b))
        counts.update(list(dict.fromkeys(phrases)))
    if not counts:
        return ""
    phrase, often = counts.most_common(1)[0]
    return phrase if often > 1 else ""


def _telling_title(papers: Sequence[Paper]) -> str:
    """A title of handy length, of the paper that says the most in the list."""
    handy = [p for p in papers if len(p.title) in _TITLE_LENGTHS and p.summary]
    if not handy:
        return ""
    return max(handy, key=lambda p: (len(sentence_spans(p.summary)), len(p.summary))).title
