from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.title_candidates import END, candidates
from ingest.readers.title_features import FEATURES, EntryView
from ingest.readers.title_split import split_entries, split_entry
from tests.training.measure_title_split import report, variations
from tests.training.synthetic_lists import make_list
from tests.training.train_title_split import count_tables, fit, gold_index

SUBJECTS = ("Reading Rooms", "Paper Trails", "Card Catalogues", "Open Shelves", "Lending Desks")
PLACES = ("in Small Towns", "for Large Libraries", "with Few Readers", "Across Three Countries")
ABSTRACT = (
    "We study how {0} are used {1} and what their readers make of them over ten years. Our survey "
    "shows that most visits are short. However, long visits bring more loans, and the effect is "
    "larger where rooms are quiet. These results can help librarians who plan new buildings."
)
PAPERS = [
    (f"{subject} {place}", ABSTRACT.format(subject.lower(), place.lower()))
    for subject in SUBJECTS
    for place in PLACES
]


def test_made_up_papers_are_split_in_lists_and_alone() -> None:
    entries = [f"{title}{abstract[:200]}…" for title, abstract in PAPERS]
    titles = [title for title, _ in PAPERS]
    for splits in (split_entries(entries), [split_entry(entry) for entry in entries]):
        found = [entry[: split.end] for entry, split in zip(entries, splits, strict=True)]
        assert found == titles


def test_the_common_length_settles_what_no_word_list_holds() -> None:
    entries = [f"{title}{abstract[:200]}…" for title, abstract in PAPERS]
    odd = "Quiet Rooms for Loud Readersquuxification zzyzx of the desks and " + "more words " * 20
    odd = odd[: 28 + 200] + "…"
    alone, listed = split_entry(odd), split_entries([odd, *entries])[0]
    assert odd[: listed.end] == "Quiet Rooms for Loud Readers"
    assert listed.end != alone.end or listed.confidence >= alone.confidence


def test_a_list_is_split_alike_in_any_order() -> None:
    entries = [f"{title}{abstract[:200]}…" for title, abstract in PAPERS]
    there = [split.end for split in split_entries(entries)]
    back = [split.end for split in split_entries(entries[::-1])]
    assert there == back[::-1]


@given(st.text(min_size=1, max_size=300).map(str.strip).filter(bool))
@settings(max_examples=200, deadline=None)
def test_candidates_and_features_are_well_formed(entry: str) -> None:
    options = candidates(entry)
    assert options[-1].kind == END
    tables = {name: {} for name in ("open", "open2", "close", "close2", "glue_left", "glue_right")}
    view = EntryView(entry)
    for option in options:
        assert 0 < option.end <= option.start <= len(entry)
        assert len(view.features(option, tables)) == len(FEATURES)
    split = split_entry(entry)
    assert 0 < split.end <= split.start <= len(entry)
    assert 0.0 < split.confidence <= 1.0


def test_training_learns_from_synthetic_lists() -> None:
    rng = random.Random(1)
    lists = [make_list(PAPERS, rng) for _ in range(8)]
    examples = [example for entries in lists for example in entries]
    found = [gold_index(example, candidates(example.entry)) for example in examples]
    assert sum(place is not None for place in found) > 0.9 * len(found)
    tables, kinds = count_tables(examples)
    assert abs(sum(kinds.values()) - 1.0) < 0.01
    weights = dict(zip(FEATURES, fit(examples, tables), strict=True))
    assert weights["kind:space"] < weights["kind:glue-upper"]
    assert variations(examples[0])[0] == "all"
    report(lists[:1], split_entries)
