"""The form of a follow-up question: does it lean on what came before, and how?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.language.words import words

_FILLER = (
    r"(?:ok(?:ay)?|right|well|fine|thanks?(?: you)?|great|good|hm+|so|now|and|but|actually"
    r"|alright|cool|yes|no)"
)
_NEW = r"(?:different|another|new|other|unrelated|separate|next|fresh)"
_TOPIC = r"(?:topics?|subjects?|questions?|matters?|themes?|things?|notes?|issue)"
_SWITCH = re.compile(
    rf"^(?:{_FILLER}[,.!\s]+)*(?:(?:on (?:to )?|moving on to |turning to |let(?:'|’)?s (?:move"
    rf"|go) on to )?(?:an? |the |my )?{_NEW} {_TOPIC}\b"
    rf"|(?:let(?:'|’)?s |let us |can we |i(?:'| wi)ll |i(?:'d| would) like to |i want to "
    rf")?(?:change|chang(?:e|ing)|switch(?:ing)?|shift(?:ing)?)"
    rf" (?:of |the |to )?(?:an? )?(?:{_NEW} )?(?:{_TOPIC}|gears|tack)\b"
    r"|(?:let(?:'|’)?s |let us |can we |i(?:'d| would) like to |i want to )?(?:talk|speak|ask|turn"
    r"|move on)(?: about| to)? (?:something|anything) (?:else|different|new)\b"
    r"|something (?:else|different|new|unrelated)(?: entirely| altogether| completely)?\b"
    r"|(?:never ?mind|forget (?:about )?(?:that|this|it|the above|those))\b|moving on\b|by the "
    r"way\b|btw\b|unrelated(?:ly)?\b"
    r"|(?:that(?:'|’)?s (?:all|enough|it) (?:on|about|for) (?:that|this)))",
    re.IGNORECASE,
)
_AFTER_SWITCH = re.compile(rf"^[\s:,.;!—–-]*(?:{_FILLER}[,\s]+)*", re.IGNORECASE)
_OPENING = re.compile(
    rf"^\W*(?:{_FILLER}[,.!\s]+)*(?:and|or|but|also|then|plus|what about|how about|what of|what "
    rf"else|anything else|any (?:other|more)|"
    r"(?:some |any )?(?:more|others?)\b|which (?:one|of|ones|two)|why\b|how so|how come|in what "
    r"way|really|compare|contrast|"
    r"the (?:first|second|third|fourth|fifth|last|other|former|latter|one|ones)|go on|continue"
    r"|tell me more|say more|elaborate|"
    r"(?:more|further) (?:details?|on|about)|(?:can|could) you (?:elaborate|expand|explain (?:that"
    r"|this|it|more))|for example|"
    r"such as|like what|according to|same|only|not|without|with|in|on|for|by|at|from|to|against"
    r"|instead|except)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    rf"^\W*(?:{_FILLER}[,.!\s]+)*(?:and |or |but |also |then |plus )*(?:what about|how about|what "
    rf"of)?\s*",
    re.IGNORECASE,
)
_SET = r"(?:these|those|both|the (?:two|three|four|five|results|ones)|each other|one another)"
_REFERENCE = re.compile(
    rf"\b{_SET}\b"
    r"|\b(?:this|that|these|those|such|the same|said|aforementioned|previous|above|latter"
    r"|former)\b(?=\s+(?:paper|work|study|one|ones|"
    r"approach|method|result|finding|idea|model|technique|effect|question|topic|problem|claim"
    r"|point|list|phenomenon|"
    r"approaches|methods|results|findings|ideas|models|techniques|effects|claims|authors?|ability"
    r"|skill|trait|feature)\b)"
    r"|\b(?:like|about|on|of|to|from|with|for|than|by|as|do|does|did|is|was|why|how|after|before"
    r"|in|into|against)\s+(?:this|that|those|these)\b(?!\s+\w+s?\s+(?:is|are)\b)"
    r"|^\W*(?:this|that)\b|\b(?:this|that)\W*$|\bone\b(?=\s+(?:that|which|who|with|on|about|from"
    r"|by|is)\b)|\bthe (?:one|ones|first|second|"
    r"third|fourth|fifth|last|other|others|former|latter|rest)\b|\b(?:another|others?)\b(?=\W*$"
    r"|\s+(?:one|paper|way|approach|method|work|study)s?\b)"
    r"|\b(?:similar|likewise|similarly|instead|else|otherwise|too|as well|either|in contrast"
    r"|opposite|the same|same|alternatives?|there|then)\b(?=\W*$|\s+\w+)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|themselves|he|she|him|his|her)\b", re.IGNORECASE
)
# After so many content words a pronoun more likely stands for one of them.
OWN_ANTECEDENT = 3
# "too" and "then" lean back only at the end, and "there" does not in "is there".
_EXPLETIVE = re.compile(
    r"\b(?:is|are|was|were) there\b|\bthere (?:is|are)\b|\bsame time\b|\btoo (?:\w+)\b(?!\W*$)"
    r"|\bif\b.*\bthen\b"
    r"|\b(?:is|was|be|makes?|find|whether) it (?:possible|true|the case|that|better|worth|hard"
    r"|easy|feasible)\b|\bwhen it comes to\b"
    r"|\beither\b.*\bor\b|\bother than\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the other|another|other|others|the rest|remaining|else|any more|more papers|different) "
    r"?(?:one|ones|two|paper|papers|work|study|such)?\b",
    re.IGNORECASE,
)
_BARE_OTHER = re.compile(
    rf"^\W*(?:{_FILLER}[,.!\s]+)*(?:and |or |but |what about |how about |tell me about |show me "
    rf"|what does |what do |what is |"
    r"are there |is there |do you have |which are |explain |describe )*(?:any |some )?(?:the "
    r")?(?:other|others|another|rest|else|remaining|more)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs\.?|agree\w*|disagree\w*|in common|relate to "
    r"each other)\b",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "former": 0,
    "latter": -1,
}
_ORDINAL = re.compile(
    rf"\b(?:the|number|no\.?|#) ?({'|'.join(_ORDINALS)}|\d)\b(?:\s+(?:one|paper|of|result|work"
    rf"|study|article|in the list)\b|\W*$|\s+(?:say|do|find|about|and|with|to|is|use|mean))",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}
# Words that say nothing about what is looked for.
_HOLLOW_WORDS = (
    "one ones paper papers other others another tell show give more detail details explain "
    "elaborate "
    "compare contrast two three four five both first second third fourth fifth last former latter "
    "say says continue go please rest else summarise summarize again list difference differences "
    "differ different versus vs common relate agree disagree expand further remaining ok okay "
    "thanks "
    "result results work works study studies mean means describe you something anything that this "
    "about"
)
_HOLLOW = frozenset(_HOLLOW_WORDS.split())
# How a question leads up to its topic: "Which papers talk about", "Tell me more about".
_FRAME = re.compile(
    r"^(?:please |can you |could you )*(?:tell me (?:more )?(?:about|on)|(?:give|show) me (?:more "
    r")?(?:on|about)|"
    r"what (?:do|does|did) (?:the|these|those|this) (?:papers?|list) say (?:about|on)|"
    r"(?:which|what) (?:of (?:the|my|these|those) )?(?:papers?|works?|studies|articles?|ones?) "
    r"(?:talk about|deals? with|(?:is|are) (?:on|about)|discuss(?:es)?|covers?|mentions?|looks? at"
    r"|works? (?:on|with))|"
    r"(?:is|are) there (?:a |any |some )?(?:papers?|works?|studies) (?:on|about|where|in which"
    r"|that deals? with)|"
    r"what about|how about)\s+(?:the (?:ones?|papers?) (?:with|on|about|that uses?|by)\s+)?",
    re.IGNORECASE,
)
MAX_ELLIPTIC_WORDS = 3


@dataclass(frozen=True, slots=True)
class Form:
    """How a question is put.

    text: the question without a lead-in such as "OK, different "
        "topic:". switch: it says that the topic
    changes. dependent: it leans on what came before. content: it has words of its own to look for.
    other: it sets aside what was shown last. compares: it relates papers shown. ordinal: it points at
    one by its place, counted from 0, -1 for the last. count: how many papers "those two" means.
    """

    text: str
    switch: bool = False
    dependent: bool = False
    content: bool = True
    other: bool = False
    compares: bool = False
    ordinal: int | None = None
    count: int | None = None


def form_of(question: str) -> Form:
    """Reads the form from the words alone; the history plays no part."""
    text = question.strip()
    found = _SWITCH.match(text)
    if found is not None:
        rest = _AFTER_SWITCH.sub("", text[found.end() :]).strip()
        if has_content(rest):
            return Form(rest, switch=True)
    content = has_content(text)
    plain = _EXPLETIVE.sub(" ", text)
    leaning = bool(_OPENING.match(text)) or bool(_REFERENCE.search(plain))
    leaning = leaning or _pronoun(plain) or not content
    count = next((n for word, n in _COUNTS.items() if re.search(rf"\b{word}\b", text, re.I)), None)
    return Form(
        text=_LEAD.sub("", text) or text,
        dependent=leaning or _elliptic(text),
        content=content,
        other=bool(_BARE_OTHER.match(text)),
        compares=bool(_COMPARES.search(text)),
        ordinal=_ordinal(text),
        count=count,
    )


def has_content(text: str) -> bool:
    """Whether some word says what is looked for."""
    return any(word.content and word.lower not in _HOLLOW for word in words(text))


def _pronoun(text: str) -> bool:
    """Whether a pronoun has nothing before it in the question to stand for."""
    found = _PRONOUN.search(text)
    if found is None:
        return False
    return sum(word.content for word in words(text[: found.start()])) < OWN_ANTECEDENT


def topic(text: str) -> str:
    """The question without the words that only lead up to its topic."""
    short = _FRAME.sub("", text.strip())
    return short.rstrip(" .") if has_content(short) else text.strip().rstrip(" .")


def _elliptic(text: str) -> bool:
    """Too few words to be a question of its own, and no verb to be a keyword query: "For syllogisms?"."""
    return (
        text.endswith("?")
        and sum(word.content for word in words(text)) <= MAX_ELLIPTIC_WORDS
        and not re.match(
            r"\W*(?:what|which|who|how|is|are|does|do|can|could|why|when|where|list|name)\b",
            text,
            re.IGNORECASE,
        )
    )


def _ordinal(text: str) -> int | None:
    found = _ORDINAL.search(text)
    if found is None:
        return None
    said = found.group(1).lower()
    return int(said) - 1 if said.isdigit() else _ORDINALS[said]
