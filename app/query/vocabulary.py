"""The words of one list: what is misspelt, what an abbreviation stands for, which topics few papers have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from app.language.abbreviations import is_short, mine, singular, spells, undefined
from app.language.foreign import is_foreign
from app.language.lexicon import direction
from app.language.spelling import Speller
from app.language.text_classifier import shipped
from app.language.words import LETTERS, words
from app.query.words import asking_words, telling_words
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from ingest.index.lexical import BM25Index
    from ingest.paper import Paper

# A topic is narrow that at most this share of the list has.
NARROW_SHARE = 0.1
# Shorter abbreviations are words ("as") unless they are written in capitals.
SHORTEST_SPELT = 3
# In a longer list nearly every slip is near some word, and reading all of it would delay the start.
SPELT_BY = 5_000


class Vocabulary:
    """Reads the list when it is first asked; the same list gives the same answers."""

    def __init__(
        self,
        papers: Callable[[], Sequence[Paper]],
        lexical: BM25Index,
        search: Callable[[str], Sequence[Paper]],
    ) -> None:
        """papers: all of them. lexical: the index of their words. search: the best for some words."""
        self._papers = papers
        self._lexical = lexical
        self._search = search
        self._undefined: dict[str, str] = {}

    def corrected(self, text: str) -> str:
        """The text with its misspelt words put right by the words of the list."""
        return text if is_foreign(text) else self._speller.corrected(text)

    def spelt_out(self, text: str) -> str:
        """The text with what its abbreviations stand for, where the records tell it."""
        known = text.lower()
        found = dict.fromkeys(self.long_form(word.text) for word in words(text) if word.content)
        told = "; ".join(long for long in found if long and long not in known)
        return f"{text} ({told})" if told else text

    def is_narrow(self, question: str) -> bool:
        """Whether a question names a topic that some papers of the list have, but few."""
        # What is small talk elsewhere ("story", "code") is hardly the topic of a question.
        small = shipped("app.query", "intent").form
        topics = [word for word in telling_words(question) if word.lower() not in small]
        found = [n for word in topics if (n := self._lexical.texts_with(word))]
        return bool(found) and min(found) <= NARROW_SHARE * len(self._lexical)

    def long_form(self, word: str) -> str:
        """What an abbreviation stands for in the records, "" for any other word."""
        short = singular(word)
        frequent = self._lexical.texts_with(short) > NARROW_SHARE * len(self._lexical)
        # What many papers use as it is ("LLM") would only drown the question.
        if frequent or (len(short) < SHORTEST_SPELT and not is_short(short)):
            return ""
        if (long := self._glossary.get(short.lower(), "")) or not is_short(short):
            return long
        if short not in self._undefined:
            texts = (paper.text for paper in self._search(short))
            self._undefined[short] = undefined(short, (text for text in texts if short in text))
        return self._undefined[short]

    def names(self, phrase: str) -> list[str]:
        """Other names of a phrase in the records: what it is short for, and what is short for it.

        What is only a size of something else that has a name is that, too: papers on large language models
        are papers on language models.
        """
        # "saes" is as good as "SAEs".
        written = (singular(phrase), phrase.upper(), phrase.upper().removesuffix("S"))
        known = (w for w in written if w.lower() in self._glossary or w in self._undefined_shorts)
        short = next(known, singular(phrase))
        long = self._glossary.get(short.lower(), "") or self.long_form(short)
        first, _, rest = long.partition(" ")
        wider = rest if direction(first) and rest in self._glossary.values() else ""
        found = [name for name in (long, wider) if name]
        for name in [*found, phrase]:
            said = words(name)
            stems = f" {' '.join(word.stem for word in said)} "
            # A single word is part of too many names.
            if len(said) > 1:
                found += [short for short, long in self._stemmed_glossary if stems in long]
                lower = [word.lower for word in said]
                found += [s for s in self._undefined_shorts if spells(s.lower(), lower)]
        return [name for name in dict.fromkeys(found) if name.lower() != short.lower()]

    @cached_property
    def _stemmed_glossary(self) -> list[tuple[str, str]]:
        """Short forms, and the stems of what they stand for between blanks."""
        return [
            (short.upper(), f" {' '.join(word.stem for word in words(long))} ")
            for short, long in self._glossary.items()
        ]

    @cached_property
    def _undefined_shorts(self) -> set[str]:
        """What is written as a short form and nowhere defined."""
        found = {
            singular(w) for p in self._papers() for w in LETTERS.findall(p.text) if is_short(w)
        }
        return {short for short in found if short.lower() not in self._glossary}

    @cached_property
    def _glossary(self) -> dict[str, str]:
        return mine(paper.text for paper in self._papers())

    @cached_property
    def _speller(self) -> Speller:
        def is_word(word: str) -> bool:
            known = shared_encoder().tokenizer.token_to_id(word) is not None
            return known or not self._lexical.strangeness(word)

        few = len(self._lexical) <= SPELT_BY
        texts = (paper.text for paper in self._papers()) if few else ()
        return Speller(texts, is_word, asking_words())
