"""Groups of records that are one paper, found by id and by title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ingest.paper import Paper, normalise_title
from ingest.text import STOP_WORDS

# Titles of fewer words are shared by many works.
_TELLING_WORDS = 3
_HOMONYMS = 30
# Share of letters in common from which two words are spellings of one.
_ALIKE = 0.8
_SUBTITLE = re.compile(r"(?<=\S)(?:[:.?!–—]\s|\s[-–—(])")
_NUMERAL = frozenset("ivxlc0123456789 ")
_TEX = re.compile(r"\\[A-Za-z]+|[\\${}^_]")


# What a record can be found under: its kind (as in `_keys`) and its value.
Key = tuple[str, str]


def title_key(title: str) -> str:
    """The letters and digits of a title: spaces, hyphens and the TeX round a subscript aside."""
    return "".join(_words(title).split()) or normalise_title(title)


def titles_agree(one: str, two: str) -> bool:
    """Whether two titles under one id can be of one paper: chapters carry the DOI of their book.

    They can if one is the other cut short or without its subtitle, or if the words in which they
    differ are spellings of each other: "reading-rooms" and "reading rooms", but not "reading" and
    "writing", "I" and "II", "supervised" and "unsupervised".
    """
    (short, _), (long, written) = sorted(((_words(t), t) for t in (one, two)), key=_length)
    if title_key(one) == title_key(two):
        return True
    is_cut = long.startswith(short) and len(short.split()) >= _TELLING_WORDS
    if is_cut or short == _words(_SUBTITLE.split(written, maxsplit=1)[0]):
        return not _NUMERAL.issuperset(long[len(short) :])
    return spelt_alike(short, long)


def spelt_alike(one: str, two: str) -> bool:
    """Whether the words in which two titles differ are spellings of each other."""
    ours, theirs = ([w for w in _words(t).split() if w not in STOP_WORDS] for t in (one, two))
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    pairs = [(ours[a:b], theirs[c:d]) for step, a, b, c, d in steps if step != "equal"]
    return all(_is_one_word("".join(left), "".join(right)) for left, right in pairs)


def _half_common(one: str, two: str) -> bool:
    """Whether two titles are worth looking at word by word; most of one author's are not."""
    ours, theirs = set(_words(one).split()), set(_words(two).split())
    return len(ours & theirs) * 2 >= max(len(ours), len(theirs))


@lru_cache(maxsize=1 << 14)
def _words(title: str) -> str:
    return normalise_title(_TEX.sub("", title))


def _length(title: tuple[str, str]) -> int:
    return len(title[0])


def _is_one_word(one: str, two: str) -> bool:
    if one == two:
        return True
    if one.endswith(two) or two.endswith(one) or any(c.isdigit() for c in one + two):
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE


def family_name(name: str) -> str:
    """The family name of "Ann Lee" and "Lee AB", normalised."""
    return _name_parts(name)[0]


def _name_parts(name: str) -> tuple[str, str]:
    """Family name and first initial, normalised."""
    words = name.split()
    if not words:
        return "", ""
    if len(words) > 1 and words[-1].isupper() and len(words[-1].replace(".", "")) <= 2:
        words = [words[-1], words[0]]
    return normalise_title(words[-1]), normalise_title(words[0])[:1]


def said(paper: Paper) -> str:
    """What a record says, as a digest: the same for two that differ only in where they stand."""
    bare = paper.with_changes(source="", origins=(), variant="", tags=())
    return bare.with_changes(tags_given=(), tags_taken=()).content_hash


@dataclass(slots=True)
class Group:
    """Records of one paper; reasons[i] says why records[i] joined."""

    records: list[Paper]
    reasons: list[str]
    titles: set[str]
    dois: set[str]
    arxiv_ids: set[str]
    families: set[str]
    years: set[int]

    @classmethod
    def of(cls, paper: Paper) -> Group:
        """A group of one."""
        return cls(
            records=[paper],
            reasons=[""],
            titles={paper.title},
            dois={paper.doi} - {""},
            arxiv_ids={paper.arxiv_id} - {""},
            families={family_name(author) for author in paper.authors} - {""},
            years=set() if paper.year is None else {paper.year},
        )

    def conflicts(self, other: Group) -> bool:
        """Whether both have ids of one kind and none in common."""
        pairs = ((self.dois, other.dois), (self.arxiv_ids, other.arxiv_ids))
        return any(mine and theirs and mine.isdisjoint(theirs) for mine, theirs in pairs)

    def agrees(self, other: Group) -> bool:
        """Whether the titles can be those of one paper, which an id says they are."""
        return any(titles_agree(one, two) for one in self.titles for two in other.titles)

    def is_alike(self, other: Group) -> bool:
        """Whether titles differ in spelling alone, given that first author and year agree."""
        if self.conflicts(other):
            return False
        pairs = ((one, two) for one in self.titles for two in other.titles)
        return any(_half_common(*pair) and spelt_alike(*pair) for pair in pairs)

    def shares_author_or_year(self, other: Group, title: str) -> bool:
        """Whether what is known beside a common title speaks for one paper."""
        is_long = len(title.split()) >= _TELLING_WORDS
        if self.families and other.families:
            near = not (self.years and other.years) or not self.years.isdisjoint(other.years)
            return not self.families.isdisjoint(other.families) and (is_long or near)
        if self.years and other.years:
            return not self.years.isdisjoint(other.years)
        is_bare = not (self.families or self.years) and not (other.families or other.years)
        return is_long or is_bare

    def absorb(self, other: Group, reason: str) -> None:
        """Takes over all records of another group, which is left empty."""
        self.records += other.records
        self.reasons += [reason, *other.reasons[1:]]
        self.titles |= other.titles
        self.dois |= other.dois
        self.arxiv_ids |= other.arxiv_ids
        self.families |= other.families
        self.years |= other.years
        other.records, other.reasons = [], []


Test = Callable[[Group, Group], bool]


def _keys(paper: Paper) -> Iterator[tuple[Key, Test]]:
    """What a record is found under, ids first, and what must hold besides to be the same."""
    title = normalise_title(paper.title)

    def same_title(one: Group, two: Group) -> bool:
        return not one.conflicts(two) and one.shares_author_or_year(two, title)

    for kind, value in (("doi", paper.doi), ("arxiv", paper.arxiv_id)):
        if value:
            yield (kind, value), Group.agrees
    yield ("title", title_key(paper.title)), same_title
    if paper.authors and paper.year and len(title.split()) >= _TELLING_WORDS:
        look = " ".join((*_name_parts(paper.authors[0]), str(paper.year)))
        yield ("second look", look), Group.is_alike


class Shelf:
    """Papers among which records from elsewhere are looked up; nothing is merged."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._groups = [Group.of(paper) for paper in papers]
        self._places: dict[Key, list[int]] = {}
        for place, paper in enumerate(papers):
            for key, _ in _keys(paper):
                self._places.setdefault(key, []).append(place)

    def find(self, record: Paper) -> tuple[int, str] | None:
        """(place, kind of key) of the one paper of a record; None if none or several fit."""
        group = Group.of(record)
        for key, is_same in _keys(record):
            places = self._places.get(key, ())
            found = [place for place in places if is_same(self._groups[place], group)]
            if found:
                return (found[0], key[0]) if len(found) == 1 else None
        return None


class GroupTable:
    """Groups by DOI, arXiv id and title: a union-find whose roots are the earliest groups."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._parents: list[int] = []
        self._places: dict[Key, list[int]] = {}

    def add(self, paper: Paper) -> None:
        """Puts a record where it belongs."""
        at = len(self.groups)
        self.groups.append(Group.of(paper))
        self._parents.append(at)
        if paper.apart:
            self._join_like(at, ("record", said(paper)), lambda *_: True)
            return
        for key, is_same in _keys(paper):
            at = self._join_like(at, key, is_same)

    def _join_like(self, at: int, key: Key, is_same: Test) -> int:
        """Joins a group with those under a key that are the same paper; where it is then."""
        places = self._places.setdefault(key, [])
        # Ten thousand editorials must not be compared with each other.
        for place in places[-_HOMONYMS:]:
            other = self._root(place)
            if other != at and is_same(self.groups[other], self.groups[at]):
                at = self._join(other, at, key[0])
        places[:] = sorted({self._root(place) for place in places} | {at})
        return at

    def _root(self, at: int) -> int:
        while self._parents[at] != at:
            self._parents[at] = self._parents[self._parents[at]]
            at = self._parents[at]
        return at

    def _join(self, one: int, two: int, reason: str) -> int:
        """Merges two groups into the earlier one and returns its place."""
        into, gone = sorted((one, two))
        self.groups[into].absorb(self.groups[gone], reason)
        self._parents[gone] = into
        return into
