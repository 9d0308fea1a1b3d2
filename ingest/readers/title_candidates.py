"""Where the title of an entry could end: the candidates that the scored model chooses from.

An entry is a title and, mostly, a summary that runs on without a separator. The boundary then sits
where two tokens are glued together; in other lists there is a separator, or no summary at all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import ingest

END, NEWLINE, TAB, COLON, DASH, PIPE, STOP, URL, SPACE = (
    "end", "newline", "tab", "colon", "dash", "pipe", "stop", "url", "space",
)  # fmt: skip
GLUE_UPPER, GLUE_ACRONYM, GLUE_OPEN, GLUE_DIGIT, GLUE_LOWER, GLUE_PUNCT = (
    "glue-upper", "glue-acronym", "glue-open", "glue-digit", "glue-lower", "glue-punct",
)  # fmt: skip
KINDS = (
    END, NEWLINE, TAB, COLON, DASH, PIPE, STOP, URL, SPACE,
    GLUE_UPPER, GLUE_ACRONYM, GLUE_OPEN, GLUE_DIGIT, GLUE_LOWER, GLUE_PUNCT,
)  # fmt: skip

# A title beyond this is not looked for: longer ones are one in 100,000 in arXiv's metadata.
MAX_TITLE = 320
MIN_TITLE = 3
MIN_PIECE = 2
MIN_STEM = 3
MAX_WORD = 60
WORDS_FILE = "scholarly_words.txt"

_SEPARATORS = (
    (NEWLINE, re.compile(r"[ \t]*\n\s*(?!https?://)")),
    (TAB, re.compile(r" *\t\s*(?!https?://)")),
    (COLON, re.compile(r":[ \t]+")),
    (DASH, re.compile(r"[ \t]+[-–—]{1,2}[ \t]+|—(?=\w)")),
    (PIPE, re.compile(r"[ \t]*\|{1,2}[ \t]*")),
    # In front of a dash, a bar or an address, those are the separator.
    (STOP, re.compile(r"(?:\.|(?<=[?!]))[ \t]+(?![-–—|\s(<]*https?://|[-–—|])")),
    (URL, re.compile(r"[\s(<\[]*https?://[^\s<>\])]+[)>\]]*[\s:.,;–—-]*")),
)
_SPACE = re.compile(r"(?<=[^\s\-:,;(\[“‘])[ \u00a0]+(?=[^\W\d_a-z]|[“\"\[(])")
_IMAGE = re.compile(r"!\[[^\]]*\]\(")
_TOKEN = re.compile(r"\S+")
_WHOLE = re.compile(r"[^\W\d_]?[a-z]+,?")
_LETTERS = re.compile(r"[^\W\d_]+")
_OPENERS = frozenset('“‘"([<«*#')
_CLOSERS = frozenset('.?!)]}”’"…»:;%')


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible boundary: the title is entry[:end], the summary entry[start:]."""

    end: int
    start: int
    kind: str


def wordpiece_words() -> frozenset[str]:
    """Whole words of the packaged WordPiece vocabulary, lower case."""
    data = resources.files(ingest).joinpath("data", "tokenizer.json").read_text("utf-8")
    return frozenset(word for word in json.loads(data)["model"]["vocab"] if word.isalpha())


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Whole words, lower case: of the WordPiece vocabulary and of scholarly abstracts."""
    scholarly = resources.files(ingest).joinpath("data", WORDS_FILE).read_text("utf-8")
    return wordpiece_words() | frozenset(scholarly.split())


def is_known(word: str) -> bool:
    """Whether a word, or what it is the plural of, is in the word list."""
    lower = word.lower()
    words = known_words()
    return lower in words or (len(lower) > MIN_STEM and lower[-1] == "s" and lower[:-1] in words)


def candidates(entry: str) -> list[Candidate]:
    """Every possible boundary of an entry (stripped of white space), in order; END is last."""
    head = entry[:MAX_TITLE]
    found: dict[tuple[int, int], Candidate] = {}
    for kind, pattern in _SEPARATORS:
        for match in pattern.finditer(head):
            _add(found, entry, Candidate(match.start(), match.end(), kind))
    for match in _SPACE.finditer(head):
        _add(found, entry, Candidate(match.start(), match.end(), SPACE))
    for token in _TOKEN.finditer(head):
        for position, kind in _glues(token.group()):
            at = token.start() + position
            _add(found, entry, Candidate(at, at, kind))
    ordered = sorted(found.values(), key=lambda c: (c.start, c.end))
    ordered.append(Candidate(len(entry), len(entry), END))
    return ordered


def _add(found: dict[tuple[int, int], Candidate], entry: str, candidate: Candidate) -> None:
    is_last = candidate.start >= len(entry) and candidate.kind != URL
    if candidate.end < MIN_TITLE or is_last:
        return
    # Two kinds at one place (a stop and a space): the more explicit came first.
    if any(start == candidate.start for _, start in found):
        return
    found[(candidate.end, candidate.start)] = candidate


def _glues(token: str) -> list[tuple[int, str]]:
    """Positions inside a token at which two words may have been run together."""
    if _WHOLE.fullmatch(token) and is_known(token.rstrip(",")):
        return []
    found = []
    for i in range(1, len(token)):
        kind = _glue_kind(token, i)
        if kind:
            found.append((i, kind))
    return found + [(i, GLUE_LOWER) for i in _glued_words(token)]


def _glue_kind(token: str, i: int) -> str | None:
    before, after = token[i - 1], token[i]
    if _opens(token, i):
        return None if _opens(token, i - 1) or before in "-/]" else GLUE_OPEN
    if before in _CLOSERS and after.isalnum():
        return GLUE_PUNCT
    if after.isdigit():
        return GLUE_DIGIT if before.isalpha() else None
    if not after.isupper():
        return None
    if before.islower() or before.isdigit():
        return GLUE_UPPER
    following = token[i + 1 : i + 2]
    return GLUE_ACRONYM if before.isupper() and (not following or following.islower()) else None


def _opens(token: str, i: int) -> bool:
    """Whether a quotation, a bracket or an embedded image starts at a position."""
    if token[i] == "!":
        return bool(_IMAGE.match(token, i))
    # An apostrophe opens only in front of a capital: "systems'Recent work", but not "Bloom's".
    return token[i] in _OPENERS or (token[i] == "'" and token[i + 1 : i + 2].isupper())


def _glued_words(token: str) -> list[int]:
    """Splits of an unknown word whose second half, in lower case, is a word by itself."""
    found = []
    for run in _LETTERS.finditer(token):
        after_digit = run.start() > 0 and token[run.start() - 1].isdigit()
        if after_digit and run.group().islower() and is_known(run.group()):
            found.append(run.start())
        for i in _inner_positions(run.group()):
            right = run.group()[i:]
            if (len(right) > 1 or right == "a") and is_known(right):
                found.append(run.start() + i)
    return found


def glued_at(entry: str, at: int) -> Candidate | None:
    """The boundary inside an unknown word at a given place, whatever word it would leave there."""
    for run in _LETTERS.finditer(entry, max(0, at - MAX_WORD)):
        if run.start() < at < run.end():
            inside = at - run.start() in _inner_positions(run.group())
            return Candidate(at, at, GLUE_LOWER) if inside else None
        if run.start() >= at:
            break
    return None


def _inner_positions(text: str) -> range:
    """Where a run of letters may be two words glued together; empty for a known word."""
    if len(text) < MIN_PIECE + 1 or is_known(text):
        return range(0)
    capital = max((i for i, c in enumerate(text) if c.isupper()), default=0)
    # Behind a capital inside the word, the split leaves an acronym ("LiDAR|training") or a word of
    # some length: not "AvatarsTh|is".
    short = capital == 0 or text[capital - 1].isupper()
    return range(max(MIN_PIECE, capital + (1 if short else MIN_STEM)), len(text))
