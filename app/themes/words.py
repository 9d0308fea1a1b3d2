"""Word lists of general English: what cannot start, end or carry a theme's name."""

from __future__ import annotations

from ingest.text import FUNCTION_WORDS

# Beside the function words of every text, what no phrase of a title needs.
_LIGHT_WORDS = """
above again all almost alone along always amid another anyone anything around away below beneath
beside besides best better beyond despite due eg else enough especially etc ever every everything
fewer first further get given half herself him himself ie indeed inside instead itself last latter
like likely made mainly make makes mine mostly myself namely nearly need neither never nevertheless
next non nothing now often once others otherwise ourselves outside perhaps quite rather really
second several simply something themselves thereby three throughout together toward towards two
unlike use used uses using usually various versus vs well whatever whenever whereas wherein whole
without yes yours yourself zero
"""
LIGHT_WORDS = FUNCTION_WORDS | frozenset(_LIGHT_WORDS.split())

# Verbs of titles and abstracts as they stand in the middle of a claim: no phrase crosses one.
_VERBS = """
achieve achieved achieves achieving address addresses addressing adopt adopted adopts affect
affects aim aims align aligns allow allows analyse analysed analyses analyze analyzed analyzes
analyzing appear appears apply applied applies applying argue argues arise arises ask asks assess
assesses assessing assist avoid avoids become becomes becoming behave believe boost boosts bring
bridge bridges bridging build building builds capture captures carry carries cause causes causing
challenge challenges change changes characterize characterized characterizes characterizing check
choose claim claims collect combine combined combines combining compare compared compares
comparing complete compute computes conduct conducted conducts consider considered considers
consist consists construct constructed constructs contain contains continue contribute contributes
converge converges create created creates creating decide decrease decreases define defined
defines degrade degrades deliver delivers demonstrate demonstrated demonstrates demonstrating
depend depends derive derived describe described describes design designed designing detect
detects detecting determine determines determining develop developed developing develops differ
differs discover discovered discovering discovers discuss discussed discusses do drive drives
eliciting elicit elicits eliminate eliminates emerge emerged emerges employ employed employs
emerging enable enabled enables enabling encode encodes encoding encourage encourages enhance
enhanced enhances enhancing ensure ensures ensuring establish established establishes evaluate
evaluated evaluates evaluating evolve evolves examine examined examines examining exceed exceeds
exhibit exhibited exhibits exist exists existing expand expands explain explained explaining
explains exploit exploits exploiting explore explored explores exploring extend extends extending
extract extracts extracting face faces facilitate facilitates fail failed fails find finding finds
focus focused focuses focusing follow followed following follows form forms formalize formalized
formalizes found gain gains generalize generalizes generate generated generates generating give
gives grow grows guide guides help helps hinder hinders hold holds hope identified identifies
identify identifying illustrate illustrates impact impacts implement implemented implements imply
implies improve improved improves improving include included includes including incorporate
incorporates incorporating increase increased increases increasing indicate indicates induce
induced induces influence influences inform informs inspire inspired integrate integrated
integrates integrating interpret interprets interpreting introduce introduced introduces
introducing investigate investigated investigates investigating involve involves keep keeps know
known knows lack lacks lead leading leads learn learned learns leave leaves leverage leveraged
leverages leveraging lie lies limit limited limits localise localize locate look looks maintain
maintains maintaining match matches matter matters maximize mean means measure measured measures
measuring minimize mitigate mitigates mitigating model-based motivate motivated motivates move
moves observe observed observes obtain obtained obtains occur occurs offer offers operate operates
optimize optimized optimizes optimizing outperform outperforms outperformed overcome perform
performed performing performs pose posed poses possess predict predicts predicting present
presented presenting presents prevent prevents preventing produce produced produces producing
propose proposed proposes proposing prove proves proven provide provided provides providing pursue
question questions raise raised raises reach reaches read receive reduce reduced reduces reducing
refer refers reflect reflects rely relies relying remain remains replace replaces report reported
reports represent represented represents require required requires requiring resolve resolves
result resulted results retain retains reveal revealed revealing reveals review reviewed reviews
run runs said say says see seek seeks seem seems select selected selects serve serves set sets
shape shapes share shared shares show showed showing shown shows solve solves solving speak start
starts steer steers stop stops struggle struggles studied studies study studying suffer suffers
suggest suggested suggests suggesting summarize summarizes support supported supports surpass
surpasses tackle tackles tackling take taken takes teach teaches tell tells tend tends test tested
tests think thinks train trained trains transform transforms transmit transmits treat treats try
tries turn turns uncover uncovering uncovers understand understanding understands undergo unify
unifies utilize utilized utilizes utilizing validate validated validates varies vary verify
verifies want wants work works write writes written yield yields
"""
VERBS = frozenset(_VERBS.split())

# Words of every abstract: they may stand in a phrase, but a phrase of them alone names nothing.
_GENERIC = """
ability able accuracy advance advances advancement advancements aim algorithm algorithms amount
analysis analyses application applications approach approaches aspect aspects author authors
available based baseline baselines behavior behaviors behaviour behaviours benchmark benchmarks
capabilities capability capable case cases challenge challenges challenging class code common
comparison complex comprehensive concept concepts context contribution contributions core critical
crucial current data dataset datasets day deep demand different difficult direct direction
directions domain domains effect effective effectiveness effects efficiency efficient effort
efforts empirical end essential evaluation evaluations evidence example examples experiment
experimental experiments extensive fact factor factors feature features field fields finding
findings form framework frameworks full fundamental future general goal goals good great group
groups growing high higher highly hypothesis idea impact implementation implications importance
important improvement improvements information input inputs insight insights issue issues key kind
knowledge language large level levels limitation limitations line literature low lower main major
manner means mechanism mechanisms method methodology methodologies methods metric metrics model
models modern multiple nature new novel number objective open order output outputs overview paper
papers part particular parts past people performance perspective perspectives point points popular
possible potential powerful practical practice practices previous primary principle principles
prior problem problems procedure process processes progress project promising properties property
purpose quality question questions range rapid real recent related relevant remarkable research
researcher researchers result results rich rise role scale scenario scenarios science scope set
sets setting settings significant similar simple single situation small solution solutions source
space specific standard state step steps strategies strategy strong structure studies study
success successful suite survey surprising system systematic systems target task tasks technical
technique techniques term terms test theory time tool tools top topic topics traditional training
true type types typical understanding unique user users value values variety version view views
way ways widespread wide widely work works world year years
"""
GENERIC = frozenset(_GENERIC.split())
