"""Where the records stand: what they share, what they call open, what they dispute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from app.passages import Draft, Passage, Statement
from app.themes.blocks import entries, note, of_title, titles
from app.themes.phrases import collect, distinct
from app.themes.rhetoric import (
    asks,
    claim_of_title,
    cue,
    first_playing,
    is_cut,
    points_back,
    sentences_that,
    title_and_body,
)
from app.themes.summary import best_sentence, in_turn
from app.themes.terms import generic_stems, stems
from ingest.text import counted

if TYPE_CHECKING:
    from app.themes.model import Theme, ThemeMap
    from ingest.paper import Paper

# So many central papers speak for a theme: in a list of thousands the others add time, no sense.
SPEAKERS = 25
# Papers named for one statement, and entries of one block: more would not be read.
NAMED, MOST = 5, 12
# A term is common to the list if so many papers have it, and at least this share; a single word
# more.
COMMON, COMMON_SHARE, WORD_SHARE = 3, 0.05, 0.2
# Words that a sentence must go on for after its cue where the record breaks it off.
SAID = 8
# Two claims meet where they share so many words that few papers have.
SHARED_WORDS, RARE_SHARE = 2, 0.35


def open_problems(themes: ThemeMap) -> list[Draft]:
    """Papers on open problems, then what single records call open, a theme after the other."""
    about = [paper for paper in speakers(themes) if cue("open").search(paper.title)]
    drafts = entries("Papers on open problems:", map(of_title, about[:NAMED])) if about else []
    rest = [[p for p in read(theme) if p not in about] for theme in themes.themes]
    for text, find in (("What records call open:", _open), ("What records ask:", _asked)):
        found = in_turn([[p for paper in group if (p := find(paper))] for group in rest])
        found.sort(key=lambda passage: is_cut(passage.quote))
        if found:
            drafts += entries(text, map(_quoted, found[:MOST]))
    return drafts or [note("No record calls a problem open.")]


def debates(themes: ThemeMap) -> list[Draft]:
    """Records that take a side, each beside the claim that it meets; then what titles ask."""
    papers = speakers(themes)
    claims = [claim for paper in papers if (claim := _claim(paper))]
    rare = _rare_stems(papers)
    found = in_turn([_disputing(theme) for theme in themes.themes])
    found.sort(key=lambda passage: not cue("debate").search(passage.quote))
    sides: list[Statement] = []
    for passage in found[:MOST]:
        sides.append(_quoted(passage))
        if met := _meets(passage, claims, rare):
            claims.remove(met)
            sides.append(_quoted(met, "Beside it, "))
    asked = [paper for paper in papers if _asks_yes_or_no(paper.title)]
    answer = "The records do not answer each other by name. These take a side, in their own words:"
    drafts = entries(answer, sides) if sides else []
    if asked:
        put = "Questions that titles put, to be answered yes or no:"
        drafts += entries(put, map(of_title, asked[:NAMED]))
    return drafts or [note("No record takes a side against another, as far as it shows.")]


def common(themes: ThemeMap) -> list[Draft]:
    """Terms that many papers share, and how their records argue, each with a count."""
    papers = speakers(themes)
    central = "" if len(papers) == themes.papers else f" most central of {themes.papers}"
    text = f"What the {len(papers)}{central} papers have in common, as far as their records show:"
    return entries(text, [*_shared_terms(papers), *_shared_moves(papers)])


def _shared_terms(papers: Sequence[Paper]) -> Iterator[Statement]:
    """Phrases by the number of papers that have them; one that says a better one again is left out."""
    shares = (WORD_SHARE, COMMON_SHARE)
    found = [
        phrase
        for phrase in collect(papers, range(len(papers)))
        if len(phrase.users) >= max(COMMON, shares[len(phrase.stems) > 1] * len(papers))
    ]
    found.sort(key=lambda phrase: (-len(phrase.users) * len(phrase.stems) ** 0.5, phrase.stems))
    for phrase in distinct(found, MOST):
        rows = sorted(phrase.users, key=lambda row: (row not in phrase.titled, row))
        yield _counted(f"“{phrase.surface}”:", [papers[row] for row in rows], len(papers))


def _shared_moves(papers: Sequence[Paper]) -> Iterator[Statement]:
    """How many start from what is not understood, report a finding, offer a method, ask a question."""
    is_open = cue("open").search
    moves = (
        ("Calling something open or not understood:", lambda p: any(sentences_that(is_open, p))),
        ("Stating a finding:", lambda p: _claim(p) is not None),
        ("Offering a method:", lambda p: first_playing(p.text, title_and_body(p)[1], "method")),
        ("Asking a question in the title:", asks_in_title),
    )
    for name, makes in moves:
        if having := [paper for paper in papers if makes(paper)]:
            yield _counted(name, having, len(papers))


def _counted(lead: str, having: Sequence[Paper], of: int) -> Statement:
    such = ", such as these" if len(having) > NAMED else ""
    text = f"{len(having)} of {counted(of, 'paper')}{such}."
    return Statement(text, "supported", titles(having[:NAMED]), lead)


def _disputing(theme: Theme) -> list[Passage]:
    """What disputes something, one whole sentence or title a record."""
    found = []
    for paper in read(theme):
        told = list(_said(paper, cue("dissent").search))
        if cue("stance_title").search(paper.title) and not _asks_yes_or_no(paper.title):
            told.append(Passage.of_title(paper))
        found += told[:1]
    return found


def _open(paper: Paper) -> Passage | None:
    """The sentence that calls something open; one that breaks off if it says enough and none is whole."""
    found = [p for p in sentences_that(cue("open").search, paper) if not points_back(p.quote)]
    whole = [p for p in found if not is_cut(p.quote)]
    enough = [p for p in found if len(cue("open").split(p.quote)[-1].split()) >= SAID]
    return next(iter([*whole, *enough]), None)


def asks_in_title(paper: Paper) -> bool:
    """Whether the title, or a part of it, is a question."""
    return cue("asking_title").search(paper.title) is not None


def _asks_yes_or_no(title: str) -> bool:
    return any(asked.group(1) for asked in cue("asking_title").finditer(title))


def _asked(paper: Paper) -> Passage | None:
    """The question that the record puts: in its summary, else in its title."""
    asked = next(_said(paper, asks), None)
    if asked is None and asks_in_title(paper):
        return Passage.of_title(paper)
    return asked


def _said(paper: Paper, holds: Callable[[str], object]) -> Iterator[Passage]:
    """Whole sentences of the summary, of those for which `holds` is true, that stand by themselves."""
    for passage in sentences_that(holds, paper):
        if passage.start >= paper.summary_start and not leans(passage):
            yield passage


def _claim(paper: Paper) -> Passage | None:
    """A finding that the record states whole, or that its title asserts."""
    _, body = title_and_body(paper)
    whole = [span for span in body if not is_cut(paper.text[slice(*span)])]
    span = first_playing(paper.text, whole, "finding")
    return Passage(paper, *span) if span else claim_of_title(paper)


def _meets(passage: Passage, claims: Sequence[Passage], rare: frozenset[str]) -> Passage | None:
    """Another record's claim on the same matter: most rare words shared."""
    words = set(stems(passage.paper.text)) & rare
    shared = {
        claim: len(words & set(stems(claim.quote)))
        for claim in claims
        if claim.paper != passage.paper
    }
    best = max(shared, key=lambda claim: shared[claim], default=None)
    return best if best and shared[best] >= SHARED_WORDS else None


def _rare_stems(papers: Sequence[Paper]) -> frozenset[str]:
    used = Counter(stem for paper in papers for stem in set(stems(paper.text)))
    return frozenset(s for s, n in used.items() if n <= RARE_SHARE * len(papers)) - generic_stems()


def of_theme(theme: Theme, but: Sequence[Passage] = ()) -> Passage:
    """The theme's sentence that says most of its name, or what one of its papers says, if none does.

    but: what is said already.
    """
    by_id = {placed.paper_id: placed.paper for placed in theme.papers}
    told = [sentence.citations[0] for sentence in theme.sentences if sentence.citations]
    known = [Passage(by_id[c.paper_id], c.start, c.end) for c in told if c.paper_id in by_id]
    said = {passage.quote for passage in but}
    known = [passage for passage in known if passage.quote not in said]
    own = naming(theme, known) if known else None
    if own and named_in(theme, own):
        return own
    return naming(theme, [best_sentence(paper)[1] for paper in read(theme)])


def naming(theme: Theme, passages: Sequence[Passage]) -> Passage:
    """The passage that has most words of the theme's name; the first of equals."""
    return max(passages, key=lambda passage: named_in(theme, passage))


def named_in(theme: Theme, passage: Passage) -> int:
    """How many words of a theme's name a passage has."""
    return len(set(stems(theme.label)) & set(stems(passage.quote)))


def leans(passage: Passage) -> bool:
    """Whether the quote cannot stand by itself: broken off, or pointing back."""
    return is_cut(passage.quote) or points_back(passage.quote)


def _quoted(passage: Passage, before: str = "") -> Statement:
    known = passage.end <= len(passage.paper.title) and not before
    return Statement.quoting(passage, "" if known else f"{before}“{passage.paper.title}”:")


def speakers(themes: ThemeMap) -> list[Paper]:
    """The papers that speak for the list, theme by theme."""
    return [paper for theme in themes.themes for paper in read(theme)]


def read(theme: Theme) -> list[Paper]:
    """The papers that speak for a theme: all of a short one, else the most central."""
    return [placed.paper for placed in theme.papers[:SPEAKERS]]
