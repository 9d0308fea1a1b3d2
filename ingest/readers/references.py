"""References pasted from a paper or a page: authors, year, title and venue.

APA, Harvard, IEEE, MLA, Chicago, ACL, ACM, Vancouver, LNCS and BibTeX's plain style differ in order
and punctuation only: names come first, the title is what follows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.identity import find_arxiv_id, find_doi, with_ids
from ingest.paper import Paper
from ingest.readers.base import ReadResult
from ingest.readers.names import split_names
from ingest.text import clean_field, lines_of

# Of the entries; below it the text is another kind of list.
_SHARE = 0.6
_SAMPLE = 100
_LONGEST_ENTRY = 3000
_NUMBER = re.compile(r"\s*(?:\[[\w+]{1,12}\]|\(\d{1,4}\)|\d{1,4}[.)]|[-*•+])\s+")
_WORD = re.compile(r"\S+")
_INITIALS = re.compile(r"(?:[^\W\d_a-zß-ÿ]\.?-?){1,4}[.,;:]*")
_NAME = re.compile(r"[^\W\d_a-zß-ÿ][\w’'`‐-]*[.,;:]*|(?:[dDlLO][’'])[^\W\d_][\w-]*[.,;:]*")
_PARTICLE = re.compile(
    r"(?:and|&|et|al|und|y|van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|ten|ter|bin|ibn|jr|sr|eds?"
    r"|others|\.\.\.|…)[.,;:]*|\(eds?\.?\)[.,:]*",
    re.IGNORECASE,
)
_DIGITS = r"(?:1[89]|20)\d\d"
_YEAR_HERE = re.compile(
    rf"\(?(?P<year>{_DIGITS})[a-z]?(?:\)|,[^)\n]{{1,20}}\))?[.,:;]?$|\((?P<from>{_DIGITS}),$"
)
_YEAR_START = re.compile(rf"\(?{_DIGITS}[a-z]?(?:,[^)]{{1,20}})?\)?")
_QUOTES = "\"“‘'«"
_QUOTED = re.compile(r"[\"“«](.+?)[,.]?[\"”»](?=\W|$)|[‘'](.+?)[,.]?[’'](?=[,.;]|\s*$)")
_TITLE = re.compile(r"(.+?[^\s.]{3}|.+?[?!])(?:\.|(?<=[?!]))(?=\s+(?:[^\W_]|[(\[\"“])|\s*$)")
_YEAR = re.compile(rf"(?<![\w.:/–-])({_DIGITS})[a-z]?(?![\d/–-]|\.\d)")
_VENUE = re.compile(
    r"\W*(?:in[:\s]+)?((?:[^\W\d_]|[&’' /-])(?:[^,.(\d]|\.(?=\s[^\W\d_]))*)", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s<>]+[^\s<>.,;)]")
_INITIALS_AFTER = re.compile(r"\b([^\W\d_][\w’'-]+) ([A-Z]{1,3})(?=,|;|$)")
_PIECES = re.compile(r"[,;]|\band\b|&")
_ET_AL = re.compile(r"[\s,]*(?:\bet al\b\.?|\bothers\b|\.\.\.|…|\(?\beds?\b\.?\)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Reference:
    authors: str
    year: int
    title: str
    rest: str


class ReferencesReader:
    """Text of which most entries are references; the others are rejected, each by its number."""

    name = "references"
    extensions: tuple[str, ...] = ()

    def accepts(self, text: str) -> bool:
        """Whether most of the first entries begin with names, and have a title and a year."""
        sample = [entry for _, entry in zip(range(_SAMPLE), _entries(text), strict=False)]
        parsed = sum(_parsed(entry) is not None for entry in sample)
        return bool(sample) and parsed >= _SHARE * len(sample)

    def read(self, text: str, source: str) -> ReadResult:
        """The papers, one an entry."""
        result = ReadResult()
        for number, entry in enumerate(_entries(text), start=1):
            found = _parsed(entry, alone=True)
            if found is None:
                result.reject(source, number, f"no authors, title and year: {entry[:60]!r}")
            else:
                result.add(_paper(found, entry, source, number))
        return result


def _entries(text: str) -> Iterator[str]:
    """The entries: numbered, parted by blank lines, or a line each; broken lines are joined."""
    current: list[str] = []
    for line in lines_of(text):
        number = _NUMBER.match(line)
        body = line[number.end() :] if number else line.strip()
        joined = " ".join(current)
        is_new = not body or number or (_is_whole(joined) and not line[:1].isspace())
        if (is_new or len(joined) > _LONGEST_ENTRY) and current:
            yield joined
            current = []
        if body and not body.startswith("#") and body.lower() not in ("references", "bibliography"):
            current.append(body.strip())
    if current:
        yield " ".join(current)


def _is_whole(entry: str) -> bool:
    """Whether an entry may end here."""
    is_ended = entry.endswith((".", ")", "]")) or _URL.search(entry[-200:]) is not None
    return is_ended and _YEAR.search(entry) is not None


def _parsed(entry: str, *, alone: bool = False) -> _Reference | None:
    """The parts of a reference; None if it is none.

    alone: one name of two words counts too, which could as well be a title of two words.
    """
    end, year = _authors_end(entry)
    rest = entry[end:].lstrip(" .,:;")
    authors = _names(entry[:end], alone=alone or (year is not None and rest[:1].isdigit()))
    if not authors:
        return None
    if year is not None:
        rest = _YEAR_START.sub("", rest, count=1).lstrip(" .,:;")
    match = _QUOTED.match(rest) or _TITLE.match(rest)
    title = next(filter(None, match.groups()), "").strip(" .,") if match else ""
    if match is None or not any(map(str.isalpha, title)):
        return None
    tail = rest[match.end() :]
    if year is None:
        years = _YEAR.findall(_URL.sub(" ", tail))
        year = int(years[-1]) if years else None
    return _Reference(authors, year, title, tail) if year is not None else None


def _authors_end(entry: str) -> tuple[int, int | None]:
    """(where the names end, the year that follows them if one does); (0, None) without names."""
    words = list(_WORD.finditer(entry, 0, _LONGEST_ENTRY))
    soft = 0
    for at, word in enumerate(words):
        shown = word[0]
        if found := _YEAR_HERE.match(shown):
            return word.start(), int(found["year"] or found["from"])
        if shown[0] in _QUOTES:
            return word.start(), None
        is_initials = _INITIALS.fullmatch(shown) is not None
        is_particle = _PARTICLE.fullmatch(shown) is not None
        if not (is_initials or is_particle or _NAME.fullmatch(shown)):
            return soft, None
        following = words[at + 1][0] if at + 1 < len(words) else ""
        if found := _YEAR_HERE.match(following):
            return words[at + 1].start(), int(found["year"] or found["from"])
        is_word = not (is_initials or is_particle) or shown == "al."
        if shown.endswith(":") or (shown.endswith(".") and is_word):
            return word.end(), None
        # "Lee, A. Title" and "Lee A. Title", but not "A. Lee".
        if is_initials and at and shown.endswith(".") and not _INITIALS.fullmatch(words[0][0]):
            soft = word.end()
            is_name = _NAME.fullmatch(following) and not _INITIALS.fullmatch(following)
            if is_name and not following.endswith(","):
                return soft, None
    return 0, None


def _names(shown: str, *, alone: bool) -> str:
    """The names as a list is written, without "et al."; "" if they are none.

    Names have initials, or two words and more each, but for the first ("Lee, Ann, and Bo Ray").
    """
    text = _ET_AL.sub("", shown).strip(" ,:;&")
    initials = [word for word in text.replace(",", " ").split() if _INITIALS.fullmatch(word)]
    is_dotted = any("." in word for word in initials[:-1]) or len(initials) == 1
    if not (is_dotted and text.endswith(initials[-1])):
        text = text.rstrip(".")
    if initials:
        return text if len(text.split()) > 1 else ""
    pieces = [piece.split() for piece in _PIECES.split(text) if piece.strip()]
    if len(pieces) > 1 and len(pieces[1]) == 1 and "," in text:
        pieces[:2] = [[*pieces[1], *pieces[0]]]
        alone = True
    is_list = len(pieces) > 1 or alone or text != shown.strip(" .,:;&")
    is_full = bool(pieces) and min(map(len, pieces)) > 1
    return "; ".join(map(" ".join, pieces)) if is_list and is_full else ""


def _paper(found: _Reference, entry: str, source: str, number: int) -> Paper:
    venue = _VENUE.match(_URL.sub(" ", found.rest))
    url = _URL.search(entry)
    name = clean_field(venue[1]).strip(" .:-") if venue else ""
    return with_ids(
        Paper(
            title=clean_field(found.title),
            raw=entry,
            authors=split_names(_INITIALS_AFTER.sub(r"\1, \2", found.authors)),
            year=found.year,
            venue="" if name.lower().startswith(("doi", "arxiv", "url", "available")) else name,
            url=url[0] if url else "",
            doi=find_doi(entry),
            arxiv_id=find_arxiv_id(entry),
            source=source,
            record=number,
        )
    )
