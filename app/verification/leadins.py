"""Lead-ins of a sentence: 'From "TITLE":', 'The paper "TITLE" reports that', 'We show that'.

A lead-in that names a paper is checked against the record's title and taken off; the rest is the
claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.paper import normalise_title

_QUOTED = r"[\"“«](?P<title>[^\"”»]{3,300})[\"”»]"
_SAYS = (
    r"(?:reports?|shows?|finds?|found|argues?|states?|says?|suggests?|demonstrates?|notes?|concludes?|"
    r"reveals?|observes?|explains?|claims?|writes?|indicates?|proposes?|establish(?:es)?)"
)
_AUTHORS = (
    r"(?:we|they|the\s+(?:authors?|researchers?|(?:paper|study|work|article|abstract|record|summary)(?:'s\s+authors)?)"
    r"|this\s+(?:paper|study|work|article|record)|authors?|researchers?)"
)
_PLAIN = re.compile(
    rf"^(?:according\s+to\s+{_AUTHORS}\s*[,:]\s*|{_AUTHORS}\s+(?:also\s+)?{_SAYS}\s+that\s+"
    rf"|it\s+is\s+(?:shown|reported|found|argued|suggested)\s+that\s+)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"^(?P<front>(?:(?:from|in|according\s+to)\s+)?(?:the\s+(?:paper|study|article|work|record)\s+)?"
    rf"(?:titled\s+)?){_QUOTED}\s*(?P<says>[,:–—-]\s*|{_SAYS}\s+that\s+)?"
    rf"(?:{_AUTHORS}\s+{_SAYS}\s+that\s+)?",
    re.IGNORECASE,
)
# From this share of common words on two titles are the same, written sloppily; a title in another
# of at least so many letters is the same with its subtitle left out.
MIN_SHARED_WORDS = 0.8
MIN_TITLE_LETTERS = 13


@dataclass(frozen=True, slots=True)
class LeadIn:
    """claim: the sentence without its lead-in; title: the paper that the lead-in names, or ""."""

    claim: str
    title: str = ""


def strip_lead_in(sentence: str, titles: list[str]) -> LeadIn:
    """Takes lead-ins off the front; a bare title in front counts if it is one of `titles`."""
    text = sentence.strip()
    named = ""
    if (match := _TITLED.match(text)) and _is_lead_in(match, titles):
        named, text = match["title"], text[match.end() :]
    else:
        for title in titles:
            bare = re.match(
                rf"(?:from\s+|in\s+|the\s+(?:paper|study)\s+)?{re.escape(title)}\s*(?:[:,–—]\s+|{_SAYS}\s+that\s+)",
                text,
                re.IGNORECASE,
            )
            if bare and bare.end() < len(text):
                named, text = title, text[bare.end() :]
                break
    text = _PLAIN.sub("", text)
    return LeadIn(text.strip(), named)


def _is_lead_in(match: re.Match[str], titles: list[str]) -> bool:
    """A quotation in front is a lead-in if words around it say so, or if it is a known title."""
    rest = match.string[match.end() :]
    if not any(c.isalnum() for c in rest):
        return False
    announced = bool(match["front"] or match["says"])
    return announced or any(same_title(match["title"], title) for title in titles)


def same_title(a: str, b: str) -> bool:
    """Whether two titles agree up to case, punctuation and a left-out subtitle."""
    left, right = normalise_title(a), normalise_title(b)
    if not left or not right:
        return False
    short, long = sorted((left, right), key=len)
    if left == right or (len(short) >= MIN_TITLE_LETTERS and short in long):
        return True
    x, y = set(left.split()), set(right.split())
    return len(x & y) / len(x | y) >= MIN_SHARED_WORDS
