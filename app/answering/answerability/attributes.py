"""What kind of thing a question asks for, and whether a record can hold it.

A question for a detail ("on which GPUs "
    "...?") is as close to its paper as a question that the paper
answers; similarity cannot tell them apart. So the type of the answer is read from the question
(answer typing; Li & Roth 2002) and looked for in the records' text and in their metadata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper


@dataclass(frozen=True)
class Attribute:
    """A type of detail.

    asked: how questions ask for it. shown: what a text that gives it must contain, None if a record's
    text never gives it. fields: fields of a Paper that give it. label: completes "does not give ...".
    """

    label: str
    asked: re.Pattern[str]
    shown: re.Pattern[str] | None
    fields: tuple[str, ...] = ()


def _attribute(label: str, asked: str, shown: str | None, *fields: str) -> Attribute:
    evidence = re.compile(shown, re.IGNORECASE) if shown else None
    return Attribute(label, re.compile(asked, re.IGNORECASE), evidence, fields)


_WHICH = r"(?:which|what|whose)"
_NUMBER = (
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?"
    r"|millions?|billions?|half|twice)\b"
)
_HARDWARE = r"\b(?:[gt]pus?|cpus?|hardware|accelerators?|graphics cards?|nvidia|cuda|[ahv]100s?)\b"
_CODE = (
    r"\b(?:github|gitlab|hugging ?face|zenodo|code|repositor(?:y|ies)|open[- ]sourced?"
    r"|licen[cs]e[ds]?|publicly available|released?)\b"
)
_SETTINGS = (
    r"\b(?:learning rates?|batch sizes?|hyper-?parameters?|optimi[sz]ers?|weight decay"
    r"|random seeds?|epochs?|temperature)\b"
)
_DATA = r"data ?sets?|benchmarks?|corpus|corpora|test sets?|test suites?"

ATTRIBUTES: tuple[Attribute, ...] = (
    _attribute(
        "the authors",
        r"\bwho (?:wrote|authored|co-?authored|published|is the (?:\w+ ){0,2}author|are the "
        r"(?:\w+ ){0,2}authors|"
        r"was (?:it|this|that) (?:written|published) by|(?:is|are|was|were) behind)\b"
        r"|\b(?:first|last|lead|senior|main|corresponding|co-?) ?authors?\b|\bnames? of the "
        r"(?:\w+ )?authors?\b"
        rf"|\b(?:by whom|{_WHICH} (?:author|researcher|person|scientist)s?)\b|\bauthors? of\b"
        rf"|\bauthors' names?\b",
        None,
        "authors",
    ),
    _attribute(
        "affiliations",
        rf"\baffiliat\w+|\bwhere (?:do|does|did) (?:the |its |their )?(?:authors?|researchers?"
        rf"|team|they) (?:work|come from|study)\b"
        rf"|\b{_WHICH} (?:\w+ )?(?:universit(?:y|ies)|institut\w+|lab(?:orator(?:y|ies)|s)?"
        rf"|compan(?:y|ies)|research group|department|countr(?:y|ies))\b",
        r"\b(?:universit\w+|institut\w+|laborator\w+|affiliat\w+|departments? of)\b",
    ),
    _attribute(
        "a year or a date",
        rf"\b{_WHICH} (?:year|month|date|day)s?\b|\bpublication (?:year|date)\b|\bhow (?:old"
        rf"|recent) (?:is|are)\b"
        r"|\bwhen (?:was|were|is|did|has|have)\b.{0,80}\b(?:publish\w*|releas\w*|appear\w*"
        r"|c[oa]me out|written|wrote|"
        r"submitted|accepted|presented)\b",
        r"\b(?:19|20)\d\d\b",
        "year",
    ),
    _attribute(
        "where it was published",
        rf"\b{_WHICH} (?:\w+ )?(?:conference|journal|venue|proceedings|publisher|workshop)s?\b"
        r"|\bwhere (?:was|were|is|are|did|has|have)\b.{0,80}\b(?:publish\w*|presented|appear\w*"
        r"|c[oa]me out|accepted)\b"
        r"|\bpeer[- ]review\w*|\bimpact factor\b",
        r"\b(?:proceedings of|conference on|journal of|peer[- ]reviewed)\b",
        "venue",
    ),
    _attribute(
        "a number",
        r"\bhow many (?!of (?:the|my|these|your)\b)(?!papers?\b|titles?\b|records?\b|articles?\b"
        r"|entries\b)"
        rf"|\b{_WHICH} (?:is |are |was |were )?(?:the )?(?:exact |average |mean |total |maximum "
        rf"|overall |best |reported |final |highest |lowest )*"
        r"(?:percentage|percent|fraction|proportion|share|ratio|number|amount|accuracy|score|f1"
        r"|auroc|auc|roc|bleu|"
        r"rouge|perplexity|p-?value|effect size|sample size|error rate|success rate|win rate"
        r"|speed-?up|cost|price|size|"
        r"correlation|threshold|rate)\b"
        r"|\bby (?:how much|what (?:percentage|factor|margin))\b|\bhow (?:large|big|high|low"
        r"|accurate|expensive|fast|long|often|much faster)"
        r" (?:is|are|was|were|did|does|do)\b.{0,60}\b(?:data ?set|corpus|sample|model|training|run"
        r"|take|accuracy|score|improvement|gain|effect)\b"
        r"|\bto how many\b|\bat how many\b|\bhow much (?:money|time|memory|compute|data|does it "
        r"cost)\b"
        r"|\b\w+ times as (?:many|much)\b",
        _NUMBER,
    ),
    _attribute(
        "the hardware",
        rf"{_HARDWARE}|\bcompute budget\b|\b{_WHICH} (?:machine|cluster|computer)s?\b",
        _HARDWARE,
    ),
    _attribute(
        "the data used",
        rf"\b{_WHICH} (?:\w+ ){{0,2}}(?:{_DATA})\b|\bon (?:which|what) (?:\w+ )?data\b|\bname of "
        rf"the (?:{_DATA})\b",
        rf"\b(?:{_DATA})\b",
    ),
    _attribute(
        "where the code is",
        r"\b(?:code|implementation|repository|repo|weights|checkpoints?|data "
        r"?set)\b.{0,60}\b(?:available|public\w*|released?|"
        r"download\w*|github|open[- ]?sourced?|licen[cs]\w*|shared|online|find|found|get|link"
        r"|hosted)\b"
        r"|\b(?:github|gitlab|licen[cs]e)\b|\bwhere (?:can|could|do|is|are)\b.{0,40}\b(?:code"
        r"|implementation|download|repository)\b",
        _CODE,
    ),
    _attribute(
        "a link or identifier",
        r"\b(?:doi|urls?|arxiv (?:id|number|link)|isbn|link to (?:the|its|this) (?:paper|pdf"
        r"|article)|web ?(?:page|site|address))\b",
        r"https?://|\bdoi\b|\bwww\.",
        "url",
        "doi",
        "arxiv_id",
    ),
    _attribute("the training settings", _SETTINGS, _SETTINGS),
    _attribute(
        "funding",
        r"\b(?:fund(?:ed|ing|er|ers|s)|grants?|sponsor\w*|paid for (?:the|this|it)|acknowledg\w+"
        r"|conflicts? of interest|ethics (?:approval|board))\b",
        r"\b(?:fund(?:ed|ing)|grants?|sponsor\w*|conflicts? of interest|ethics)\b",
    ),
    _attribute(
        "citation counts",
        r"\bhow (?:often|many times|much|widely) (?:has|have|is|was|were)\b.{0,60}\bcited\b"
        r"|\bcitation counts?\b|\bh-index\b|\bmost cited\b",
        None,
    ),
    _attribute(
        "a part of the full text",
        r"\b(?:figures?|fig\.|tables?|sections?|appendix|appendices|equations?|footnotes?"
        r"|chapters?|pages?|theorems?|lemmas?) (?:\d+|[A-Z]\b|one|two|three|i+\b)"
        r"|\bhow many (?:pages|figures|tables|references)\b|\bon (?:which|what) page\b"
        r"|\breference list\b|\bbibliography\b|\bin the (?:appendix|supplement\w*|limitations "
        r"section)\b",
        None,
    ),
    _attribute(
        "a contact",
        r"\b(?:e-?mail|contact|phone|twitter|homepage)\b.{0,40}\b(?:address|author|authors|number"
        r"|handle|details?)\b|\bhow (?:can|do) i contact\b",
        r"@|\bcontact\b",
    ),
    _attribute(
        "today's news",
        r"\b(?:tonight|tomorrow|yesterday|today's|right now|this (?:week|month|morning|evening"
        r"|weekend)|next (?:week|month))\b",
        None,
    ),
)


def asked_for(question: str) -> tuple[Attribute, ...]:
    """The types of detail that a question asks for; most questions ask for none."""
    return tuple(attribute for attribute in ATTRIBUTES if attribute.asked.search(question))


def held(attribute: Attribute, papers: Sequence[Paper]) -> bool:
    """Whether one of the papers gives the detail, in its text or in its metadata."""
    for paper in papers:
        if any(getattr(paper, field) for field in attribute.fields):
            return True
        if attribute.shown is not None and attribute.shown.search(paper.text):
            return True
    return False
