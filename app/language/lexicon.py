"""Word lists of verification: words of reporting, numbers, what others found.

Written for this project. They are general English, not topics: nothing here knows a field.
"""

from __future__ import annotations

import unicodedata


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def fold(word: str) -> str:
    """Lower case, accents and curly quotes made plain."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


# Verbs and nouns by which a text speaks of itself; they carry no finding and need no match.
_REPORTING_WORDS_TEXT = """
    paper papers study studies studied studying work works authors author researchers
    researcher article abstract record records text report reports reported reporting show
    shows showed shown showing find finds found finding findings present presents presented
    presenting propose proposes proposed proposing introduce introduces introduced introducing
    describe describes described describing discuss discusses discussed argue argues argued
    examine examines examined examining investigate investigates investigated investigating
    explore explores explored exploring demonstrate demonstrates demonstrated demonstrating
    suggest suggests suggested suggesting indicate indicates indicated conclude concludes
    concluded observe observes observed address addresses addressed addressing analyse
    analyses analysed analyze analyzes analyzed analysis reveal reveals revealed consider
    considers considered state states stated note notes noted provide provides provided
    providing offer offers aim aims focus focuses focused according title titled called named
    approach new novel result results evidence recent paper's mentions mentioned mention
    effect effects method methods technique techniques phenomenon phenomena behaviour
    behaviours behavior behaviors problem problems question questions fact facts way ways idea
    issue issues case cases aspect goal claim claims experiment experiments research team
    system hold holds
"""
REPORTING_WORDS = _set(_REPORTING_WORDS_TEXT)

_UNITS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
FACTORS = {"twice": "2", "double": "2", "doubles": "2", "triple": "3", "half": "0.5"}
NUMBER_WORDS = {
    **{word: str(value) for value, word in enumerate(_UNITS.split())},
    **{word: str(20 + 10 * value) for value, word in enumerate(_TENS.split())},
    **FACTORS,
    **{"hundred": "100", "thousand": "1000", "million": "1000000", "billion": "1000000000"},
}
# "One" is as often a pronoun ("the tuned one") as a number.
del NUMBER_WORDS["one"]

# "Previous studies", "many approaches": what the text reports of others is not its own finding.
_OTHERS_TEXT = "previous prior existing earlier many most several other others' past traditional"
OTHERS = _set(_OTHERS_TEXT)
_OTHERS_WORK_TEXT = """
    work works study studies research method methods approach approaches literature authors
    researchers papers attempts efforts
"""
OTHERS_WORK = _set(_OTHERS_WORK_TEXT)

# What a text sets out to do, against what it says to have established.
_TENTATIVE_TEXT = """
    investigate investigates investigated investigating examine examines examined examining explore
    explores explored exploring study studies studied studying test tests testing ask asks assess
    assesses assessing evaluate evaluates evaluating aim aims aiming seek seeks try tries attempt
    attempts attempting
"""
TENTATIVE = _set(_TENTATIVE_TEXT)
_ESTABLISHING_TEXT = """
    show shows showed shown showing demonstrate demonstrates demonstrated demonstrating find finds
    found prove proves proved establish establishes established reveal reveals revealed confirm
    confirms confirmed conclude concludes concluded discover discovers discovered
"""
ESTABLISHING = _set(_ESTABLISHING_TEXT)

# What a text brings along itself.
_PROPOSING_TEXT = """
    propose proposes proposed proposing introduce introduces introduced introducing present presents
    presented presenting develop develops developed developing design designs designed new novel
    release releases released offer offers describe describes
"""
PROPOSING = _set(_PROPOSING_TEXT)
_PROPOSE_TEXT = "propose proposes proposed introduce introduces introduced"
PROPOSE = _set(_PROPOSE_TEXT)
