"""The vocabulary of the listing grammar: which English phrases stand for which part of a query."""

from __future__ import annotations

from typing import TypeVar

from app.listing.query import TextField

V = TypeVar("V")

Fields = tuple[TextField, ...]
TITLE: Fields = ("title",)
SUMMARY: Fields = ("summary",)
EITHER: Fields = ("title", "summary")


def phrases(text: str) -> tuple[str, ...]:
    """Phrases: "a | b c" -> ("a", "b c"): phrases in lower case, words apart by one space."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


def _table(*rows: tuple[str, V]) -> dict[str, V]:
    """Each phrase of a row -> the row's value."""
    return {phrase: value for text, value in rows for phrase in phrases(text)}


FIELD_NOUNS = _table(
    ("title | titles | paper title | paper titles | heading | headings", TITLE),
    ("summary | summaries | abstract | abstracts | description", SUMMARY),
    ("text | texts | record | records | entry | entries", EITHER),
)
PAPER_NOUNS = phrases(
    "paper | papers | article | articles | publication | publications | work | works | item | "
    "items | document | documents | reference | references | study | studies | record | "
    "records | entry | entries | ones | one"
)
PLURAL_EXTRAS = phrases("studies | entries | ones | summaries")
OWN = phrases(
    "the | its | their | his | a | an | both the | both | either the | either | any | each"
)
DETERMINERS = phrases(
    "all | every | each | any | the | my | your | our | of | these | those | this | a | an | "
    "only | just | out | both | entire | whole | complete | single | me | different | listed "
    "| list of | lists of | names of | seed | reading"
)
NEGATIONS = phrases(
    "do not | does not | did not | are not | is not | were not | was not | not | never | have "
    "not | has not | can not | do never | no longer | cannot"
)
AUXILIARIES = phrases(
    "do | does | did | are | is | was | were | have been | has been | actually | at least"
)
RELATIVES = phrases("that | which | who | where | such that")

MENTION = phrases(
    "mention | mentions | mentioning | refer to | refers to | referring to | name | names | "
    "naming | explicitly mention | explicitly mentions | make mention of | makes mention of"
)
CONTAIN = phrases(
    "contain | contains | containing | include | includes | including | have | has | having | "
    "use | uses | using | feature | features | featuring | carry | carries | with | show | "
    "shows | employ | employs | got | bear | bears | say | says"
)
LACK = phrases("without | lack | lacks | lacking | omit | omits | are missing | is missing | miss")
START = phrases(
    "start with | starts with | starting with | begin with | begins with | beginning with | "
    "open with | opens with | opening with | start on | starts on | start in | begin in"
)
END = phrases(
    "end with | ends with | ending with | end in | ends in | ending in | end on | ends on | "
    "finish with | finishes with | finishing with | close with | closes with | finish in"
)
STANDS = phrases(
    "appear | appears | occur | occurs | stand | stands | come up | comes up | appearing | is "
    "used | is mentioned | is found | is present | is contained | mentioned | used | are "
    "mentioned | found | present | occurring | are used | are found | feature | features"
)
ABOUT = phrases(
    "are about | is about | about | deal with | deals with | discuss | discusses | talk about "
    "| talks about | cover | covers | address | addresses | concern | concerns | on | are on "
    "| study | studies | focus on | focuses on | use | uses | work with | works with | "
    "involve | involves | examine | look at | related to | relate to | touch on | treat"
)
QUESTION = phrases(
    "phrased as a question | phrased as questions | questions | a question | worded as a "
    "question | ask a question | asks a question | ask questions | pose a question | posed as "
    "questions | pose questions | worded as questions | in the form of a question | posed as "
    "a question | framed as a question | framed as questions | formulated as a question | "
    "written as a question"
)
DATED = phrases(
    "published | written | released | dated | appeared | came out | come out | was published "
    "| were published | appear | date | printed"
)
AUTHORED = phrases(
    "written by | authored by | co-authored by | co-written by | published by | by | "
    "coauthored by | from the author | whose author is | whose authors include | whose first "
    "author is"
)
TAGGED = phrases(
    "tagged with | tagged as | tagged | with the tag | with tag | with the tags | labelled | "
    "labeled | under the tag | in the category | with the category | have the tag | carry the "
    "tag"
)
HELD = phrases(
    "published in | published at | presented at | appeared at | appeared in | accepted at | "
    "accepted to | in the journal | at the conference | from the journal | from the venue | "
    "in the venue"
)
CLAUSE_VERBS = (*START, *END, *MENTION, *CONTAIN, *LACK, *DATED, *QUESTION)
NAMED_FIELDS = {"authors": AUTHORED, "tags": TAGGED, "venue": HELD}
RECORD_FIELDS = _table(
    ("year | publication year | date | publication date | years", "year"),
    ("author | authors | author list | named authors | author names", "authors"),
    ("venue | journal | conference | venues", "venue"),
    ("summary | abstract | summaries | abstracts", "summary"),
    ("link | url | links | urls | web address", "url"),
    ("doi | dois", "doi"),
    ("arxiv id | arxiv number | arxiv ids", "arxiv_id"),
    ("tag | tags | keywords", "tags"),
)
NAME_ENDS = frozenset(
    phrases(
        "after | and | are | as | before | but | contain | did | do | does | exist | from | has | "
        "have | here | i | in | is | listed | mention | or | published | since | that | there | "
        "we | where | which | whose | with | you"
    )
)
NUMBERS = dict(
    zip(
        phrases(
            "one | two | three | four | five | six | seven | eight | nine | ten | eleven | "
            "twelve | fifteen | twenty"
        ),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20),
        strict=True,
    )
)
# Phrase -> what to add to the number for the lower and the upper bound (None: no bound).
COMPARISONS: dict[str, tuple[int | None, int | None]] = _table(
    ("more than | longer than | over | above | greater than", (1, None)),
    ("fewer than | less than | shorter than | under | below", (None, -1)),
    ("at least | no fewer than | no less than | a minimum of", (0, None)),
    ("at most | no more than | up to | a maximum of", (None, 0)),
    ("exactly | of | only | just | precisely", (0, 0)),
)

COUNT = phrases(
    "how many of | how many | the number of | count | number of | what number of | total number of"
)
SHARE = phrases(
    "what share of | what percentage of | what proportion of | what fraction of | what "
    "percent of | the share of | the percentage of | the proportion of | the fraction of"
)
LISTING = phrases(
    "list | name | show | give | find | print | enumerate | display | get | return | provide "
    "| identify | what are | which are | list out | write out | pick out | i want | i need"
)
ASKING = phrases(
    "which | what | in which | are there | is there | do any | does any | do we have | do i "
    "have | do you have | have i | have you | has any | have any | can you find | where"
)
POLITE = phrases(
    "please | can you | could you | would you | will you | tell me | i want to know | let me "
    "know | i would like to know | i'd like to know | show me | give me | check | find out | "
    "kindly | hi | hello | hey | ok | okay | so | and | now | then | for me | exactly | i'd "
    "like | i would like | can i see | may i see | what is | compute | calculate | also"
)
_PLACES = phrases(
    "list | reading list | library | collection | corpus | database | set | reading room | file"
)
_PLACE_FILLERS = tuple(
    f"{preposition} {owner} {place}"
    for preposition in phrases("in | on | of | from | within | across")
    for owner in phrases(
        "the | my | this | your | our | the whole | the entire | my whole | the full"
    )
    for place in _PLACES
)
FILLERS = (
    *_PLACE_FILLERS,
    *phrases(
        "do you have | do i have | do we have | are there | there are | exist | you have | i "
        "have | we have | in total | in all | altogether | overall | here | are here | in "
        "here | are listed | listed | do you know | you know | have you got | that you have | "
        "that i have | are | is | please | for me | do you hold | do you cover | have you "
        "read | are you using | are included | included | together | at all | anywhere | "
        "stored | indexed | are stored | are indexed | have been ingested | loaded | are "
        "loaded | there | across all papers | among all papers | among the papers | of all | "
        "all together | have you | in them | in it"
    ),
)
ORDERS = _table(
    (
        "alphabetically | in alphabetical order | by title | sorted by title | sorted "
        "alphabetically | ordered alphabetically | sorted by name",
        "title",
    ),
    (
        "by year | sorted by year | in chronological order | chronologically | ordered by "
        "year | by date | sorted by date",
        "year",
    ),
)
