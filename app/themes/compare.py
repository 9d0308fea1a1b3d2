"""Papers side by side: question, method and finding of each, in the words of its own record.

A cell is one sentence of the record that plays the part by its rhetorical cue ("we ask whether",
"we introduce", "we find that"; after argumentative zoning, Teufel & Moens 2002), or empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from app.passages import Draft, Passage, Statement
from app.themes.words import VERBS
from ingest.paper import Paper
from ingest.sentences import sentence_spans

Part = Literal["question", "method", "finding"]
PARTS: tuple[Part, ...] = ("question", "method", "finding")
_EMPTY = Statement("", "verbatim")


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


_WORK = r"(?:this|the present|our) (?:paper|work|study|article|survey|report|review)"
# From the surest cue to the weakest; the first that a free sentence matches fills the cell.
_CUES: dict[Part, tuple[re.Pattern[str], ...]] = {
    "finding": (
        _cue(
            r"(?:we|and) (?:also )?(?:find|found|show|showed|demonstrate|observe|discover|reveal|"
            r"prove|conclude|report that|provide evidence|uncover)\b"
        ),
        _cue(
            r"(?:results?|findings?|experiments?|analys[ie]s|evidence|evaluations?|evaluation) "
            r"(?:\w+ ){0,4}?(?:show|suggest|indicate|reveal|demonstrate|confirm)"
        ),
        _cue(rf"{_WORK} (?:shows|demonstrates|finds|reveals|proves|concludes)"),
        _cue(
            r"outperform|achieves? (?:state|sota|higher|better|an?\b)|surpass|improves? (?:\w+ )?by"
        ),
    ),
    "method": (
        _cue(
            r"we (?:\w+ ){0,2}?(?:propose|introduce|present|develop|design|train|fine-tune|build|"
            r"construct|apply|use|employ|leverage|adapt|formulate|formali[sz]e|derive|define|"
            r"describe|implement|combine|extend)\b"
        ),
        _cue(rf"{_WORK} (?:proposes|introduces|presents|develops|describes|applies|uses)"),
        _cue(
            r"(?:is|are) (?:a|an) (?:\w+[- ]){0,3}(?:method|approach|technique|framework|algorithm)"
        ),
    ),
    "question": (
        _cue(
            r"we (?:\w+ ){0,2}?(?:ask|study|investigate|examine|explore|analy[sz]e|address|"
            r"consider|test|assess|evaluate|seek)\b"
        ),
        _cue(rf"{_WORK} (?:asks|studies|investigates|examines|explores|addresses|aims|considers)"),
        _cue(
            r"(?:remains?|is|are) (?:\w+ )?(?:unclear|unknown|an open|poorly understood|"
            r"not well understood|underexplored|unexplored)|little is known|whether\b"
        ),
    ),
}
# A cue this close to the end of a cut record says nothing yet.
LEAST_SAID = 4
_ASSERTING = frozenset({"is", "are", "can", "cannot", "may", "does", "do", "helps", "must"})
# Third persons that are not as often plural nouns.
_SINGULAR = {verb for verb in VERBS if verb[-1] == "s"} - frozenset(
    "aims analyses causes challenges changes claims forms gains grounds guides holds impacts limits "
    "matches means measures offers poses questions reports results reviews runs sets shapes shares "
    "shows starts stops studies supports tests tries turns views works yields".split()
)
_OF_OTHERS = re.compile(
    r"\b(?:recent|prior|previous|earlier|existing|past) (?:\w+ )?"
    r"(?:findings?|works?|stud(?:y|ies)|results?|evidence|research)\b",
    re.IGNORECASE,
)
_OPENERS = frozenset(
    {"how", "why", "what", "when", "where", "which", "who", "do", "does", "is", "are"}
)
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")


def compare(papers: Sequence[Paper]) -> Draft | None:
    """The papers side by side, a row each, in the order given; None where the records say too little.

    A part is a column where at least half of the papers state it; a cell of one that does not is empty.
    """
    rows = [(paper, _parts(paper)) for paper in papers]
    shown = [part for part in PARTS if 2 * sum(part in parts for _, parts in rows) >= len(rows)]
    if not shown or not rows:
        return None
    cells: list[Statement] = []
    for paper, parts in rows:
        cells.append(Statement.quoting(Passage.of_title(paper)))
        cells += [Statement.quoting(parts[p]) if p in parts else _EMPTY for p in shown]
    return Draft("table", cells, ("Paper", *(part.capitalize() for part in shown)))


def _parts(paper: Paper) -> dict[Part, Passage]:
    """Where the record states which part."""
    found: dict[Part, Passage] = {}
    spans = sentence_spans(paper.text)
    title = [span for span in spans if span[0] < len(paper.title)]
    body = spans[len(title) :]
    # The surest part is placed first, and no sentence fills two cells.
    for part in reversed(PARTS):
        span = _first_match(paper.text, body, part)
        if span:
            body.remove(span)
            found[part] = Passage(paper, *span)
    asked = [span for span in (*body, *title) if _QUESTION.search(paper.text[slice(*span)])]
    if asked and "question" not in found:
        found["question"] = Passage(paper, *asked[0])
    if "finding" not in found and (claim := claim_of_title(paper)):
        found["finding"] = claim
    return found


def claim_of_title(paper: Paper) -> Passage | None:
    """The title, or what follows its colon, where that is a sentence that asserts something."""
    start = paper.title.rfind(": ") + 2 if ": " in paper.title else 0
    claim = paper.title[start:]
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", claim)]
    asserts = any(word in _ASSERTING or word in _SINGULAR for word in words[1:-1])
    if not asserts or "?" in claim or words[0] in _OPENERS:
        return None
    return Passage(paper, start, start + len(claim))


def _first_match(text: str, spans: Sequence[tuple[int, int]], part: Part) -> tuple[int, int] | None:
    for cue in _CUES[part]:
        for span in spans:
            found = cue.search(text, *span)
            said = re.findall(r"\w+", text[found.end() : span[1]]) if found else []
            if len(said) >= LEAST_SAID and not _OF_OTHERS.search(text, *span):
                return span
    return None
