"""Shorter ways to say one sentence of a record with its meaning kept: options for a small model.

Deletion-based sentence compression (Clarke & Lapata 2008) with few, safe deletions: an opening such
as "In this paper,", remarks in parentheses, trailing clauses that only add. Conditions, exceptions
and contrasts that narrow a claim stay. "We" becomes "the authors". Nothing is added and no word
moves, so a model that picks one of them cannot say what the record does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_WORDS = 5
# A sentence that breaks off says something from this length on.
MIN_CUT_OFF_WORDS = 9
MAX_OPTIONS = 12

_OPENING = re.compile(
    r"^(?:(?:in|with|through|throughout) (?:this|the present) "
    r"(?:paper|work|study|article|post|report|thesis|survey|chapter|note)"
    r"|here|however|moreover|furthermore|in particular|indeed|specifically|thus|therefore|hence"
    r"|additionally|notably|in addition|to this end|in summary|in short|overall|finally)\s*,\s+"
    r"|^here (?=we\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*\([^()]*\)")
# Where a clause begins that adds to the sentence without narrowing what was said before it.
_ADDS = re.compile(
    r"(?:,|;|\s[-–—]|—)\s*(?=(?:which|where|who|whose|whereas|while|yet|suggesting|showing"
    r"|indicating|demonstrating|revealing|highlighting|enabling|making|leading|resulting|offering"
    r"|providing|proposing|achieving|including|such as)\b)|;\s+"
)
# Taking these away would make a claim wider than it was.
_NARROWS = re.compile(
    r"\b(?:if|unless|except|only|provided|without|assuming|at least|at most|until)\b", re.IGNORECASE
)
_CUT_OFF = re.compile(r"(?P<word>\s*\S*?)(?:…|\.\.\.)\s*$")
_ENDED = re.compile(r"[.!…][\"”’)]?$")
_FIRST_PERSON = re.compile(r"\b(?:we|us|our|ours|ourselves)\b", re.IGNORECASE)
# "We find", "In this paper, we find", "Our results": the authors; "how we use computers": everyone.
_AUTHORS = re.compile(r"(?:[^,]{0,80},\s+|here\s+)?(?:we|our)\b", re.IGNORECASE)
_THIRD = {"we": "they", "us": "them", "our": "their", "ours": "theirs", "ourselves": "themselves"}
# A heading that runs into its paragraph: "Results We find that ...".
_MISSED_START = re.compile(r"^[^.!?]*?\s(?=(?:We|Our)\s)")
_FRAGMENT = re.compile(r"(?!we\b|our\b)[a-z]")
_DANGLING = re.compile(
    r"(?:[\s,;:–—-]|\b(?:and|or|but|of|in|on|to|the|a|an|by|with|for|from|that|which|as|at|between"
    r"|within|into|is|are|was|were|be|than|their|its)\b)+$"
)
_QUOTED = re.compile(r"[\"“‘][^\"”’]*[\"”’]")
_CONTRACTED = re.compile(r"\b(?:we|let)['’]\w+|\b(?:I|my|me)\b", re.IGNORECASE)


def compressions(sentence: str) -> list[str]:
    """Ways to say a sentence, the fullest first; empty where it is better quoted as it stands.

    Questions, sentences with few words and those of one first person are quoted.
    """
    text = _MISSED_START.sub("", " ".join(sentence.split()), count=1)
    if text.endswith("?") or _CONTRACTED.search(text) or _FRAGMENT.match(text):
        return []
    if _FIRST_PERSON.search(text) and not _AUTHORS.match(text):
        return []
    if any(_FIRST_PERSON.search(quoted) for quoted in _QUOTED.findall(text)):
        return []
    found = dict.fromkeys(
        _finish(part) for start in _starts(text) for part in _ends(start) for part in _asides(part)
    )
    return [option for option in found if _says_something(option)][:MAX_OPTIONS]


def _says_something(option: str) -> bool:
    least = MIN_CUT_OFF_WORDS if option.endswith("…") else MIN_WORDS
    return len(option.split()) >= least


def _starts(text: str) -> Iterator[str]:
    yield text
    shorter = _OPENING.sub("", text, count=1)
    if shorter != text:
        yield shorter


def _ends(text: str) -> Iterator[str]:
    """The text whole, or up to where an additional clause begins."""
    cut = _CUT_OFF.search(text)
    # A word that runs into the ellipsis was cut within it.
    whole = text[: cut.start()].rstrip() if cut else text.rstrip(" .!")
    yield f"{_DANGLING.sub('', whole)}…" if cut else whole
    for match in _ADDS.finditer(whole):
        left, taken = whole[: match.start()], whole[match.end() :]
        if not _NARROWS.search(taken) and _balanced(left):
            yield left


def _asides(text: str) -> Iterator[str]:
    yield text
    shorter = _ASIDE.sub("", text)
    if shorter != text:
        yield shorter


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("“") == text.count("”")


def _finish(text: str) -> str:
    """Third person, a capital in front, a full stop or an ellipsis at the end."""
    names = iter(("the authors",))

    def third(match: re.Match[str]) -> str:
        word = match.group().lower()
        return next(names, "they") if word == "we" else _THIRD[word]

    told = _FIRST_PERSON.sub(third, text.rstrip(" ,;:-–—"))
    ended = told if _ENDED.search(told) else f"{told}."
    return ended[:1].upper() + ended[1:]
