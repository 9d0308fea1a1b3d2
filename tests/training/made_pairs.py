"""Made training pairs for the coverage model: sentences of a corpus, reworded fairly or falsified.

A fair rewording keeps what the sentence says (a lead-in, a clause left out, a phrase moved, a
synonym); a falsified one says something that the sentence does not (a word exchanged, a phrase
added, two sentences spliced). Negations, numbers and directions are left to the
contradiction checks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.language.lexicon import direction
from app.language.words import Word, words

_SYNONYMS = """
use employ utilise|show demonstrate reveal|important crucial essential key
method approach technique|large big sizeable|increase rise|decrease decline drop
improve enhance boost|reduce lower diminish|find discover identify|begin start|help aid
need require|many numerous|study investigate examine|cause trigger|fast quick rapid
change alter modify|create build construct|get obtain|understand grasp|main primary principal
result outcome finding|part portion|whole entire|same identical|often frequently|choose select
combine merge|measure quantify|compare contrast|predict forecast|detect spot|produce generate
several multiple various|different distinct|difficult hard|new novel|small little tiny
strong robust|allow permit enable|keep retain maintain|remove eliminate|suggest imply indicate
goal aim|evidence proof|role function|amount quantity|ability capacity
linked connected associated|role part|common widespread
"""
SYNONYMS: dict[str, tuple[str, ...]] = {
    word: tuple(other for other in line.split() if other != word)
    for line in _SYNONYMS.replace("\n", "|").split("|")
    for word in line.split()
}
_LEAD_INS = (
    "The authors show that ",
    "The study finds that ",
    "The paper reports that ",
    "It is shown that ",
    "According to the authors, ",
    "The researchers found that ",
    "This work demonstrates that ",
)
_SELF = re.compile(
    r"^(?:[A-Z]{4,}[A-Z ]*\s)?(?:here,?\s+)?"
    r"(?:we|our (?:results|findings|data)|these (?:results|findings|data))"
    r"[\w\s]{0,30}?\sthat\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"^(?P<body>.{40,}?\w),?\s+(?:and|but|which|while|whereas|suggesting)\s.{15,}$")
_MOVED = re.compile(
    r"^(?P<body>[^,]{30,}?)\s(?P<tail>(?:in|during|after|across|among|under)\s[^,]{8,50})\.$"
)
MIN_WORDS, MAX_WORDS = 8, 35


@dataclass(frozen=True, slots=True)
class MadePair:
    """A claim made from `evidence`; fair: whether the evidence still says it."""

    claim: str
    evidence: str
    fair: bool
    kind: str


def made_pairs(sentences: Sequence[str], count: int, seed: int = 0) -> Iterator[MadePair]:
    """`count` fair and as many falsified pairs from sentences of a corpus, the same for a seed."""
    pick = random.Random(seed)
    usable = [s for s in sentences if MIN_WORDS <= len(words(s)) <= MAX_WORDS]
    fair: tuple[tuple[str, Callable[..., str]], ...] = (
        ("clause", _shorten),
        ("moved", _move),
        ("synonym", _synonyms),
        ("synonym", _synonyms),
    )
    false: tuple[tuple[str, Callable[..., str]], ...] = (
        ("exchange", _exchange),
        ("exchange", _exchange),
        ("addition", _add),
        ("splice", _splice),
    )
    for sentence in pick.sample(usable, min(count, len(usable))):
        other = pick.choice(usable)
        base = _self_taken_off(sentence)
        kind, change = pick.choice(fair)
        text = change(base, other, pick)
        if pick.random() < 0.5:
            text = _shorten(text, other, pick)
        if pick.random() < 0.3:
            text = pick.choice(_LEAD_INS) + _lower_first(text)
        yield MadePair(text, sentence, True, kind)
        kind, change = pick.choice(false)
        falsified = change(pick.choice((base, text)), other, pick)
        yield MadePair(falsified, sentence, False, kind)


def _self_taken_off(sentence: str) -> str:
    text = _SELF.sub("", sentence)
    return text[0].upper() + text[1:]


def _lower_first(text: str) -> str:
    return text if text[1:2].isupper() else text[0].lower() + text[1:]


def _shorten(text: str, _other: str, _pick: random.Random) -> str:
    match = _TAIL.match(text)
    return match["body"] + "." if match else text


def _move(text: str, _other: str, _pick: random.Random) -> str:
    match = _MOVED.match(text)
    if not match:
        return text
    tail = match["tail"]
    return f"{tail[0].upper()}{tail[1:]}, {_lower_first(match['body'])}."


def _synonyms(text: str, _other: str, pick: random.Random) -> str:
    for word in reversed(words(text)):
        options = SYNONYMS.get(word.lower) or SYNONYMS.get(word.lower.rstrip("s"))
        if options and pick.random() < 0.7:
            text = text[: word.start] + pick.choice(options) + text[word.end :]
    return text


def _replaceable(text: str) -> list[Word]:
    return [
        w
        for w in words(text)
        if w.content and not w.number and not direction(w.lower) and len(w.text) > 3
    ]


def _exchange(text: str, other: str, pick: random.Random) -> str:
    """One or two content words become words of another sentence."""
    own, theirs = _replaceable(text), _replaceable(other)
    for word in sorted(
        pick.sample(own, min(pick.choice((1, 1, 2)), len(own))), key=lambda w: -w.start
    ):
        if theirs:
            text = text[: word.start] + pick.choice(theirs).text + text[word.end :]
    return text


def _add(text: str, other: str, pick: random.Random) -> str:
    """A phrase of another sentence is added at the end."""
    pieces = other.rstrip(".").split()
    length = pick.randint(3, 6)
    start = pick.randrange(max(len(pieces) - length, 1))
    link = pick.choice((" and ", " in ", " for ", " by "))
    return text.rstrip(".") + link + " ".join(pieces[start : start + length]) + "."


def _splice(text: str, other: str, _pick: random.Random) -> str:
    """The first half of one sentence with the second half of another."""
    ours, theirs = text.split(), other.split()
    return " ".join(ours[: len(ours) // 2] + theirs[len(theirs) // 2 :])
