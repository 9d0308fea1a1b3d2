"""A list question that the grammar does not read whole, by its topics and what is set aside.

Only what is closed in English is known here: how something is set aside, counted, or said to be
mentioned. What stands beside it are the topics, told by the words of the list itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from app.language.words import Word, words
from app.listing import ListQuery
from app.listing.concept import Names, concept
from app.listing.frame import Mode
from app.listing.query import All, AnyOf, Condition, Not, joined
from app.listing.words import EITHER
from app.query.words import is_topic_word

_NOUN = (
    r"(?:papers?|ones|entries|entry|works?|articles?|titles?|stud(?:y|ies)|everything|anything|list"
    r"|candidates|abstracts?)"
)
_ASIDE = re.compile(
    r"\b(?:(?:but|and) (?:not|no|nothing|never|skip)|except(?: for)?|exclud\w+|minus"
    r"|(?:leav|keep|tak)(?:e|ing)? (?:out|aside)|(?:set|put)(?:ting)? aside|other than|apart from|aside from"
    r"|unrelated to|nothing to do with|no mention of|free of|steer clear of"
    r"|(?:ignor\w+|skip(?:ping)?|drop(?:ping)?) (?:the|those|all|any)|not (?:about|on|those|the ones)"
    r"|(?:that|which|who|but|and) (?:do|does|did|is|are)(?:n['’]?t| not)"
    r"|without (?:any |the )?(?:ones?|papers?|works?|mention\w*|touch\w*|talk\w*|discuss\w*|bring\w*))\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\b(?:how many|(?:the|what) number of|^count|^total(?: of)?|more than one) (?:\w+ ){{0,2}}?"
    rf"(?:{_NOUN}|of (?:them|these|those))\b|\b(?:only|just) (?:a single )?one\b",
    re.IGNORECASE,
)
_COUNTING = re.compile(r"\b(?:how many|number|count|tally|total|figure)\b", re.IGNORECASE)
_MENTION = re.compile(
    r"\b(?:mention\w*|(?:the|that|this) (?:word|term|phrase)|com(?:es?|ing) up)\b", re.IGNORECASE
)
_PAPERS = re.compile(rf"\b(?:{_NOUN}|what (?:do|have) (?:i|we|you))\b", re.IGNORECASE)
_PAUSE = re.compile(r"[,.;:?!]")

# So few words that set something aside are a list of topics ("circuits, without grokking").
SHORT = 8
# In how many records a phrase stands.
Count = Callable[[Condition], int]


def loose_list(text: str, names: Names, count: Count, *, sure: bool = False) -> ListQuery | None:
    """What is listed or counted, or None where nothing says that something is, or no topic is known.

    sure: whether it is known that papers are to be listed or counted.
    """
    aside, counted, mention = (cue.search(text) for cue in (_ASIDE, _COUNT, _MENTION))
    if not (_PAPERS.search(text) or counted or (aside and len(words(text)) <= SHORT)):
        return None
    told = aside or counted or mention
    if not told and not sure:
        return None
    counted = counted or (_COUNTING.search(text) if sure else None)
    left = (0, 0)
    if aside:
        pause = _PAUSE.search(text, aside.end())
        left = (aside.end(), pause.start() if pause else len(text))
    wanted: list[Condition] = []
    unwanted: list[Condition] = []
    for start, run in _phrases(text, [cue.span() for cue in (aside, counted, mention) if cue]):
        condition, left_over = _known(run, names, count)
        if condition:
            (unwanted if left[0] <= start < left[1] else wanted).append(condition)
        if left_over and not told:
            return None
    if not wanted or (aside and not unwanted):
        return None
    kept = [Not(joined(AnyOf, unwanted))] if unwanted else []
    mode: Mode = "count" if counted else "list"
    return ListQuery(joined(All, [*wanted, *kept]), mode, literal=False)


def _known(run: list[str], names: Names, count: Count) -> tuple[Condition | None, int]:
    """The longest part of a run of words that some record has, and how many words are left over."""
    for size in range(len(run), 0, -1):
        for start in range(len(run) - size, -1, -1):
            phrase = " ".join(run[start : start + size])
            condition = concept(phrase, names(phrase), EITHER, "anywhere")
            if count(condition):
                return condition, len(run) - size
    return None, len(run)


def _phrases(text: str, cues: list[tuple[int, int]]) -> list[tuple[int, list[str]]]:
    """Runs of neighbouring topic words outside the cues, with where they start."""
    told = [
        word
        for word in words(text)
        if is_topic_word(word) and not any(a <= word.start < b for a, b in cues)
    ]
    runs: list[list[Word]] = [told[:1]] if told else []
    for before, word in pairwise(told):
        if re.fullmatch(r"[\s-]+(?:of\s+)?", text[before.end : word.start]):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [(run[0].start, [word.text for word in run]) for run in runs]
