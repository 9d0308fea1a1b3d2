"""Greetings, thanks and "what can you do?": a short reply without citations."""

from __future__ import annotations

import re

_HELLO = (
    "Hello! Ask me anything about the papers in this list, or ask me to list, compare or sum up."
)
_WELCOME = "You are welcome. Ask on whenever you like."
_BYE = "Goodbye!"
_FINE = "All well, thank you. What would you like to know from the papers?"
_ABLE = (
    "I answer questions from the papers in this list. Every sentence of an answer carries a "
    "citation "
    "that was checked against the paper's record, and when the records do not say, I say so. You "
    "can "
    'ask about a finding ("Does X help with Y?"), look for papers ("Which papers deal with X?"), '
    'count and list ("How many titles contain X?", "Which papers do not mention X?"), compare '
    'papers, ask for the main themes, and follow up ("And the other one?").'
)
_WHO = (
    "I am Reading Room: I answer questions from the papers in your list, with a checked citation "
    "for "
    "every sentence."
)

_ADDRESS = r"(?: (?:there|all|everyone|everybody|reading room|bot|assistant|friend|again|you))?"
_LEAD = r"(?:(?:hi|hello|hey|ok|okay|so|well|please|thanks|great) )*"
_FORMS: tuple[tuple[str, str], ...] = (
    (
        rf"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)"
        rf"|yo){_ADDRESS}",
        _HELLO,
    ),
    (
        r"(?:ok(?:ay)? |great |perfect |cool |nice |wonderful |no )*(?:many thanks|thanks?(?: "
        r"you)?|thx|ty|cheers)"
        r"(?: (?:a lot|so much|very much|a million|again|for (?:your|the|all the) \w+|for that"
        r"|for this|"
        r"that (?:helps|helped|is helpful|was helpful|is all)))*",
        _WELCOME,
    ),
    (
        r"(?:ok(?:ay)?|great|perfect|cool|nice|wonderful|excellent|awesome|good|fine|got it|i see"
        r"|understood|"
        r"well done|good job|good answer|that helps|very helpful|brilliant)",
        _WELCOME,
    ),
    (r"(?:bye(?: bye)?|goodbye|good night|see you(?: later| soon)?|cya|farewell)", _BYE),
    (
        rf"{_LEAD}how (?:are you(?: doing)?(?: today)?|is it going|do you do)|{_LEAD}what is up",
        _FINE,
    ),
    (
        rf"{_LEAD}(?:who|what) are you|{_LEAD}what is (?:this|reading room|your name|this (?:tool"
        rf"|app|site|thing))|"
        rf"{_LEAD}introduce yourself|{_LEAD}tell me about yourself",
        _WHO,
    ),
    (
        rf"{_LEAD}(?:what (?:else )?can (?:you|i|this|it)(?: (?:do|ask|help(?: me)? with|answer"
        rf"|tool do|app do))*"
        r"(?: (?:you|here|for me|with (?:this|it|you)))*|how (?:can|could) you help(?: me)?|"
        r"how (?:do|can|should) i (?:use|work with|start with|ask) (?:this|you|it|reading room"
        r"|this (?:tool|app)|questions)|"
        r"how does (?:this|it|reading room|this (?:tool|app)) work|(?:can you )?help(?: me)?|"
        r"what (?:do|are) you (?:do|for|able to do|capable of|good at)|what are your (?:abilities"
        r"|capabilities|features|skills)|"
        r"what (?:questions|kinds? of questions?|sort of questions?) can (?:i|you) (?:ask"
        r"|answer)(?: you)?|"
        r"where (?:do|should) i (?:start|begin)|get started|usage|instructions|commands)",
        _ABLE,
    ),
)


def reply(message: str) -> str | None:
    """The reply to small talk, or None: the whole message must be small talk, nothing beside it."""
    words = re.sub(r"[’']s\b", " is", message.lower())
    words = " ".join(re.findall(r"[a-z]+(?:['’][a-z]+)?", words))
    if not words or re.search(r"\d", message):
        return None
    # "Hello, what can you do?": the part that asks decides.
    for pattern, said in reversed(_FORMS):
        if re.fullmatch(pattern, words):
            return said
    greeting = re.match(_FORMS[0][0] + r"\s+(?=\w)", words)
    rest = words[greeting.end() :] if greeting else ""
    for pattern, said in _FORMS[1:]:
        if rest and re.fullmatch(pattern, rest):
            return said
    return None
