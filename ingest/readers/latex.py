"""LaTeX as it stands in BibTeX fields, to plain text: accents, letters, braces, common commands."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å",
    "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "th": "þ", "TH": "Þ", "S": "§", "P": "¶",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘",
    "textquotedblleft": "“", "textquotedblright": "”", "textasciitilde": "~", "ldots": "…",
    "dots": "…",
    "textbackslash": "\\", "textregistered": "®", "texttrademark": "™", "copyright": "©",
}  # fmt: skip
_MATH = re.compile(r"(?<!\\)\$[^$]*(?<!\\)\$")
_ACCENT = re.compile(
    r"\\(?:(?P<sign>['`^\"~=.])\s*|(?P<name>[uvHckrdb])(?:\s+|(?=\{)))"
    r"(?:\{\s*(?P<braced>\\?[^\W\d_])\s*\}|(?P<plain>\\[ij](?![a-zA-Z])|[^\W\d_]))"
)
_LETTER = re.compile(r"\\([a-zA-Z]+)(?:\{\}|\s+(?=\S)|(?![a-zA-Z]))")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_COMMAND = re.compile(
    r"\\[a-zA-Z]+\*?\s*(?=\{)|\\(?:em|it|bf|sc|tt|rm|sf)(?![a-zA-Z])\s*|\\[,;:!/ -]"
)
_BRACES = re.compile(r"(?<!\\)[{}]")
_KEPT = "\ue000{}\ue001"


def plain_text(latex: str) -> str:
    """The text without mark-up; mathematics between dollar signs stays as it is."""
    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        formulas.append(match.group())
        return _KEPT.format(len(formulas) - 1)

    text = _MATH.sub(keep, latex.replace("\ue000", "").replace("\ue001", ""))
    text = _LETTER.sub(_letter, _ACCENT.sub(_accent, text))
    text = _BRACES.sub("", _COMMAND.sub("", text))
    text = _ESCAPED.sub(r"\1", text.replace("~", " "))
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = re.sub("\ue000(\\d+)\ue001", lambda match: formulas[int(match[1])], text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _accent(match: re.Match[str]) -> str:
    letter = (match["braced"] or match["plain"]).lstrip("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[match["sign"] or match["name"]])


def _letter(match: re.Match[str]) -> str:
    return _LETTERS.get(match[1], match.group())
