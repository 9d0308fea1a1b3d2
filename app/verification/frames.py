"""Sentences about the list and about what is missing in it: two closed grammars.

"Three papers ..." must cite just so many; "The records do not say how ..." is true where no record has
the words of what is said to be missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.language.lexicon import lexicon
from app.language.words import Word, words
from ingest.paper import Paper

_PAPERS = r"(?:papers?|records?|studies|study|works?|articles?|entries|entry|titles?|abstracts?|summar(?:y|ies))"
_AT_LEAST = {"several": 2, "many": 2, "some": 2, "few": 2}
_COUNT = re.compile(
    rf"^(?:\W*\w+,\s+)?(?P<count>both|a\s+couple|[a-z]+|\d+)\s+(?:of\s+)?(?:(?:the|these|those|them|our)\b\s*)?"
    rf"(?:[\w-]+\s+){{0,2}}?(?:{_PAPERS}\b|(?<=of\sthem\s))",
    re.IGNORECASE,
)
_SAY = (
    r"(?:say|state|mention|specify|report|describe|tell|explain|give|contain|cover|discuss|address|indicate"
    r"|provide|name|include|answer|detail|list|go into|elaborate)s?"
)
_LIST = (
    rf"(?:{_PAPERS}|list|sources?|texts?)(?:\s+(?:in|of|on)\s+(?:this|the)\s+(?:reading\s+)?list)?"
)
_NOT = r"(?:\s*not|n['’]t)"
_DENIAL = re.compile(
    r"^(?:(?:however|but|unfortunately|sorry|also),?\s+)*(?:"
    rf"(?:(?:the|these|this|its|your|given|available|cited|provided)\s+){{0,2}}{_LIST}\s+"
    rf"(?:(?:(?:do|does){_NOT}|cannot|never)\s+(?:\w+ly\s+)?{_SAY}"
    r"|(?:contain|provide|give|make|offer|hold|have|has)s?\s+no)\b"
    rf"|(?:no|none of the(?:se)?)\s+(?:\w+\s+)?{_LIST}\s+(?:\w+ly\s+)?{_SAY}\b"
    r"|(?:it|this|that)\s+is\s+not\s+(?:stated|said|mentioned|reported|described|specified)\b"
    r"|there\s+(?:is|are)\s+no\s+(?:information|mention|records?|papers?|evidence|answer)\b"
    rf"|(?:i|we)\s+(?:(?:ca|could|do|did){_NOT}|cannot|can\s+not)\s+(?:find|see|answer|say|tell)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many papers a sentence speaks of: text[start:end] says at least or exactly `number`."""

    number: int
    exact: bool
    start: int
    end: int

    def fits(self, cited: int) -> bool:
        """Whether so many cited records are meant."""
        return cited == self.number if self.exact else cited >= self.number


def count_of_papers(sentence: str) -> Count | None:
    """The count of papers that a sentence begins with ("Yes, several papers", "Two of them"), if any."""
    match = _COUNT.search(sentence)
    if match is None:
        return None
    said = match["count"].lower()
    if said in _AT_LEAST:
        return Count(_AT_LEAST[said], False, *match.span())
    digits = "2" if said.startswith(("both", "a ")) else lexicon().numbers.get(said, said)
    return Count(int(digits), True, *match.span()) if digits.isdigit() else None


def is_denial(sentence: str) -> bool:
    """Whether a sentence says that the records do not say something."""
    return _DENIAL.search(sentence) is not None


def denied_though_there(sentence: str, records: Sequence[Paper]) -> Paper | None:
    """A record that has all the words of what a denial says is missing."""
    topic = {w.stem for w in words(_DENIAL.sub("", sentence)) if _tells(w)}
    if len(topic) < 2:
        return None
    return next((r for r in records if topic <= {w.stem for w in words(r.text)}), None)


def _tells(word: Word) -> bool:
    return word.content and word.lower not in lexicon().reporting
