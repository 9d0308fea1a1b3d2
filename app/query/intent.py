"""What kind of question it is, learned from examples (`tests/training/`), with a margin to abstain.

A wrong guess costs differently: a question on the papers taken for small talk is lost, an overview
taken for a question is still answered from the records. So every other intent must lead clearly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from app.language.text_classifier import shipped
from app.query.words import has_anaphor, telling_words
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from app.language.text_classifier import Array
    from app.query.model import Facet, Intent

# An intent that is not one of retrieval must be this probable, else the question is looked up.
MIN_PROBABILITY = 0.5
SEARCHED = ("evidence", "find")
# From this on the closed grammar of lists is tried; it takes only what it reads whole.
MIN_LIST = 0.05
# So probable must these be where a question names a topic that some records have, but few, or comes
# later in a conversation, where most questions are on what was shown.
SURE = {"overview": 0.85, "small_talk": 0.95, "other_task": 0.85}
# "Good morning!", "hey,", "By the way,": no more words than this lead up to a question.
LEAD_UP_WORDS = 4
PAUSE = re.compile(r"[.,;:!?]\s+|\s[-–—]\s")


def without_lead_up(question: str) -> str:
    """The question without the few words of small talk that may stand before it."""
    rest = question
    while (pause := PAUSE.search(rest)) is not None:
        lead, rest_of = rest[: pause.start()], rest[pause.end() :]
        few = len(lead.split()) <= LEAD_UP_WORDS and not has_anaphor(lead)
        if not (few and telling_words(rest_of) and _is_small_talk(lead)):
            break
        rest = rest_of
    return rest


def _is_small_talk(text: str) -> bool:
    vector = shared_encoder().encode_tokens([text])[0].vector
    found = shipped("app.query", "intent").probabilities(text, vector)
    return max(found, key=lambda label: found[label]) == "small_talk"


def classify(
    text: str,
    vector: Array,
    is_narrow: Callable[[str], bool] = lambda _: False,
    *,
    later: bool = False,
) -> tuple[Intent, Facet, bool]:
    """The intent, what an overview is asked for, and whether it may be a question for a list.

    vector: (384,) of the packaged encoder. is_narrow: whether a text names what few records hold. later:
    whether it follows other turns.
    """
    found = shipped("app.query", "intent").probabilities(text, vector)
    intents: dict[str, float] = {}
    for label, probability in found.items():
        intent = label.partition("/")[0]
        intents[intent] = intents.get(intent, 0.0) + probability
    best = max(intents, key=intents.__getitem__)
    if best not in SEARCHED and intents[best] < MIN_PROBABILITY:
        best = max(SEARCHED, key=intents.__getitem__)
    # "Summarise the papers on X" is about X, and not about the list as a whole.
    if intents[best] < SURE.get(best, 0.0) and (later or is_narrow(text)):
        best = max(SEARCHED, key=intents.__getitem__)
    facets = {label: p for label, p in found.items() if label.startswith("overview/")}
    facet = max(facets, key=facets.__getitem__).partition("/")[2]
    return cast("Intent", best), cast("Facet", facet), intents["list"] >= MIN_LIST
