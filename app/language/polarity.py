"""Word lists of verification: negations, directions, opposites, relations, universals, hedges.

Written for this project. They are general English, not topics: nothing here knows a field.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEGATIONS_TEXT = """
    not no never none neither nor cannot can't don't doesn't didn't isn't aren't wasn't
    weren't won't wouldn't shouldn't couldn't haven't hasn't hadn't without nothing nowhere
    nobody hardly barely scarcely rarely seldom lack lacks lacked lacking fail fails failed
    failing failure unable absence absent unlikely impossible insufficient
"""
NEGATIONS = _set(_NEGATIONS_TEXT)

_UP = """
    up increase increases increased increasing increasingly higher high highest more most greater
    greatest great larger large largest bigger big improve improves improved improving
    improvement improvements enhance enhances enhanced enhancing enhancement promote promotes
    promoted promoting activate activates activated activating activation induce induces
    induced stimulate stimulates stimulated upregulate upregulates upregulated upregulation
    elevate elevates elevated elevation raise raises raised raising rise rises rising rose
    boost boosts boosted gain gains strengthen strengthens strengthened stronger strong
    strongest accelerate accelerates accelerated faster fast quickly better best longer long
    exceed exceeds exceeded surpass surpasses surpassed outperform outperforms outperformed
    outperforming beat beats above positive positively grow grows grew growing growth expand
    expands amplify amplifies amplified widen widens widened facilitate facilitates enable
    enables enabled enabling encourage encourages encouraged favor favors favour favours help
    helps helped helpful benefit benefits beneficial gainful superior maximize maximizes
    maximise rich add adds added adding preserve preserves preserved maintain maintains
    succeed succeeds success successful successfully effective effectively advantage protect
    protects protective many often frequently frequent easier easy cheaper cheap reliable
    reliably robust robustly accurate accurately
"""
_DOWN = """
    down decrease decreases decreased decreasing lower lowers lowered lowering low lowest less
    least fewer fewest few smaller small smallest little reduce reduces reduced reducing
    reduction reductions impair impairs impaired impairment inhibit inhibits inhibited
    inhibiting inhibition suppress suppresses suppressed suppression blocked
    blocking downregulate downregulates downregulated downregulation decline declines declined
    drop drops dropped fall falls fell lose loses lost weaken weakens weakened weaker
    weak weakest slow slows slower worse worst worsen worsens worsened shorter short below
    negative negatively shrink shrinks shrank narrow narrows narrowed diminish diminishes
    diminished attenuate attenuates attenuated prevent prevents prevented preventing hinder
    hinders hindered harm harms harmed harmful degrade degrades degraded degrading degradation
    hurt hurts underperform underperforms underperformed limit limits limited discourage
    discourages repress represses repressed abolish abolishes abolished minimize minimizes
    minimise remove removes removed removing eliminate eliminates eliminated disrupt disrupts
    disrupted damage damages deteriorate deteriorates inferior deficient deficiency poor
    poorly mitigate mitigates alleviate alleviates ineffective unsuccessful fail fails failed
    failing disadvantage rarely rare seldom harder hard difficult expensive costly unreliable
    fragile brittle inaccurate
"""
UP = _set(_UP)
DOWN = _set(_DOWN)

# Words of which one excludes the other in the same place; each line is one pair of sides.
_OPPOSITES = """
always every all|never none
all every entire whole|some part partial
early earlier earliest sooner|late later latest
first|last final second
before prior|after following
same identical similar alike|different distinct dissimilar
linear linearly|nonlinear nonlinearly
simple simpler|complex complicated
sufficient|insufficient
necessary essential required needed|unnecessary optional irrelevant
causal causally causes|correlational spurious
true truthful truth honest|false untruthful dishonest deceptive
open|closed
internal|external
input inputs|output outputs
shallow shallower|deep deeper
sparse sparser|dense denser
local locally|global globally
static fixed|dynamic changing
possible|impossible
present|absent
maximum|minimum
top|bottom
left|right
supervised|unsupervised
support supports|refute refutes oppose
agree agrees|disagree disagrees
common|rare
single one|multiple several
correct correctly|incorrect incorrectly wrong wrongly
stable|unstable
known|unknown
equal|unequal
significant significantly|insignificant
related associated linked|unrelated independent
encode encodes encoder encoded encoding|decode decodes decoder decoded decoding
human humans|machine machines
include includes including|exclude excludes excluding
start begin begins|end ends
upper|lower
forward|backward
explicit explicitly|implicit implicitly
universal|specific
general generalize generalizes|specific memorize memorizes
abstract|concrete
theoretical theoretically|empirical empirically
manual manually|automatic automatically
offline|online
discrete|continuous
symmetric|asymmetric
constant constantly uniform|varies vary varying variable varied
"""
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    *(
        (_set(left), _set(right))
        for left, right in (line.split("|") for line in _OPPOSITES.strip().splitlines())
    ),
    (UP, DOWN),
)


def _opposites_of() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for left, right in OPPOSITES:
        for here, there in ((left, right), (right, left)):
            for word in here:
                table.setdefault(word, set()).update(there)
    return {word: frozenset(others) for word, others in table.items()}


_OPPOSITES_OF = _opposites_of()
# "un-" against nothing, "over-" against "under-".
_PREFIXES = (
    *(("", prefix) for prefix in ("un", "in", "im", "ir", "dis", "non", "mis")),
    *(("mono", "poly"), ("over", "under"), ("pre", "post"), ("inter", "intra")),
    *(("hyper", "hypo"), ("homo", "hetero"), ("en", "de"), ("maxi", "mini")),
)
MIN_PREFIXED = 4


def opposite(a: str, b: str) -> bool:
    """Whether two folded words exclude each other, by the lists or by their prefixes."""
    if b in _OPPOSITES_OF.get(a, ()):
        return True
    return any(
        a.startswith(x) and b.startswith(y) and _same_rest(a[len(x) :], b[len(y) :])
        for left, right in _PREFIXES
        for x, y in ((left, right), (right, left))
    )


def _same_rest(a: str, b: str) -> bool:
    return a == b and len(a) >= MIN_PREFIXED


def direction(word: str) -> int:
    """+1 for words of more, -1 for words of less, 0 otherwise."""
    return int(word in UP) - int(word in DOWN)


# Verbs, besides those of direction, whose two sides cannot be exchanged.
_RELATIONS_TEXT = """
    match matches matched cause causes caused predict predicts predicted precede precedes
    preceded follow follows followed lead leads led imply implies implied contain contains
    contained include includes included replace replaces replaced transfer transfers
    transferred depend depends explain explains explained determine determines determined
    influence influences influenced affect affects affected drive drives drove teach teaches
    taught supervise supervises supervised generate generates generated produce produces
    produced become becomes became require requires required use uses used train trains
    trained learn learns learned from into on over against on over against
"""
RELATIONS = _set(_RELATIONS_TEXT)

# After these a "not" denies nothing ("not only A but also B"); they also set two sides against
# each other ("A rather than B").
_CONTRAST_WORDS_TEXT = """
    only just merely simply than instead rather
"""
CONTRAST_WORDS = _set(_CONTRAST_WORDS_TEXT)
_CONTRASTS_TEXT = "while whereas but although though unlike however yet"
CONTRASTS = _set(_CONTRASTS_TEXT)
_UNIVERSALS_TEXT = """
    all every always only each entire entirely never none any no both
"""
UNIVERSALS = _set(_UNIVERSALS_TEXT)
_HEDGES_TEXT = """
    may might could possibly perhaps hypothesize hypothesise speculate whether
"""
HEDGES = _set(_HEDGES_TEXT)
