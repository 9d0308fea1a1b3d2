"""Instructions that hide in a question: taken out, so that the fair part is answered as usual.

The question is data for the engine as the records are. What is stripped is recognised by its form
(markup, fake turns, orders about the answer or the rules), never by its topic.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"!\[[^\]]*\]\([^)]*\)?"  # image
    r"|<script\b.*?(?:</script\s*>|$)|<style\b.*?(?:</style\s*>|$)|<!--.*?(?:-->|$)"
    r"|</?(?:img|a|b|i|u|em|strong|p|br|hr|div|span|table|tr|td|th|ul|ol|li|h[1-6]|form|input"
    r"|button|svg|"
    r"iframe|object|embed|video|audio|source|link|meta|base|html|head|body|font|marquee|details"
    r"|math|"
    r"style|script|system|assistant|user|answer|instructions?)\b(?:[^<>]*>|[^<>]*=[^<>]*$)"
    r"|https?://\S+|\bjavascript:\S*|\bdata:\w+/\S*",
    re.IGNORECASE | re.DOTALL,
)
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^)]*)\)")
_TURN = re.compile(
    r"(?:#{2,}\s*|\[|<\|?|\*\*|^|(?<=[.?!]\s))"
    r"(?P<who>system|assistant|developer|admin(?:istrator)?|inst|im_start|user|human|override)"
    r"(?:\s+(?:message|prompt|note|override|update|instruction|notice)s?)?\s*(?:\]|\|?>|\*\*)?\s*:"
    r"|#{2,}\s*(?P<loud>system|assistant|instructions?|override|admin|developer|new task)\b"
    r"|\[/?(?:INST|SYS|SYSTEM)\]|<\|[^|]*\|>|<<\s*/?SYS\s*>>|BEGIN (?:SYSTEM|INSTRUCTIONS?)",
    re.IGNORECASE,
)
_ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|summar(?:y|ies)|sentences?)"
_RULES = (
    r"(?:instructions?|rules?|prompts?|guidelines?|directions?|restrictions?|constraints?"
    r"|commands?|"
    r"orders?|polic(?:y|ies)|safety|filters?|checks?|sources?|papers?|records?|context|citations?)"
)
_THING = r"(?:tag|image|link|text|string|line|phrase|word|code|snippet|html|markdown|url|address)"
# An order opens its clause; "which papers study how to ignore instructions?" is none.
_OPENS = (
    r"(?:^|[,:;.!?–—(\"'“]\s*|\b(?:and|then|please|but|also|now|must|should|p\.?s\.?|you|first"
    r"|instead|"
    r"just|kindly|afterwards|finally|will|can|could|would|need to|have to)\s+)"
)
_IMPERATIVES = (
    # overriding the rules
    rf"(?:ignore|disregard|forget|override|bypass|skip|drop|disable|turn off|switch "
    rf"off)\b.{{0,40}}\b{_RULES}\b",
    r"(?:act|behave|speak) as\b|pretend (?:to|that|you|the)\b|role-?play\b|(?:enter|switch to"
    r"|enable)\b.{0,20}\bmode\b",
    # leaking the prompt
    r"(?:print|show|reveal|repeat|output|display|leak|recite|tell|give|share|copy|list|translate"
    r"|summari[sz]e)\b"
    r".{0,40}\b(?:(?:system|initial|hidden|original|developer|secret|internal) (?:prompts?"
    r"|messages?|instructions?)"
    r"|your (?:prompt|instructions|rules|configuration|settings))\b",
    r"(?:repeat|print|output|copy)\b.{0,30}\b(?:everything|all|the (?:text|words)) (?:above|before"
    r"|so far)\b",
    r"(?:print|show|reveal|give|tell|send|output)\b.{0,30}\b(?:api keys?|access tokens?|passwords?"
    r"|environment variables?)\b",
    # orders about the form of the answer
    rf"(?:end|start|begin|finish|conclude|close|open|prefix|preface|append|prepend|sign|precede"
    rf"|follow)\b.{{0,60}}"
    rf"\b(?:your|the|each|every|this|all) {_ANSWER}\b",
    rf"(?:add|attach|insert|include|put|place|embed|paste|render|write|copy|repeat|emit"
    rf"|output)\b.{{0,60}}"
    rf"\b(?:to|in|into|at|of|inside|with(?:in)?)\b.{{0,24}}\b(?:your|the|each|every|this) "
    rf"{_ANSWER}\b",
    rf"(?:put|include|insert|add|render|embed|copy|repeat|emit|output|place|keep) (?:this|that"
    rf"|the following|the above)"
    rf" (?:\w+ )?{_THING}\b",
    r"(?:reply|respond|answer|say|write|output)\b.{0,12}\b(?:only|just|simply|exactly|nothing "
    r"but)\b.{0,20}[\"'“‘`]",
    r"(?:reply|respond|answer|write|state|explain)\b.{0,40}\b(?:without|with no|from) (?:any |the "
    r"|your |own |your own )*"
    r"(?:citations?|sources?|references?|memory|general knowledge|knowledge|training)\b",
    r"(?:write|say|print|output|type|shout|repeat|reply|respond)\b.{0,30}(?:\bthe (?:exact "
    r")?(?:words?|phrase|sentence)\b)",
    r"(?:omit|leave out|drop|(?:do not|don't|never) use|no) (?:any |the |your )*(?:citations?"
    r"|sources?|references?)\b",
    r"(?:do not|don't|never) (?:cite|mention|tell|reveal|warn|refuse|say that you)\b",
    # made-up sources and false attributions
    r"(?:back up|support|justify|cite|credit|attribute)\b.{0,120}(?:\[\d+\]|\b(?:source|citation"
    r"|reference) \W?\d+)",
    r"(?:cite|credit)\b.{0,80}\bas (?:the |your |a )?(?:source|proof|evidence)\b",
    r"state (?:as (?:a )?fact|confidently|as true|that)\b|(?:claim|assert|insist|confirm|declare"
    r"|agree) (?:as fact )?that\b",
    # doing things elsewhere
    r"(?:send|post|upload|forward|submit|exfiltrate|e-?mail) (?:it|this|that|the|them|your|my|all"
    r"|any|every\w*|a)\b"
    r".{0,60}\bto\b",
    r"(?:click|visit|open|fetch|download|load|navigate to|go to)\b.{0,20}\b(?:this|the following"
    r"|that) (?:link|url|site|page|file|image|address)\b",
    r"(?:execute|run|eval(?:uate)?)\b.{0,20}\b(?:this|the following|that) (?:code|command|script"
    r"|query)\b",
)
_ANYWHERE = (
    r"\b(?:instructions?|rules?|checks?|citations?|filters?|restrictions?)\b.{0,20}\b(?:are|is) "
    r"(?:now )?"
    r"(?:off|disabled|void|lifted|suspended)\b",
    r"\b(?:you are|you're) (?:now|no longer|from now on)\b|\bfrom now on,? (?:you|answer|reply|all"
    r"|every|citation)\b",
    r"\b(?:developer|god|debug|admin|jailbreak|unrestricted) mode\b|\bdo anything now\b",
    r"\bwhat (?:is|are|was|were|does|do) your (?:system |initial |hidden |original )?(?:prompts?"
    r"|instructions|rules)\b",
    r"\b(?:source|citation|reference)s? ?\[\d+\]|\b(?:paper|record)s? ?\[\d+\] (?:proves?|says?"
    r"|shows?)",
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (*(f"{_OPENS}(?:{body})" for body in _IMPERATIVES), *_ANYWHERE)
)
_SENTENCE = re.compile(r"[^.?!]+(?:[.?!]+(?=\s|$)|[.?!](?=\S)[^.?!]*)*[.?!]*\s*")
_FAIR_START = re.compile(
    r"(?::|,|;|\band then\b|\bthen\b|\band\b|\bbut\b|—|–)\s+(?=(?:please |now |just |also "
    r")?(?:what|which|who|whom|"
    r"whose|how|why|when|where|does|do|did|is|are|was|were|can|could|tell me|explain|summari[sz]e|"
    r"compare|list|describe)\b)",
    re.IGNORECASE,
)


def strip_injection(question: str) -> str:
    """The question without markup, fake turns and orders about the answer; "" if nothing is left.

    A fair question before, after or between the orders survives unchanged.
    """
    text = (
        _LINK.sub(r"\1", _MARKUP.sub(" ", question)) if re.search(r"[<\[:]", question) else question
    )
    kept = [part for piece in _turns(text) for part in _fair_parts(piece)]
    cleaned = " ".join(" ".join(kept).split())
    return cleaned if re.search(r"\w", cleaned) else ""


def _turns(text: str) -> list[str]:
    """What the user says: text before any fake turn and inside fake user turns."""
    pieces: list[str] = []
    position, speaker = 0, "user"
    for match in _TURN.finditer(text):
        if speaker in ("user", "human"):
            pieces.append(text[position : match.start()])
        speaker = (match.group("who") or match.group("loud") or "system").lower()
        position = match.end()
    if speaker in ("user", "human"):
        pieces.append(text[position:])
    return pieces


def _fair_parts(text: str) -> list[str]:
    parts = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if not _is_order(sentence):
            parts.append(sentence)
            continue
        rest = _after_order(sentence)
        if rest:
            parts.append(rest)
    return parts


def _is_order(sentence: str) -> bool:
    return any(order.search(sentence) for order in _ORDERS)


def _after_order(sentence: str) -> str:
    """The question that follows an order in the same sentence: "ignore your rules: what is X?"."""
    for match in _FAIR_START.finditer(sentence):
        rest = sentence[match.end() :]
        if not _is_order(rest):
            return rest
    return _before_order(sentence)


def _before_order(sentence: str) -> str:
    """The question that an order is hung on to: "what is X, and end your answer with ..."."""
    cut = max(sentence.rfind(mark) for mark in (", and ", " and ", ", then ", "; ", ", but ", ", "))
    while cut > 0:
        head = sentence[:cut]
        if not _is_order(head) and re.match(
            r"\s*(?:what|which|who|whose|how|why|when|where|does|do|did|is|are|can|tell me|explain"
            r"|"
            r"summari[sz]e|compare|list|describe)\b",
            head,
            re.IGNORECASE,
        ):
            return head
        cut = max(head.rfind(mark) for mark in (", and ", " and ", ", then ", "; ", ", but ", ", "))
    return ""
