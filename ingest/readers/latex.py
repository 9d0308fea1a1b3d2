"""LaTeX as it stands in BibTeX fields, to plain text; accents and symbols by pylatexenc."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

_BACKSLASH = r"\textbackslash{}"
_MATH = re.compile(
    rf"(?<!\\)\$[^$]*(?<!\\)\$|\\\((?:[^\\]++|\\(?![()]).)*+\\\)|(?<!\\){re.escape(_BACKSLASH)}",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_BARE = re.compile(r"(?<!\\)([&%#])")
_BRACES = re.compile(r"(?<!\\)[{}]")
# A command at a word's end takes its argument from the next one.
_WAITS = re.compile(r"\\(?:[A-Za-z]+|[^\w\s])$")
_COMMAND = re.compile(r"\\[^&%$#_{}]")
# The commonest commands, of plain arguments: what is left after them needs no parser.
_FONT = re.compile(r"(?<!\\)\\(?:emph|mbox|text(?:it|bf|sc|tt|rm|sf|sl|up|md))\{([^{}\\]*)\}")
# By which Better BibTeX balances single braces.
_PHANTOM = re.compile(r"\\vphantom(?:\\[{}]|\{(?:\\[{}]|[^{}\\])*\})")
_ACCENT = re.compile(r"(?<!\\)(?<!\\[A-Za-z])\\(['`^\"~=.])(?:\{([A-Za-z])\}|([A-Za-z]))")
_ACCENTS = dict(zip("'`^\"~=.", "\u0301\u0300\u0302\u0308\u0303\u0304\u0307", strict=True))
# Private use: no cleaned text holds these.
_KEPT = "\ue000{}\ue001"
_PLACE = re.compile("\ue000(\\d+)\ue001")
_MARKED = re.compile(r"[\\{}~`']|--")
_TYPOGRAPHY = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
_LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)")
# Beside what pylatexenc knows: what stands for a word, and fonts, of which only the text is kept.
_WORDS = {
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "textless": "<", "textgreater": ">",
    "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "textquotedbl": '"',
    "url": "%s", "texttt": "%s", "hyphen": "-", "slash": "/",
}  # fmt: skip
_FONTS = (
    "em it bf sc tt rm sf sl textsuperscript textsubscript texorpdfstring citep citet enquote "
    "mkbibquote mkbibemph autocap uppercase lowercase nocase noopsort"
)


def plain_text(latex: str) -> str:
    """The text without mark-up; formulas and unknown commands stay as they are."""
    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        formulas.append("\\" if match.group() == _BACKSLASH else match.group())
        return _KEPT.format(len(formulas) - 1)

    text = latex.replace("\ue000", "").replace("\ue001", "")
    if "$" in text or "\\" in text:
        text = _MATH.sub(keep, text)
        text = _FONT.sub(r"{\1}", _LINK.sub("", _PHANTOM.sub("", text)))
        text = _ACCENT.sub(lambda m: (m[2] or m[3]) + _ACCENTS[m[1]], text)
    # Most fields hold braces and escaped signs only; parsing costs some hundred times as much.
    text = _parsed(text) if _COMMAND.search(text) else _unescaped(text)
    if formulas:
        text = _PLACE.sub(lambda match: formulas[int(match[1])], text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _unescaped(text: str) -> str:
    if _MARKED.search(text) is None:
        return text
    # Before the braces go: "-{}-" keeps two hyphens apart.
    for mark, sign in _TYPOGRAPHY:
        text = text.replace(mark, sign)
    return _ESCAPED.sub(r"\1", _BRACES.sub("", text))


def _parsed(text: str) -> str:
    """The parser goes from sign to sign: it gets the words around a command, not all of a field."""
    done: list[str] = []
    window: list[str] = []
    depth = 0
    for word in text.split():
        if not window and not _COMMAND.search(word):
            done.append(_unescaped(word))
            continue
        window.append(word)
        depth += sum(1 if brace == "{" else -1 for brace in _BRACES.findall(word))
        if depth <= 0 and not _WAITS.search(word):
            done.append(_parsed_window(" ".join(window)))
            window, depth = [], 0
    return " ".join([*done, _parsed_window(" ".join(window))])


@lru_cache(maxsize=4096)
def _parsed_window(text: str) -> str:
    try:
        # A bare percent sign in an abstract is no comment, an ampersand parts no columns.
        parsed: str = _converter().latex_to_text(_BARE.sub(r"\\\1", text))
    except (IndexError, ValueError, RecursionError):  # its parser on broken mark-up
        return _unescaped(text)
    return parsed


@lru_cache(maxsize=1)
def _converter() -> LatexNodes2Text:
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    context = get_default_latex_context_db()
    known = {**dict.fromkeys(_FONTS.split(), ""), **_WORDS}
    context.add_context_category(
        "reading-room",
        macros=[MacroTextSpec(name, simplify_repl=text) for name, text in known.items()],
        prepend=True,
    )
    verbatim = MacroTextSpec("", simplify_repl=lambda node: str(node.latex_verbatim()))
    context.set_unknown_macro_spec(verbatim)
    return LatexNodes2Text(latex_context=context, math_mode="verbatim", keep_comments=True)
