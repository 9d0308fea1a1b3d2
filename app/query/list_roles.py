"""What each word of a question for a list stands for, learned from examples (`tests/training/`).

A recurrent network (gated recurrent units in both directions; Cho et al. 2014) over the packaged
encoder's token vectors and the words in which lists are asked for tells the words that papers are to be
about from those that are set aside and from all others, and whether papers are to be listed by topic or
by word, counted, or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.language.text_classifier import shipped, stored_arrays
from app.language.words import Word, words
from app.query.words import is_topic_word
from ingest.index.encoder import shared_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Role = Literal["none", "wanted", "aside"]
ROLES: tuple[Role, ...] = ("none", "wanted", "aside")
# Papers are to be listed by their topic, by words that they have, counted, or none of these.
Mode = Literal["list", "mention", "count", "none"]
MODES: tuple[Mode, ...] = ("list", "mention", "count", "none")
VECTOR_SCALE = 3.0
# From this probability on nothing is taken to be listed or counted.
SURELY_NONE = 0.9
_PUNCTUATION = frozenset(",.;:?!()–—")


@dataclass(frozen=True, slots=True)
class ListRoles:
    """words with one role each, and the probability of each of MODES."""

    words: tuple[Word, ...]
    roles: list[Role]
    modes: dict[Mode, float]

    @property
    def mode(self) -> Mode:
        """The most probable."""
        return max(self.modes, key=self.modes.__getitem__)


def is_none(text: str) -> bool:
    """Whether surely nothing is to be listed or counted."""
    return list_roles(text).modes["none"] >= SURELY_NONE


@lru_cache(maxsize=256)
def list_roles(text: str) -> ListRoles:
    """Reads a question."""
    found, rows = inputs(text)
    if not found:
        return ListRoles((), [], {"none": 1.0})
    form, weights = _network()
    known = weights["form.weight"][[form.get(word.lower, 0) for word in found]]
    reduced = np.tanh(rows @ weights["reduce.weight"].T + weights["reduce.bias"] + known)
    states = np.concatenate(
        [_run(reduced, weights, ""), _run(reduced[::-1], weights, "_reverse")[::-1]], axis=1
    )
    best = _settled(text, found, states @ weights["role.weight"].T + weights["role.bias"])
    odds = np.exp(weights["mode.weight"] @ states.max(axis=0) + weights["mode.bias"])
    modes = dict(zip(MODES, (odds / odds.sum()).tolist(), strict=True))
    return ListRoles(found, best, modes)


def _settled(text: str, found: Sequence[Word], scores: Array) -> list[Role]:
    """The best role of each word; neighbours that name a topic together have one role.

    scores: (w, 3) logits.
    """
    best = [ROLES[i] for i in scores.argmax(axis=1)]
    start = 0
    for end in range(1, len(found) + 1):
        joined = end < len(found) and "none" not in best[end - 1 : end + 1]
        if joined and not text[found[end - 1].end : found[end].start].strip(" -\n\t"):
            continue
        if best[start] != "none":
            role: Role = ROLES[1 + int(scores[start:end, 1:].sum(axis=0).argmax())]
            best[start:end] = [role] * (end - start)
        start = end
    if "aside" in best and "wanted" not in best:
        # Something is set aside from something: what is likeliest of the words that name a topic.
        free = [i for i, word in enumerate(found) if best[i] == "none" and word.content]
        topics = [i for i in free if is_topic_word(found[i])]
        for i in sorted(topics or free, key=lambda i: scores[i, 0] - scores[i, 1])[:1]:
            best[i] = "wanted"
    return best


def inputs(text: str) -> tuple[tuple[Word, ...], Array]:
    """The words, and (w, 387) a row for each: its vector, and whether a pause, form or content."""
    found, encoded = words(text), shared_encoder().encode_tokens([text])[0]
    form = shipped("app.query", "intent").form
    starts, ends = encoded.offsets[:, 0], encoded.offsets[:, 1]
    rows = np.zeros((len(found), 387), dtype=np.float32)
    before = 0
    for row, word in zip(rows, found, strict=True):
        pieces = encoded.token_vectors[(starts < word.end) & (ends > word.start)]
        if len(pieces):
            row[:384] = VECTOR_SCALE * pieces.mean(axis=0)
        paused = not _PUNCTUATION.isdisjoint(text[before : word.start])
        row[384:] = (paused, word.lower in form, word.content)
        before = word.end
    return found, rows


def _run(rows: Array, weights: dict[str, Array], way: str) -> Array:
    """(w, width) -> (w, hidden) states, in the order of the rows."""
    inner, outer = weights[f"gru.weight_hh_l0{way}"], weights[f"gru.weight_ih_l0{way}"]
    given = rows @ outer.T + weights[f"gru.bias_ih_l0{way}"]
    bias, size = weights[f"gru.bias_hh_l0{way}"], inner.shape[1]
    state = np.zeros(size, dtype=np.float32)
    states = np.empty((len(rows), size), dtype=np.float32)
    for step, row in enumerate(given):
        own = inner @ state + bias
        gates = 1.0 / (1.0 + np.exp(-(row[: 2 * size] + own[: 2 * size])))
        new = np.tanh(row[2 * size :] + gates[:size] * own[2 * size :])
        state = (1.0 - gates[size:]) * new + gates[size:] * state
        states[step] = state
    return states


@lru_cache(maxsize=1)
def _network() -> tuple[dict[str, int], dict[str, Array]]:
    """Words in which lists are asked for -> their row of `form.weight`, 0 for all others; the weights."""
    stored = stored_arrays("app.query", "list_roles")
    form = {str(word): row for row, word in enumerate(stored.pop("form").tolist(), start=1)}
    return form, {name: weights.astype(np.float32) for name, weights in stored.items()}
