"""Words of a question: those that say what is asked for, and those in which things are asked."""

from __future__ import annotations

from functools import lru_cache

from app.language.lexicon import lexicon
from app.language.text_classifier import shipped, tokens
from app.language.words import Word, words
from ingest.text import stem_words

# More words than this of an earlier question drown those of a follow-up.
CARRIED_WORDS = 8
# English questions have a larger share of words of asking than this; shorter ones do not tell.
FOREIGN_SHARE, LEAST_WORDS = 0.25, 4
# Stems of shorter words are those of too many others.
SHORT_WORD = 3
_ANAPHORS = frozenset("it its they them their those these ones both".split())


def telling_words(question: str) -> list[str]:
    """The words that say what is asked for, each once; not those in which things are asked."""
    found = [w for w in words(question) if w.content and not w.number and not _asks(w)]
    return list(dict.fromkeys(word.text for word in found))


def topic(question: str) -> str:
    """The words that say what a question is about, with what follows each ("sparse models")."""
    told = [w for w in words(question) if w.content and w.lower not in lexicon().reporting]
    topical = [word.lower not in _form() for word in told]
    pairs = zip(told, topical, [False, *topical], strict=False)
    kept = [word for word, here, before in pairs if here or before]
    return " ".join(dict.fromkeys(word.text for word in (kept or told)[:CARRIED_WORDS]))


def is_topical(question: str) -> bool:
    """Whether a question names a topic of its own."""
    return any(word.isalpha() and word not in _form() for word in tokens(question))


def has_anaphor(question: str) -> bool:
    """Whether a question holds a word that may stand for something said before."""
    return not _ANAPHORS.isdisjoint(tokens(question))


def is_foreign(question: str) -> bool:
    """Whether hardly a word is one in which English questions are asked."""
    found = tokens(question)
    known = [word for word in found if word in _form()]
    return len(found) >= LEAST_WORDS and len(known) <= FOREIGN_SHARE * len(found)


def _asks(word: Word) -> bool:
    """Whether a word, in any of its forms, is one in which things are asked."""
    return word.lower in _form() or word.lower in lexicon().reporting or word.stem in _form_stems()


@lru_cache(maxsize=1)
def _form_stems() -> frozenset[str]:
    return frozenset(stem_words([word for word in _form() if len(word) > SHORT_WORD]))


def _form() -> frozenset[str]:
    """Words in which things are asked, whatever they are about."""
    return shipped("app.query", "intent").form
