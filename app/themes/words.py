"""Word lists of general English: what cannot start, end or carry a theme's name."""

from __future__ import annotations

from ingest.text import FUNCTION_WORDS

# Beside the function words of every text, what no phrase of a title needs.
_LIGHT_WORDS = """
above again all almost alone along always amid another anyone anything around away below beneath
beside besides best better beyond despite due eg else enough especially etc ever every everything
everywhere fewer first further get given half herself him himself ie indeed inside instead itself
last latter like likely made mainly make makes mine mostly myself namely nearly need neither never
nevertheless next non nothing now often once others otherwise ourselves outside perhaps quite rather
really second several simply sometimes something themselves thereby three throughout together toward towards
two unlike use used uses using usually various versus vs well whatever whenever whereas wherein
whole without yes yours yourself zero
"""
LIGHT_WORDS = FUNCTION_WORDS | frozenset(_LIGHT_WORDS.split())

# Verbs of titles and abstracts as they stand in the middle of a claim: no phrase crosses one.
_LEMMAS = """
achieve adapt address adopt affect aim align allow analyse analyze appear apply argue arise assess
avoid become behave boost bridge build capture cause characterize choose claim collect combine
compare compute conduct consider consist construct contain continue contribute converge create
decide decrease define degrade deliver demonstrate depend derive describe design detect determine
develop differ discover discuss elicit eliminate emerge employ enable encode encourage enhance
ensure establish evaluate evolve examine exceed exhibit exist expand explain exploit explore extend
extract face facilitate fail find focus follow formalize gain generalize generate give grow guide
help hinder hold identify illustrate impact impart implement imply improve include incorporate increase
indicate induce influence inform inspire integrate interpret introduce investigate involve keep know
lack lead leave leverage lie localise localize maintain match matter maximize measure minimize
mitigate motivate move observe obtain occur offer operate optimize outperform overcome perform pose
possess predict present prevent produce propose prove provide pursue raise reach receive reduce
refer reflect rely remain replace report represent require resolve result rethink retain reveal revisit say seek seem
select serve show solve steer struggle study suffer suggest summarize support surpass tackle take
teach tell tend transform transmit treat try turn uncover undergo underlie understand unify utilize
validate vary verify want write yield
"""
# Forms that are made otherwise, and those of verbs whose other forms are names of things as well.
_IRREGULAR = """
ask asks believe bring built carries carry chose do drew drive drives found gave grew grown held hope know known knows
lay learn learned learns led left lies limit limited limits look looks mean means meant
model-based proven questions read reviewed run runs said see seen set sets shape shapes share shared shares
shown speak start starts stop stops studied taken tests tested think thinks train trained trains
undergone understood views work works written
"""
# Regular forms that name things.
_NAMES = frozenset("matching steering teaching writing".split())


def _forms(lemma: str) -> tuple[str, ...]:
    """A lemma and its regular forms."""
    if lemma[-1] == "y" and lemma[-2] not in "aeiou":
        return lemma, f"{lemma[:-1]}ies", f"{lemma[:-1]}ied", f"{lemma}ing"
    if lemma[-1] == "e":
        return lemma, f"{lemma}s", f"{lemma}d", f"{lemma[:-1]}ing"
    plural = "es" if lemma.endswith(("s", "x", "ch", "sh")) else "s"
    return lemma, f"{lemma}{plural}", f"{lemma}ed", f"{lemma}ing"


LEMMAS = frozenset(_LEMMAS.split())
VERBS = frozenset(f for v in LEMMAS for f in _forms(v)) - _NAMES | frozenset(_IRREGULAR.split())

# Words of every abstract: they may stand in a phrase, but a phrase of them alone names nothing.
_GENERIC = """
ability able accuracy advance advancement aim algorithm amount analysis analyses application
approach approaches aspect author available based baseline behavior behavioral behaviour benchmark capabilities
capability capable case challenge challenging class code common comparison complex comprehensive
concept context contribution core critical crucial current data dataset day deep demand different
difficult direct direction domain effect effective effectiveness efficiency efficient effort
empirical end essential evaluation evidence example experiment experimental extensive fact factor
feature field finding form framework full fundamental future general goal good great group growing
high higher highly hypothesis idea impact implementation implication importance important
improvement information input insight issue key kind knowledge language large level limitation line
literature low lower main major manner means mechanism method methodology methodologies metric model
modern multiple nature new novel number objective open order output overview paper part particular
past people performance perspective phenomena phenomenon point popular possible potential powerful practical practice
previous primary principle prior problem procedure process processes progress project promising
properties property purpose quality question range rapid real recent related relevant remarkable
research researcher result rich rise role scale scenario science scope set setting significant
similar simple single situation small solution source space specific standard state step strategies
strategy strong structure study studies success successful suite survey surprising system systematic
target task technical technique term test theory time tool top topic traditional training true type
typical understanding unique user value variety version view way widespread wide widely work world
year
"""
_SINGULAR = frozenset(_GENERIC.split())
GENERIC = _SINGULAR | frozenset(f"{word}s" for word in _SINGULAR)
