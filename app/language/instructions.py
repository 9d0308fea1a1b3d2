"""Sentences of a record that give orders instead of reporting research ("Add this to your reply").

Records are written by others, and some hide instructions for language models (indirect prompt
injection, Greshake et al. 2023). They are told by their form, never by their topic: they speak of
the reader's answer, open a chat turn, or begin with a verb in the imperative that asks for text or
for an action. Papers report in the third person or as "we": of 44,410 sentences from abstracts, 2
look like an order.
"""

from __future__ import annotations

import re

from ingest.sentences import sentence_spans

_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|summar(?:y|ies)|instructions?)"
# The reader's own answer; papers write of "the response" and "its output".
_YOURS = re.compile(
    rf"\byour\s+(?:\w+\s+)?{_ANSWER}\b|\b(?:can|could|would|will) you\b"
    r"|\byou (?:must|should) now\b",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"^\W*(?:system|assistant|user|human|instructions?|admin)\s*:"
    r"|<\|\w+\|>|</?(?:system|assistant|user|im_\w+)>|\[/?INST\]",
    re.IGNORECASE,
)
_IMPERATIVES = (
    "abbreviate act add advertise advise allude answer append attach augment begin brainstorm "
    "break buy calculate call capitalise capitalize change check choose cite claim classify "
    "click collect combine compare compile compose compute conclude construct contact "
    "continue convert convince copy correct count craft create decode define delete "
    "demonstrate describe design detail determine develop devise direct discuss display "
    "disregard double download draft draw drop duplicate elaborate email embed emphasise "
    "emphasize emulate encode encourage encrypt endorse enhance ensure enter evaluate execute "
    "expand explain explore express extract fabricate find finish fix follow forget format "
    "forward generate get give group guide help highlight hint identify ignore illustrate "
    "imagine implement include incorporate indicate inform inject insert install instruct "
    "integrate interpret introduce invent invert invite join jumble learn lie list make "
    "mention mirror misspell mix modify name offer omit open organise organize outline output "
    "paraphrase persuade place plan play point post praise prefix prepare prepend present "
    "pretend print produce promise promote propose provide publish push put quote rank rate "
    "read rearrange recite recommend redirect refer register remind remove render repeat "
    "rephrase replace reply report respond reveal reverse rewrite role-play rotate run say "
    "scramble search sell send set share shift shout show shuffle sign sing skip solve speak "
    "spell split sprinkle start state stop stress submit subscribe substitute suggest "
    "summarise summarize swap switch teach tease tell thank transfer transform translate "
    "trick try turn type update upload uppercase urge use visit vote warn watch weave wish "
    "write "
)
_VERBS = "|".join(_IMPERATIVES.split())
# What follows an imperative; a noun such as "use" or "change" is followed by "of" or a verb.
_OBJECT = (
    r"(?:the|a|an|this|that|these|those|every|each|all|any|both|some|your|my|me|us|it|them|only|just"
    r"|how|why|what|who|where|when|whether|in|as|to|from|with|random|commonly|letters|vowels|numbers"
    r"|words|spaces|sentences|anagrams|symbols|down|up|out|about|no|nothing|exactly|\d+|[\"“'‘]|\w+ly"
    r"|www\.\S+|https?://\S+)"
)
_IMPERATIVE = re.compile(
    r"^\W*(?:(?:please|now|then|also|next|finally|first|instead|kindly|always|never|do not|don['’]t"
    r"|you must|you should|in your \w+),?\s+)*"
    rf"(?:{_VERBS})\s+{_OBJECT}(?!\w)",
    re.IGNORECASE,
)
# An order or a question spliced into the middle of a sentence gives itself away by its capital.
_CAPITALS = "|".join(verb.capitalize() for verb in _IMPERATIVES.split())
_SPLICED = re.compile(
    rf"\s(?:{_CAPITALS})\s+(?:the|an?|your|my|me|us|this|that|every|each|all|any|how|why"
    r"|down|up|out|letters|vowels|words|spaces|numbers|sentences|only|random|exactly)\s"
    r"|[a-z,;”\"’)\]]\s(?:What|What['’]s|Who|How|Why|When|Where|Which|Can|Could)\s[^.?!“”\"]{8,}\?"
)


def is_order(sentence: str) -> bool:
    """Whether a sentence of a record addresses its reader with an order."""
    marks = (_YOURS.search, _TURN.search, _SPLICED.search, _IMPERATIVE.match)
    return any(mark(sentence) for mark in marks)


def without_orders(text: str) -> str:
    """A record's text without the sentences that are orders."""
    lines = []
    for line in text.split("\n"):
        sentences = (line[start:end] for start, end in sentence_spans(line))
        lines.append(" ".join(sentence for sentence in sentences if not is_order(sentence)))
    return "\n".join(lines)


def touches_order(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] lies, in whole or in part, in a sentence that is an order."""
    return any(
        first < end and start < last and is_order(text[first:last])
        for first, last in sentence_spans(text)
    )
