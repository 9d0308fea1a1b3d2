"""Words of a question: those that say what is asked for, and those in which things are asked."""

from __future__ import annotations

from app.language.lexicon import lexicon
from app.language.text_classifier import shipped, tokens
from app.language.words import words

# More words than this of an earlier question drown those of a follow-up.
CARRIED_WORDS = 8
# English questions have a larger share of words of asking than this; shorter ones do not tell.
FOREIGN_SHARE, LEAST_WORDS = 0.25, 4
_ANAPHORS = frozenset("it its they them their those these ones both".split())


def telling_words(question: str) -> list[str]:
    """The words that say what is asked for, each once; not those in which things are asked."""
    asking = _form() | lexicon().reporting
    found = [w for w in words(question) if w.content and not w.number and w.lower not in asking]
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


def _form() -> frozenset[str]:
    """Words in which things are asked, whatever they are about."""
    return shipped("app.query", "intent").form
