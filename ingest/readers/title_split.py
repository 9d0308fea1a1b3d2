"""Splits an entry in which title and summary run together, and says how sure the split is.

Model: a conditional logit (McFadden 1974) over the candidate boundaries of an entry; its features
are in `title_features`, its weights were fitted on synthetic lists (`tests/training`). What the
entries of one list have in common is then used as evidence (`ListEvidence`): exports cut all
summaries at one length and join all entries in one way. Neither is needed: a single entry splits by
itself.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from operator import mul

import ingest
from ingest.readers.title_candidates import END, KINDS, Candidate, candidates, glued_at
from ingest.readers.title_features import FEATURES, EntryView

MODEL_FILE = "title_split.json"
# Share of summaries that end this many characters before the common cut: white space at the cut is
# trimmed, and sometimes a word is not broken.
_CUT_KERNEL = {0: 0.85, 1: 0.08, 2: 0.02, 3: 0.02, 4: 0.01, 5: 0.01}
_CUT_FLOOR = 1.0 / 300.0
_PRIOR_ENTRIES = 4.0
_TRUSTED_SHARE = 0.5
# Share of boundaries for which `candidates` has none, and the probability below which it may be so.
_MISSED = 0.015
_NOTABLE = 0.2
_CUT_MARK = re.compile(r"(?:…|\.\.\.)$")


@dataclass(frozen=True, slots=True)
class Split:
    """title = entry[:end], summary = entry[start:]; confidence: the model's probability."""

    end: int
    start: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Model:
    weights: tuple[float, ...]
    tables: Mapping[str, Mapping[str, float]]
    kinds: Mapping[str, float]


@dataclass(slots=True)
class _Scored:
    """An entry's candidates with their probabilities, which sum to 1.

    end: where the text ends and the mark of the cut, if there is one, starts.
    """

    entry: str
    candidates: list[Candidate]
    probabilities: list[float]
    end: int

    def with_candidates(self, candidates: list[Candidate], weights: list[float]) -> _Scored:
        """The same entry with other candidates, their weights brought to a sum of 1."""
        total = sum(weights)
        return _Scored(self.entry, candidates, [w / total for w in weights], self.end)

    @property
    def is_cut(self) -> bool:
        """Whether the entry ends with the mark of a cut."""
        return self.end < len(self.entry)

    def lengths(self) -> Mapping[int, float]:
        """Expected count of each summary length; empty if the entry was not cut."""
        counts: defaultdict[int, float] = defaultdict(float)
        if self.is_cut:
            for candidate, p in zip(self.candidates, self.probabilities, strict=True):
                if candidate.kind != END:
                    counts[self.end - candidate.start] += p
        return counts

    def kinds(self) -> Mapping[str, float]:
        """Expected count of each kind of boundary."""
        counts: defaultdict[str, float] = defaultdict(float)
        for candidate, p in zip(self.candidates, self.probabilities, strict=True):
            counts[candidate.kind] += p
        return counts


def split_entries(entries: Sequence[str]) -> list[Split]:
    """The splits of one list's entries (no white space at their ends), in order."""
    scored = [_score(entry) for entry in entries]
    evidence = ListEvidence.of(scored)
    if evidence.share > _TRUSTED_SHARE:
        # Where nearly all summaries have one length, the place that it points to is tried as well.
        scored = [_with_cut(item, evidence.cut_length) for item in scored]
        evidence = ListEvidence.of(scored)
    return [_best(evidence.update(item)) for item in scored]


def split_entry(entry: str) -> Split:
    """The split of one entry by itself."""
    return _best(_score(entry))


@dataclass(frozen=True, slots=True)
class ListEvidence:
    """What the entries of one list have in common, as expected counts over their candidates.

    lengths: characters from a boundary to the end, over cut entries. kinds: kinds of boundary.
    """

    lengths: Mapping[int, float]
    kinds: Mapping[str, float]
    cut_length: int
    cut_entries: int
    entries: int

    @classmethod
    def of(cls, scored: Sequence[_Scored]) -> ListEvidence:
        """Sums the probabilities of all candidates of a list."""
        lengths: defaultdict[int, float] = defaultdict(float)
        kinds = dict.fromkeys(KINDS, 0.0)
        for item in scored:
            for length, p in item.lengths().items():
                lengths[length] += p
            for kind, p in item.kinds().items():
                kinds[kind] += p
        common = max(lengths, key=lambda n: (lengths[n], n), default=0)
        return cls(lengths, kinds, common, sum(item.is_cut for item in scored), len(scored))

    @property
    def share(self) -> float:
        """Share of the cut entries that end at the common length."""
        return _near(self.lengths, self.cut_length) / (self.cut_entries + _PRIOR_ENTRIES)

    def update(self, item: _Scored) -> _Scored:
        """The entry's probabilities, given what all others show (its own part left out)."""
        own = item.kinds()
        near = _near(self.lengths, self.cut_length) - _near(item.lengths(), self.cut_length)
        share = max(near, 0.0) / (max(self.cut_entries - 1, 0) + _PRIOR_ENTRIES)
        base = _model().kinds
        updated = []
        for candidate, p in zip(item.candidates, item.probabilities, strict=True):
            fit = 1.0
            if item.is_cut:
                distance = self.cut_length - (item.end - candidate.start)
                fit = share * _CUT_KERNEL.get(distance, 0.0) + (1.0 - share) * _CUT_FLOOR
            prior = base[candidate.kind]
            others = self.kinds[candidate.kind] - own.get(candidate.kind, 0.0)
            rate = (others + _PRIOR_ENTRIES * prior) / (self.entries - 1 + _PRIOR_ENTRIES)
            updated.append(p * fit * max(rate, 0.0) / prior)
        return item.with_candidates(item.candidates, updated)


def _near(lengths: Mapping[int, float], cut_length: int) -> float:
    """Expected count of summaries at the common length, or a trimmed word end below it."""
    return sum(lengths.get(cut_length - distance, 0.0) for distance in _CUT_KERNEL)


def _with_cut(item: _Scored, cut_length: int) -> _Scored:
    """The entry with a candidate where the common length points to, if none of note is there.

    Needed where the summary starts with a lower-case word that no word list holds.
    """
    if not item.is_cut or item.lengths().get(cut_length, 0.0) > _NOTABLE:
        return item
    added = glued_at(item.entry, item.end - cut_length)
    if added is None:
        return item
    rest = [p * (1.0 - _MISSED) for p in item.probabilities]
    return item.with_candidates([added, *item.candidates], [_MISSED, *rest])


def _score(entry: str) -> _Scored:
    model = _model()
    options = candidates(entry)
    view = EntryView(entry)
    logits = [
        sum(map(mul, model.weights, view.features(option, model.tables))) for option in options
    ]
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    total = sum(powers)
    mark = _CUT_MARK.search(entry[-4:])
    end = len(entry) - (len(mark.group()) if mark else 0)
    return _Scored(entry, options, [power / total for power in powers], end)


def _best(item: _Scored) -> Split:
    best = max(range(len(item.candidates)), key=lambda i: (item.probabilities[i], -i))
    chosen = item.candidates[best]
    return Split(chosen.end, chosen.start, round(item.probabilities[best], 4))


@lru_cache(maxsize=1)
def _model() -> _Model:
    data = json.loads(resources.files(ingest).joinpath("data", MODEL_FILE).read_text("utf-8"))
    kinds = {kind: data["kinds"][kind] for kind in KINDS}
    return _Model(tuple(data["weights"][name] for name in FEATURES), data["tables"], kinds)
