"""Trains what `app.query.list_roles` runs: `python -m tests.training.train_list_roles [--quick]`.

Needs torch, which is no part of the project's requirements. Reads `data/list_roles.jsonl` (wordings with
`{A}`, `{C}`, `{E}` for what papers are to be about and `{B}`, `{D}` for what is set aside, or with the words
themselves in `[ ]` and `{ }`), `data/topics.txt` (what is put in their place)
and questions of which only the kind is known: the intents' examples, `data/list_questions.jsonl`
and those of `data/answerability.jsonl`. Writes `app/query/data/list_roles.npz` and, unless `--quick`, prints first how
well wordings are read that a model has not seen.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import rnn

from app.language.words import words
from app.query.list_roles import MODES, ROLES, inputs
from tests.training.train_query import TARGET, read

HERE = Path(__file__).parent / "data"
FILLED, CHATTY, LOWER = 6, 0.25, 0.3
HIDDEN, WIDTH, MIN_WORDINGS = 32, 48, 2
EPOCHS, BATCH, FOLDS, SEED = 14, 32, 4, 0
UNKNOWN, PADDING = -1, -2
NOT_ASIDE_WEIGHT, MODE_WEIGHT, EPSILON = 0.3, 0.5, 1e-6
BEFORE = ("hi, ", "Hello! ", "ok so ", "please: ", "One more thing. ", "For my thesis: ", "Hm, ")
AFTER = (", please", " thanks!", ", thank you", " if you can", " - it is for a talk", ", quickly")
SLOT = re.compile(r"\{([A-E])\}")
MARKS = {"[": "wanted", "{": "aside"}
# What a question that was only told apart from others may ask for.
POSSIBLE = {"listed": ("list", "mention"), "": ("list", "mention", "none")}
COUNTING = re.compile(
    r"\b(?:how (?:many|often|much)|count|number of|total|percent\w*|ratio)\b", re.I
)


@dataclass(frozen=True)
class Example:
    """group: what it was made from. roles: one for each word, UNKNOWN where only "aside" is ruled out."""

    text: str
    group: str
    mode: str
    roles: tuple[int, ...]
    words: tuple[str, ...]

    @property
    def inputs(self) -> np.ndarray:
        """(w, 387), one row for each word."""
        return _inputs(self.text)


@cache
def _inputs(text: str) -> np.ndarray:
    return inputs(text)[1]


def marked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text without its marks, and what they stood around."""
    plain, spans, start, role = "", [], 0, ""
    for letter in text:
        if letter in MARKS:
            start, role = len(plain), MARKS[letter]
        elif letter in "]}":
            spans.append((start, len(plain), role))
        else:
            plain += letter
    return plain, spans


def example(text: str, group: str, mode: str) -> Example:
    """An example of a marked text."""
    plain, spans = marked(text)
    roles, found_words = [], words(plain)
    for word in found_words:
        found = [role for start, end, role in spans if start <= word.start < end]
        roles.append(ROLES.index(found[0] if found else "none"))
    return Example(plain, group, mode, tuple(roles), tuple(w.lower for w in found_words))


def filled(text: str, topics: Sequence[str], rng: random.Random) -> str:
    """A wording with topics in its places, said as people do."""
    names = dict(zip("ABCDE", rng.sample(topics, 5), strict=True))

    def name(slot: re.Match[str]) -> str:
        opening, closing = "[]" if slot[1] in "ACE" else "{}"
        return opening + names[slot[1]] + closing

    said = SLOT.sub(name, text)
    if rng.random() < CHATTY:
        said = (
            rng.choice(BEFORE) + said
            if rng.random() < 0.5
            else said.rstrip("?.") + rng.choice(AFTER)
        )
    return said.lower().rstrip(".?") if rng.random() < LOWER else said


def examples(rng: random.Random) -> list[Example]:
    """All, those of the intents' writers with only their mode known."""
    topics = (HERE / "topics.txt").read_text("utf-8").splitlines()
    found, seen = [], set()
    for line in (HERE / "list_roles.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        times = FILLED if SLOT.search(row["text"]) else 3
        made = {filled(row["text"], topics, rng) for _ in range(times)}
        found += [example(text, row["text"], row["mode"]) for text in sorted(made)]
        seen.add(marked(row["text"])[0])
    for text, mode in others():
        if text not in seen and (told := tuple(word.lower for word in words(text))):
            found.append(Example(text, text, mode, (UNKNOWN,) * len(told), told))
    return found


def others() -> list[tuple[str, str]]:
    """Questions of other writers with their mode: "listed" by topic or word, "" anything but counted."""
    found = []
    for known in [*read("intents.jsonl"), *read("list_questions.jsonl")]:
        kind = known.label.partition("/")[0]
        if kind == "list" and COUNTING.search(known.text):
            found.append((known.text, "count"))
        elif kind not in ("small_talk", "other_task"):
            found.append((known.text, {"list": "listed", "find": ""}.get(kind, "none")))
    rows = (HERE / "answerability.jsonl").read_text("utf-8").splitlines()
    return found + [(json.loads(row)["text"], "none") for row in rows]


class Network(nn.Module):
    """Words in, their roles and the question's mode out."""

    def __init__(self, form: Sequence[str]) -> None:
        super().__init__()
        self.rows = {word: row for row, word in enumerate(form, start=1)}
        self.form = nn.Embedding(len(form) + 1, WIDTH, padding_idx=0)
        self.reduce = nn.Linear(387, WIDTH)
        self.gru = nn.GRU(WIDTH, HIDDEN, bidirectional=True, batch_first=True)
        self.role = nn.Linear(2 * HIDDEN, len(ROLES))
        self.mode = nn.Linear(2 * HIDDEN, len(MODES))
        self.drop = nn.Dropout(0.3)

    def forward(self, some: Sequence[Example]) -> tuple[Tensor, Tensor]:
        """b examples of up to w words -> (b, w, 3) and (b, 4) logits."""
        lengths = torch.tensor([len(e.words) for e in some])
        rows = rnn.pad_sequence([torch.from_numpy(e.inputs) for e in some], batch_first=True)
        known = [torch.tensor([self.rows.get(word, 0) for word in e.words]) for e in some]
        form = self.form(rnn.pad_sequence(known, batch_first=True))
        reduced = torch.tanh(self.reduce(self.drop(rows)) + self.drop(form))
        packed = rnn.pack_padded_sequence(reduced, lengths, batch_first=True, enforce_sorted=False)
        states, _ = rnn.pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        there = torch.arange(states.shape[1])[None, :, None] < lengths[:, None, None]
        most = states.masked_fill(~there, -2.0).amax(1)
        return self.role(self.drop(states)), self.mode(self.drop(most))


def loss_of(network: Network, some: Sequence[Example]) -> Tensor:
    """Of the roles that are known, of "aside" where only that is ruled out, and of the modes."""
    roles, modes = (logits.log_softmax(-1) for logits in network(some))
    told = [torch.tensor(e.roles) for e in some]
    label = rnn.pad_sequence(told, batch_first=True, padding_value=PADDING)
    share = (label != PADDING) / torch.tensor([[len(e.roles)] for e in some])
    right = -roles.gather(2, label.clamp(min=0)[:, :, None])[:, :, 0]
    not_aside = -torch.log1p(-roles[:, :, ROLES.index("aside")].exp() + EPSILON)
    loss = (torch.where(label == UNKNOWN, NOT_ASIDE_WEIGHT * not_aside, right) * share).sum()
    possible = torch.tensor(
        [[mode in POSSIBLE.get(e.mode, (e.mode,)) for mode in MODES] for e in some]
    )
    named = -torch.logsumexp(modes.masked_fill(~possible, -torch.inf), 1)
    return (loss + MODE_WEIGHT * named.sum()) / len(some)


def form_of(some: Sequence[Example]) -> list[str]:
    """Words that stand in several wordings without being topics."""
    groups: dict[str, set[str]] = {}
    for one in some:
        for word, role in zip(one.words, one.roles, strict=True):
            if role == ROLES.index("none"):
                groups.setdefault(word, set()).add(one.group)
    return sorted(word for word, found in groups.items() if len(found) >= MIN_WORDINGS)


def train(some: Sequence[Example]) -> Network:
    """A network of these examples."""
    torch.manual_seed(SEED)
    rng, network = random.Random(SEED), Network(form_of(some))
    steps = EPOCHS * -(-len(some) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    for _ in range(EPOCHS):
        mixed = rng.sample(list(some), len(some))
        for start in range(0, len(mixed), BATCH):
            optimiser.zero_grad()
            loss_of(network, mixed[start : start + BATCH]).backward()
            optimiser.step()
            schedule.step()
    return network.eval()


def cross_validate(some: Sequence[Example]) -> None:
    """Prints how well unseen wordings are read."""
    rng = random.Random(SEED)
    groups = sorted({e.group for e in some})
    fold = {group: rng.randrange(FOLDS) for group in groups}
    exact: dict[str, list[bool]] = {"roles": [], "no false aside": [], "mode": []}
    for left in range(FOLDS):
        network = train([e for e in some if fold[e.group] != left])
        for one in (e for e in some if fold[e.group] == left):
            with torch.no_grad():
                roles, modes = network([one])
            best = roles[0].argmax(-1).tolist()
            if one.roles[0] == UNKNOWN:
                exact["no false aside"].append(ROLES.index("aside") not in best)
            else:
                exact["roles"].append(
                    all(a == b for a, b in zip(best, one.roles, strict=True) if b > 0)
                )
            best_mode = MODES[int(modes[0].argmax())]
            exact["mode"].append(best_mode in POSSIBLE.get(one.mode, (one.mode,)))
    print({name: round(sum(v) / len(v), 3) for name, v in exact.items()})


def main() -> None:
    """Measures, trains on all, writes."""
    torch.set_num_threads(1)
    some = examples(random.Random(SEED))
    print(len(some), "examples")
    if "--quick" not in sys.argv:
        cross_validate(some)
    network = train(some)
    state = {name: value.numpy().astype(np.float16) for name, value in network.state_dict().items()}
    np.savez_compressed(TARGET / "list_roles.npz", form=np.array([*network.rows]), **state)


if __name__ == "__main__":
    main()
