"""The title and the abstract of a paper, from the lines of its first pages."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from ingest.paper import normalise_title
from ingest.text import STOP_WORDS, clean_field


class Line(NamedTuple):
    """A line. size: of its type, in points; top: how far down, as a share of the page's height."""

    text: str
    size: float
    top: float


# What stands in large type and is no title: the names of journals, stamps, addresses, sections.
_BANNER = re.compile(
    r"\b(?:journal|proceedings|transactions|annals|archives|bulletin|letters) (?:of|on|in)\b|^(?:the )?journal\b"
    r"|^proceedings\b|\b(?:vol(?:ume|\.)|issn|isbn|doi)\b|https?:|www\.|@|\barxiv:|©"
    r"|^(?:original |research |review |regular |short |full )*(?:articles?|papers?|reports?|communications?)$"
    r"|^(?:table of )?contents$|^(?:technical|research) report\b|^rapport de recherche|^see discussions\b",
    re.IGNORECASE,
)
_NAME_OF_FILE = re.compile(
    r"\.(?:docx?|dvi|pdf|tex|eps|ps|indd|rtf|pptx?|xlsx?|odt|qxd|fm|html?)\b|^(?:microsoft|untitled|slide|presentation)"
    r"|^(?:doi:)?10\.\d{4,9}/|^pii:|https?:|[\\/]\w+[\\/]|_\w+_",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(
    r"^(?:abstract|a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary)\b(?=\W|$)[\s.:—–-]*(.*)$",
    re.IGNORECASE,
)
# Where an abstract ends: the first section, what is said about the paper, the publisher's word.
_AFTER = re.compile(
    r"^(?:[\divx]{1,3}[.)]?\s*[–—-]?\s*)?(?:introduction|i\s?n\s?t\s?r\s?o\s?d\s?u\s?c\s?t\s?i\s?o\s?n|background"
    r"|motivation|overview|contents|table of contents)\b[.:]?(?:$|\s+[A-Z\d])"
    r"|^(?:[1I][.)]?\s+)[A-Z][\w -]{2,60}$"
    r"|^(?:(?:additional |author )?key\s?-?words?|index\s+terms|ccs\s+concepts|categories|general\s+terms|subject"
    r"|jel\s|pacs|msc|mathematics\s+subject|acm\s+reference|received|copyright|permission\s+to|this\s+work\s+is\s+lic"
    r"|author\s+summary|correspondence|e-?mail|\*\s?corresponding|contact|citation|editor)\b"
    r"|^(?:©|\(c\))",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]")
_ACCENT = re.compile(r"([´¨ˆ˜ˇ˚])\s?([^\W\d_])")
_COMBINING = {
    "´": "\u0301",
    "¨": "\u0308",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˚": "\u030a",
}
_NOTE_MARK = re.compile(r"(?<=[^\W\d_])\s?[*∗†‡§¶?⋆]+\s*$|(?<=[a-z]{3})[12]$")

_TITLE_PART = 0.7  # of page 1 from the top
_TITLE_LETTERS = 8
_SHORT_TITLE = 16  # letters, below which large type may as well be a logo or a label
_TITLE_LENGTH = 300
_SAME_SIZE = 0.06
_SAME_TITLE = 0.85
_LINE_GAP = 3.0  # between lines that go together, in heights of their type
_PAGE_POINTS = 800.0
_ABSTRACT_LENGTH = 3000
_PROSE_LINE = 40  # letters
_PROSE = 100
_MARK = 3  # characters of a note's number, or a raised or lowered sign
# What running text has and an address has not.
_GLUE = STOP_WORDS - set("of and the in at for".split())
# How sure a title is: the file's properties agree with the page; its type sets it off; neither.
_AGREED, _SET_OFF, _FIRST_LINE = 1.0, 0.9, 0.5


class Front(NamedTuple):
    """What the first pages say; title is empty where they do not look like a paper's.

    is_named: whether they call the abstract one; else it is the opening paragraph.
    """

    title: str
    abstract: str
    is_named: bool
    confidence: float


def read_front(pages: Sequence[Sequence[Line]], stated: str) -> Front:
    """The front of a paper; `stated` is the title in the file's properties.

    A figure or a form has large type too: what is neither named in the properties nor followed by
    an abstract or running text is no title.
    """
    title, confidence = _title(pages[0], clean_field(stated))
    abstract = next(filter(None, map(_abstract, pages)), "")
    is_named = bool(abstract)
    abstract = abstract or next((text for page in pages if (text := _opening(page, title))), "")
    if confidence < _AGREED and not (is_named or (abstract and confidence == _SET_OFF)):
        return Front("", "", False, 0.0)
    return Front(title, abstract, is_named, confidence)


def _title(lines: Sequence[Line], stated: str) -> tuple[str, float]:
    """(title, how sure); properties are often left over from other files: the page must agree."""
    shown = normalise_title(" ".join(line.text for line in lines))
    if _is_title(stated) and normalise_title(stated) in shown:
        return stated, _AGREED
    upper = [line for line in lines if line.top < _TITLE_PART]
    least = _body_size(lines) * (1 + _SAME_SIZE)
    large = [
        block for block in _blocks(upper) if block[0].size > least and _is_title(_joined(block))
    ]
    if large:
        title = _joined(max(large, key=_weight))
        pair = normalise_title(title), normalise_title(stated)
        # Letters that a font does not name, or names wrongly, are right in the properties.
        if _is_title(stated) and SequenceMatcher(None, *pair).ratio() > _SAME_TITLE:
            return stated, _AGREED
        return title, _SET_OFF
    return next(((line.text, _FIRST_LINE) for line in upper if _is_title(line.text)), ("", 0.0))


def _is_title(text: str) -> bool:
    """Whether a text can be a title: words, not the name of a file, a journal or a section."""
    enough = len(_LETTERS.findall(text)) >= _TITLE_LETTERS and " " in text
    named = _BANNER.search(text) or _NAME_OF_FILE.search(text) or _AFTER.match(text)
    return enough and len(text) <= _TITLE_LENGTH and not named and not _ABSTRACT.match(text)


def _weight(block: Sequence[Line]) -> tuple[float, float]:
    letters = len(_LETTERS.findall(_joined(block)))
    return block[0].size * (1 + min(1.0, letters / _SHORT_TITLE)), -block[0].top


def _abstract(lines: Sequence[Line]) -> str:
    """What follows the word on a page, or ""."""
    for i, line in enumerate(lines):
        match = _ABSTRACT.match(line.text)
        if match and not match[1][:1].islower():
            first = [line._replace(text=match[1])] if match[1] else []
            found = _until_next([*first, *lines[i + 1 :]], _body_size(lines))
            if len(_LETTERS.findall(found)) >= _PROSE_LINE:
                return found
    return ""


def _body_size(lines: Iterable[Line]) -> float:
    """The type size that most characters of a page have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _joined_text(texts: Iterable[str]) -> str:
    """Lines as running text, accents that were set beside their letter put on it."""
    return _ACCENT.sub(_composed, clean_field(" ".join(texts)))


def _composed(match: re.Match[str]) -> str:
    letter = {"ı": "i", "ȷ": "j"}.get(match[2], match[2])
    whole = unicodedata.normalize("NFC", letter + _COMBINING[match[1]])
    return whole if len(whole) == 1 else match[0]


def _joined(block: Sequence[Line]) -> str:
    return _NOTE_MARK.sub("", _joined_text(line.text for line in block)).strip()


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """Runs of lines of one size that stand close together."""
    blocks: list[list[Line]] = [[line] for line in lines[:1]]
    for above, line in pairwise(lines):
        gap = (line.top - above.top) * _PAGE_POINTS
        same = abs(line.size - above.size) <= _SAME_SIZE * above.size
        if same and -line.size < gap <= _LINE_GAP * line.size:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _until_next(lines: Sequence[Line], body: float) -> str:
    """The lines up to the next heading or footnote, or to the last sentence that fits."""
    taken: list[str] = []
    size = next((line.size for line in lines if len(line.text) > _PROSE_LINE), body)
    for line in lines:
        is_small = line.size < size * (1 - 2 * _SAME_SIZE)
        if is_small and len(line.text) <= _MARK:
            continue
        is_heading = line.size > size * (1 + 2 * _SAME_SIZE) and len(line.text) < _PROSE_LINE
        if taken and (is_small or is_heading or _AFTER.match(line.text)):
            break
        taken.append(line.text)
        if sum(map(len, taken)) > _ABSTRACT_LENGTH:
            text = _joined_text(taken)[:_ABSTRACT_LENGTH]
            return text[: text.rfind(". ") + 1] or text
    return _joined_text(taken)


def _opening(lines: Sequence[Line], title: str) -> str:
    """The first running text of a page, below its title."""
    words = normalise_title(title)
    ends = [
        i + 1 for i, line in enumerate(lines) if words.endswith(normalise_title(line.text) or "?")
    ]
    rest = lines[min(ends, default=0) :]
    for i, line in enumerate(rest):
        is_prose = len(_LETTERS.findall(line.text)) >= _PROSE_LINE and not _AFTER.match(line.text)
        if is_prose and _GLUE & set(line.text.lower().split()):
            block = _blocks(rest[i:])[0]
            text = _until_next(block, block[0].size)
            if len(_LETTERS.findall(text)) >= _PROSE:
                return text
    return ""
