"""Words of a question: those that say what is asked for, and those in which things are asked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from app.language.lexicon import lexicon
from app.language.text_classifier import shipped, tokens
from app.language.words import Word, words
from ingest.index.lexical import analyse
from ingest.text import stem_words

if TYPE_CHECKING:
    from ingest.paper import Paper

# More words than this of an earlier question drown those of a follow-up.
CARRIED_WORDS = 8
# Stems of shorter words are those of too many others.
SHORT_WORD = 3
_ANAPHORS = frozenset("it its they them their those these ones both".split())
# "the mirage paper", "the one on long contexts"; not "the other one".
_PAPER = "one|paper|study|article|work|survey"
_DESCRIPTION = re.compile(
    rf"\b(?:the|that|this)\s+(?:(?:{_PAPER})\s+(?:about|on|with|of|from|that|which|where|in)\s+"
    rf"([^,;:.?!]+)|((?:[\w'’-]+\s+){{1,4}}?)(?:{_PAPER})\b)",
    re.IGNORECASE,
)


def telling_words(question: str) -> list[str]:
    """The words that say what is asked for, each once; not those in which things are asked."""
    found = [w for w in words(question) if w.content and not w.number and not _asks(w)]
    return list(dict.fromkeys(word.text for word in found))


def names(question: str, paper: Paper) -> bool:
    """Whether a question picks out a paper by words of its title ("In the smart isolation paper ...")."""
    return not set(analyse(described(question))).isdisjoint(analyse(paper.title))


def topic_words(question: str) -> list[str]:
    """The words that name a topic; unlike `telling_words`, "reasoning" beside the asking word "reason"."""
    return [word.text for word in words(question) if is_topic_word(word)]


def is_topic_word(word: Word) -> bool:
    """Whether a word names a topic: none in which things are asked, as it stands or in the plural."""
    forms = (word.lower, word.lower.removesuffix("s"))
    named = word.content and not word.number
    return named and (asking_words() | lexicon().reporting).isdisjoint(forms)


def described(question: str) -> str:
    """The words by which a question picks out one paper ("the one about evaluations"), "" for none."""
    for match in _DESCRIPTION.finditer(question):
        words = " ".join(telling_words(match[1] or match[2]))
        if words:
            return words
    return ""


def before_description(question: str) -> str:
    """What stands before the words that pick out a paper; all of a question without any."""
    found = _DESCRIPTION.search(question)
    return question[: found.start()] if found else question


def topic(question: str) -> str:
    """The words that say what a question is about, with what follows each ("sparse models")."""
    told = [w for w in words(question) if w.content and w.lower not in lexicon().reporting]
    topical = [word.lower not in asking_words() for word in told]
    pairs = zip(told, topical, [False, *topical], strict=False)
    kept = [word for word, here, before in pairs if here or before]
    return " ".join(dict.fromkeys(word.text for word in (kept or told)[:CARRIED_WORDS]))


def is_topical(question: str) -> bool:
    """Whether a question names a topic of its own."""
    return any(word.isalpha() and word not in asking_words() for word in tokens(question))


def has_anaphor(question: str) -> bool:
    """Whether a question holds a word that may stand for something said before."""
    return not _ANAPHORS.isdisjoint(tokens(question))


def _asks(word: Word) -> bool:
    """Whether a word, in any of its forms, is one in which things are asked."""
    return (
        word.lower in asking_words()
        or word.lower in lexicon().reporting
        or word.stem in _asking_stems()
    )


@lru_cache(maxsize=1)
def _asking_stems() -> frozenset[str]:
    return frozenset(stem_words([word for word in asking_words() if len(word) > SHORT_WORD]))


def asking_words() -> frozenset[str]:
    """Words in which things are asked, whatever they are about."""
    return shipped("app.query", "reference").form
