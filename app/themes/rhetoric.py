"""What part a sentence of a record plays: claim, method, question, what is open, dissent, background.

Told by rhetorical cues, as in argumentative zoning (Teufel & Moens 2002). The cues are those of
scholarly English; none names a topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from app.passages import Passage
from app.themes.words import LEMMAS, LIGHT_WORDS, VERBS
from ingest.paper import Paper
from ingest.sentences import sentence_spans

Part = Literal["question", "method", "finding"]
Span = tuple[int, int]


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})", re.IGNORECASE)


_WORK = r"(?:this|the present|our) (?:paper|work|study|article|survey|report|review)"
# From the surest cue to the weakest.
_CUES: dict[Part, tuple[re.Pattern[str], ...]] = {
    "finding": (
        _cue(
            r"(?:we|and) (?:\w+ly |also |then )?(?:find|found|show|showed|demonstrate|observe|"
            r"discover|reveal|prove|conclude|argue|report that|provide evidence|uncover)\b|"
            rf"{_WORK} (?:shows|demonstrates|finds|reveals|proves|concludes|argues)|"
            r"(?:results?|findings?|experiments?|analys[ie]s|evidence|evaluations?) "
            r"(?:\w+ ){0,4}?(?:show|suggest|indicate|reveal|demonstrate|confirm)"
        ),
        _cue(
            r"outperform|achieves? (?:state|sota|higher|better|an?\b)|surpass|"
            r"improves? (?:\w+ )?by"
        ),
    ),
    "method": (
        _cue(
            r"we (?:\w+ ){0,2}?(?:propose|introduce|present|develop|design|train|fine-tune|build|"
            r"construct|apply|use|employ|leverage|adapt|formulate|formali[sz]e|derive|define|"
            r"describe|implement|combine|extend)\b|"
            rf"{_WORK} (?:proposes|introduces|presents|develops|describes|applies|uses)"
        ),
        _cue(
            r"(?:is|are) (?:a|an) (?:\w+[- ]){0,3}(?:method|approach|technique|framework|algorithm)"
        ),
    ),
    "question": (
        _cue(
            r"we (?:\w+ ){0,2}?(?:ask|study|investigate|examine|explore|analy[sz]e|address|"
            r"consider|test|assess|evaluate|seek)\b|"
            rf"{_WORK} (?:asks|studies|investigates|examines|explores|addresses|aims|considers)"
        ),
        _cue(
            r"(?:remains?|is|are) (?:\w+ )?(?:unclear|unknown|an open|poorly understood|"
            r"not well understood|underexplored|unexplored)|little is known|whether\b"
        ),
    ),
}
OPEN = _cue(
    r"open (?:problem|question|challenge)s?|future (?:work|directions?|research)|little is known|"
    r"(?:we|is|are) (?:\w+ )?(?:know little|known little)|yet to be|under-?explored|unexplored|"
    r"remains? (?:\w+ )?(?:unclear|unknown|open|elusive|poorly|unresolved|a challenge|opaque)|"
    r"(?:is|are) (?:still |largely |yet )?(?:unclear|unknown|unresolved|opaque|"
    r"(?:poorly|not (?:yet |well |fully )*) ?understood)"
)
DEBATE = _cue(r"debate|controvers|disagree|dispute|contradict")
# A title that asks; the group is empty where the answer is not yes or no.
ASKING_TITLE = re.compile(
    r"(?:^|[:?.] )(?:(is|are|do|does|did|can|could|will|should|has|have)|"
    r"how|why|what|when|where|which|who)\b[^:]*\?",
    re.IGNORECASE,
)
DISSENT = _cue(
    r"debate|controvers|disagree|dispute|contrary to|contradict|challeng(?:e|es|ing) (?:the|this|prior|common)|"
    r"question(?:s|ing)? (?:whether|the)|calls? into question|(?:no|little) evidence|it is argued|"
    r"we (?:\w+ )?argue|merely|without genuine|even simple|misleading|overestimat|raising concerns"
)
# A title that takes a side.
STANCE_TITLE = _cue(
    r"(?:questioning|rethinking|revisiting|reconsidering|against|beyond|without|mirage|illusion|myth|"
    r"outperform|even simple|is what matters|not (?:just|all|only|necessarily)|(?:does|do|is|are) not)\b"
)
ASKS = re.compile(r"\?[\"'”’)\]]*$")
INTRODUCES = _cue(
    r"survey|review|overview|introduction|primer|tutorial|roadmap|position paper|open problems?"
)
# "X is a ...", "X seeks to ...", "X refers to ...": what a term means.
DEFINES = _cue(
    r"(?:is|are) (?:an?|the) (?:\w+[- ]){0,3}(?:field|study|science|task|problem|approach|process|goal|"
    r"branch|area|discipline|method)\b|(?:refers?|aims?|seeks?|attempts?|tries) to|is concerned with|"
    r"is defined as|means that|central goal of"
)
_CUT = re.compile(r"(?:…|\.\.\.)[\"'”’)\]]*$")
# "This", "It" and the like point at a sentence that the reader will not see.
_POINTING = re.compile(
    r"(?:but|and|yet|so|this|these|those|it(?! (?:is|was|remains)\b)|they|its|their|he|she|such|that|"
    r"however|moreover|furthermore|finally|additionally|in addition|indeed|thus|therefore|hence|then|"
    r"second(?:ly)?|third(?:ly)?|also|for example|for instance|specifically|in particular|"
    r"consequently|instead|to this end)\b",
    re.IGNORECASE,
)
# A cue this close to the end of a cut record says nothing yet.
LEAST_SAID = 4
_OF_OTHERS = _cue(
    r"(?:recent|prior|previous|earlier|existing|past) (?:\w+ )?"
    r"(?:findings?|works?|stud(?:y|ies)|results?|evidence|research)\b"
)
_ASSERTING = frozenset(
    "is are can cannot may does do has have helps must matters need needs drive drives".split()
)
# Third persons that are not as often plural nouns.
_THIRD_PERSON = {verb for verb in VERBS if verb[-1] == "s"} - frozenset(
    "aims analyses causes claims designs focuses forms gains grounds guides holds impacts influences leads leaves "
    "limits matches means measures moves offers poses questions reports results runs sees sets shapes "
    "shares shows starts stops struggles studies supports tests treats tries turns views works yields".split()
)
_OPENERS = frozenset("how why what when where which who do does is are can".split())
_SEGMENT = re.compile(r"[^:?]+\??")


def is_cut(text: str) -> bool:
    """Whether the record broke off inside the sentence."""
    return _CUT.search(text) is not None


def points_back(text: str) -> bool:
    """Whether the sentence leans on one before it ("This shows that")."""
    return _POINTING.match(text) is not None


def title_and_body(paper: Paper) -> tuple[list[Span], list[Span]]:
    """Spans of the sentences of the title and of the summary."""
    spans = sentence_spans(paper.text)
    title = [span for span in spans if span[0] < len(paper.title)]
    return title, spans[len(title) :]


def first_playing(text: str, spans: Sequence[Span], part: Part) -> Span | None:
    """The first span of the surest cue of a part that says enough, and of this work itself."""
    for cue in _CUES[part]:
        for span in spans:
            found = cue.search(text, *span)
            said = re.findall(r"\w+", text[found.end() : span[1]]) if found else []
            if len(said) >= LEAST_SAID and not _OF_OTHERS.search(text, *span):
                return span
    return None


def with_cue(paper: Paper, cue: re.Pattern[str]) -> Iterator[Passage]:
    """The sentences of a record, its title among them, that hold the cue."""
    for start, end in sentence_spans(paper.text):
        if cue.search(paper.text, start, end):
            yield Passage(paper, start, end)


def claim_of_title(paper: Paper) -> Passage | None:
    """The last part of the title, between colons, that is a sentence which asserts something."""
    for segment in reversed(list(_SEGMENT.finditer(paper.title))):
        claim = segment.group().strip()
        words = [word.lower() for word in re.findall(r"[^\W\d_]+", claim)]
        if words and not claim.endswith("?") and _asserts(words):
            start = paper.title.index(claim, segment.start())
            return Passage(paper, start, start + len(claim))
    return None


def _asserts(words: Sequence[str]) -> bool:
    """A third person inside, or a plural before a plain verb ("models solve"); no indirect question."""
    if words[0] in _OPENERS or (words[0] in VERBS and words[0].endswith("ing")):
        return False
    for before, word in pairwise(words[:-1]):
        if word in _OPENERS - _ASSERTING:
            return False
        plural = before[-1] == "s" and before[-2:] != "ss" and before not in LIGHT_WORDS
        if word in _ASSERTING or word in _THIRD_PERSON or (plural and word in LEMMAS):
            return True
    return False
