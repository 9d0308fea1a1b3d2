"""Text that is safe to store, to send and to show; the words that carry no topic; stems.

One definition for the whole project: what a record may hold, what a question may hold and what is
put into a prompt or a page is cleaned here and nowhere else.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from typing import Any

# What reorders or hides text: soft hyphen, bidirectional controls, zero-width space, word joiner,
# byte order mark; hieroglyph, shorthand, musical, interlinear and tag controls, the variation
# selectors that no script needs; and what means nothing outside one font: private use.
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ue000-\uf8ff\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
_HIDDEN = re.compile(
    # The joiners that scripts and emoji need stay where they join such characters.
    rf"[{_INVISIBLE}]|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\u200c\u200d])"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Everything that `clean_text` changes: most texts hold none of it, and one search is cheapest.
_ODD = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200c\u200d\u2028\u2029\ud800-\udfff{_INVISIBLE}]")
# Variation selectors, which count as printable.
_LAST = re.compile("[\U000e0000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\u0085|\u2028|\u2029")

# Lucene's English stop words and the question words that carry no topic: left out of every index.
_STOP_WORDS = """
a an and are as at be been but by can could did do does for from had has have how i if in
into is it its no not of on or our should so such than that the their them then there
these they this those to was we were what when where whether which while who whom whose
why will with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# What, besides, says nothing by itself where two sentences are compared.
_FUNCTION_WORDS = """
theirs he she his her hers us ours my me here nor yet because since although though unless until
onto over under about between among through during before after via per within across against upon
off out up down being am done doing having may might must shall also both either each other own same
too very just only even still already thus hence therefore however moreover furthermore s t d ll re
ve don doesn didn isn aren wasn weren won wouldn shouldn can't cannot don't doesn't didn't isn't
aren't wasn't weren't won't any some one ones many much more most less least few
"""
FUNCTION_WORDS = STOP_WORDS | frozenset(_FUNCTION_WORDS.split())

_local = threading.local()


def clean_text(text: str) -> str:
    """The text without control, bidirectional and hidden characters, with one kind of line end.

    Line ends and tabs stay; any other control character becomes a space, a broken code point
    U+FFFD. Cleaning twice changes nothing more.
    """
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    # Nearly all text is printable, which is quickest to see; of what is odd, only `_LAST` is.
    if all(map(str.isprintable, text.split("\n"))) and (text.isascii() or not _LAST.search(text)):
        return text
    if _ODD.search(text) is None:
        return text
    text = _LINE_END.sub("\n", text)
    text = _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text))
    while (cleaned := _HIDDEN.sub("", text)) != text:
        text = cleaned
    return text


def lines_of(text: str) -> Iterator[str]:
    """The lines of a clean text one by one: of a large file, a list of all takes as much again."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def clean_field(text: str) -> str:
    """One line: clean, white space runs as one space, none at the ends."""
    return " ".join(clean_text(text).split())


def counted(number: int, noun: str) -> str:
    """Such as "1 paper" and "1,200 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def stem_words(words: Iterable[str]) -> list[str]:
    """Snowball English stems (Porter 2001) of words in lower case, in order."""
    # One a thread: Snowball's object keeps its working buffer between calls.
    stemmer: Any = getattr(_local, "stemmer", None)
    if stemmer is None:
        import Stemmer

        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    stems: list[str] = stemmer.stemWords(list(words))
    return stems
