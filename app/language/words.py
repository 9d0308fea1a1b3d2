"""Words of a sentence as they are compared: folded, with stem, number and unit, and whether a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from app.language.lexicon import lexicon
from ingest.text import FUNCTION_WORDS, stem_words

_WORD = re.compile(
    r"(?P<number>\d+(?:[.,:]\d+)*)(?:[^\W\d_]+\d*)?|[^\W\d_]+(?:\d+[^\W_]*)?(?:['’][^\W\d_]+)?",
)
_OPENING, _ENDING = ('"', "“", "(", "["), (".", "!", "?", ":")
# Words without digits, and with them, where nothing else counts.
LETTERS = re.compile(r"[^\W\d_]+")
ALPHANUMERIC = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: text[start:end] of the sentence it was cut from.

    number: the value in plain digits ("1000", "4.5", "3" for "three"), "" for other words. unit:
    "%" or "x" for percentages and factors, else "". name: written as a name, an acronym or a code
    (capital not at a sentence's start, or digits in it).
    """

    text: str
    start: int
    end: int
    lower: str
    stem: str
    number: str
    unit: str
    name: bool
    content: bool


@lru_cache(maxsize=512)
def words(text: str) -> tuple[Word, ...]:
    """The words of `text` in order; hyphens separate ("chain-of-thought" is three words).

    One question is read by several gates, so the last texts are remembered.
    """
    return tuple([_word(text, match) for match in _WORD.finditer(text)])


def _word(text: str, match: re.Match[str]) -> Word:
    raw = match.group()
    lower = fold(raw)
    number, unit = _number(text, match, lower)
    before = text[max(0, match.start() - 3) : match.start()]
    said, gap = before.rstrip(), before[-1:].isspace()
    at_start = not before or said.endswith(_OPENING) or (gap and said.endswith(_ENDING))
    return Word(
        text=raw,
        start=match.start(),
        end=match.end(),
        lower=lower,
        stem=stem(lower),
        number=number,
        unit=unit,
        name=_is_name(raw, at_start),
        content=lower not in FUNCTION_WORDS,
    )


def _number(text: str, match: re.Match[str], lower: str) -> tuple[str, str]:
    if lower in lexicon().numbers:
        return lexicon().numbers[lower], ""
    written = match["number"]
    if not written:
        return "", ""
    rest = match.group().removeprefix(written).lower()
    value = re.sub(r",(?=\d{3}(?:\D|$))", "", written).replace(",", ".")
    if "." in value:
        value = value.rstrip("0").rstrip(".")
    after = text[match.end() : match.end() + 9].lower()
    if after.lstrip()[:1] == "%" or after.lstrip().startswith("percent"):
        return value, "%"
    if rest in ("x", "×") or after[:1] == "×":
        return value, "x"
    return value + rest, ""


def _is_name(raw: str, at_start: bool) -> bool:
    letters = [*filter(str.isalpha, raw)]
    if not letters:
        return False
    if any(map(str.isdigit, raw)) or sum(map(str.isupper, letters)) > 1:
        return True
    return letters[0].isupper() and not at_start


def fold(word: str) -> str:
    """Lower case, accents and curly quotes made plain."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join([c for c in plain if not unicodedata.combining(c)]).lower()


@lru_cache(maxsize=65536)
def stem(lower: str) -> str:
    """Snowball English stem of a folded word (Porter 2001)."""
    return stem_words((lower,))[0]
