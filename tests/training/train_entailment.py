"""Trains what `app.verification.entailment` runs: `python -m tests.training.train_entailment`.

Needs torch and onnx, which are no part of the project's requirements. Reads `data/entailment.jsonl` (sentences by
a dozen writers about abstracts, each true one with twins that differ in one fact), `--papers` (the records, which
the data names only by id), and, if given, `--made` (pairs made by editing abstracts) and `--claims` (SciFact's
train claims; Wadden et al. 2020): the shipped weights saw all of them. Writes `app/verification/data/entailment.onnx`
and prints how well it tells the true sentences of the writers that it has not read from their false ones.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional, utils

from tests.training.entailment_examples import INPUTS, UNKNOWN, batch_of, example
from tests.training.entailment_network import SUPPORT, UNSAID, Ensemble, Network
from tests.training.entailment_pairs import (
    Group,
    Pair,
    cheap,
    claims_in_parts,
    grouped,
    made,
    written,
)

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "app" / "verification" / "data" / "entailment.onnx"
# Writers for the last measurement, and one to choose by: neither is read.
HELD_OUT, TO_CHOOSE_BY = (1, 4, 6, 10), 3
GROUPS_A_BATCH = 16
LEARNING_RATE = 1e-3
SALADS, QUOTES = 260, 170
# Other pairs in an epoch for each group of written ones.
OTHER_SHARE = 0.7
WRONG_PAPER_SHARE = 0.1
SMOOTHING = 0.03
# A true sentence is to lead its twin by this in log odds; the loss for it and for tokens beside the label's.
MARGIN, MARGIN_WEIGHT, WRONG_TOKEN_WEIGHT = 2.0, 0.3, 3.0


def log_odds(logits: Tensor) -> Tensor:
    """Of support against the rest."""
    return logits[:, SUPPORT] - torch.logsumexp(logits[:, SUPPORT + 1 :], 1)


def loss_of(network: Network, groups: Sequence[Group], others: Sequence[Pair]) -> Tensor:
    """Of the labels, of true sentences that do not lead their twins, and of the tokens."""
    pairs = [pair for group in groups for pair in group]
    first = 0
    leads: list[tuple[int, int]] = []
    for group in groups:
        if group[0].label == SUPPORT:
            leads += [(first, first + i) for i in range(1, len(group))]
        first += len(group)
    examples = [example(pair) for pair in pairs]
    for group in groups:
        if group[0].label == SUPPORT and random.random() < WRONG_PAPER_SHARE:
            elsewhere, mine = example(random.choice(others)), example(group[0])
            claim = {name: mine[name] for name in ("claim", "claim_ids")}
            marks = {"wrong": np.full(len(mine["claim"]), UNKNOWN), "label": np.array(UNSAID)}
            examples.append({**elsewhere, **claim, **marks})
    batch = batch_of(examples)
    logits, wrong = network(**{name: batch[name] for name in INPUTS})
    loss = functional.cross_entropy(logits, batch["label"], label_smoothing=SMOOTHING)
    known = batch["wrong"] >= 0
    loss = loss + functional.binary_cross_entropy_with_logits(
        wrong[known], batch["wrong"][known].float(), pos_weight=torch.tensor(WRONG_TOKEN_WEIGHT)
    )
    if leads:
        true, false = (log_odds(logits)[list(side)] for side in zip(*leads, strict=True))
        loss = loss + MARGIN_WEIGHT * functional.softplus(MARGIN - (true - false)).mean()
    return loss


def batches(groups: list[Group]) -> list[list[Group]]:
    """The groups in random order, those of one batch of about the same length."""
    random.shuffle(groups)
    out = []
    for start in range(0, len(groups), 10 * GROUPS_A_BATCH):
        near = sorted(
            groups[start : start + 10 * GROUPS_A_BATCH], key=lambda group: len(group[0].record)
        )
        some = [near[i : i + GROUPS_A_BATCH] for i in range(0, len(near), GROUPS_A_BATCH)]
        random.shuffle(some)
        out += some
    return out


def train(groups: list[Group], others: list[Group], epochs: int) -> Network:
    """A network; `others` are spread over the epochs."""
    network = Network()
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.02)
    pairs = [pair for group in groups for pair in group]
    share = min(len(others), int(len(groups) * OTHER_SHARE))
    done, steps = 0, epochs * -(-(len(groups) + share) // GROUPS_A_BATCH)
    for epoch in range(epochs):
        others = others[share:] + others[:share]
        total = 0.0
        for batch in batches(groups + others[:share]):
            warm = min(1.0, 0.1 + 2 * done * epochs / steps / 4)
            for part in optimiser.param_groups:
                part["lr"] = LEARNING_RATE * warm * max(0.01, 1 - done / steps)
            loss = loss_of(network, batch, pairs)
            optimiser.zero_grad()
            loss.backward()
            utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            done, total = done + 1, total + loss.item()
        print(f"epoch {epoch + 1}: loss {total * epochs / steps:.3f}", flush=True)
    return network


@torch.no_grad()
def scores(network: Ensemble, pairs: Sequence[Pair]) -> np.ndarray:
    """(n,) log odds of support."""
    network.eval()
    one_by_one = [batch_of([example(pair)]) for pair in pairs]
    logits = [network(**{name: one[name] for name in INPUTS})[0] for one in one_by_one]
    return log_odds(torch.cat(logits)).numpy()


def area(true: np.ndarray, false: np.ndarray) -> float:
    """Share of pairs of a true and a false sentence in which the true one has the higher score."""
    return float((true[:, None] > false[None]).mean() + (true[:, None] == false[None]).mean() / 2)


def report(name: str, network: Ensemble, pairs: Sequence[Pair]) -> None:
    """Prints the area under the curve, as a whole and by kind against all of the other side."""
    found, kinds = scores(network, pairs), np.array([pair.kind for pair in pairs])
    true = np.array([pair.label == SUPPORT for pair in pairs])
    print(f"{name}: {area(found[true], found[~true]):.3f}")
    for kind in sorted(set(kinds)):
        here = kinds == kind
        sides = (here & true, ~true) if (here & true).any() else (true, here & ~true)
        print(f"  {kind}: {area(found[sides[0]], found[sides[1]]):.2f}")


def export(network: Ensemble, target: Path) -> None:
    """Writes the network as ONNX, with the tokens of claim and evidence as free axes."""

    pair = Pair("A title\nA record of words.", "A sentence.", SUPPORT, "")
    batch = batch_of([example(pair)])
    free = {name: {1: "c" if name.startswith("claim") else "e"} for name in INPUTS}
    torch.onnx.export(
        network.eval(),
        tuple(batch[name] for name in INPUTS),
        str(target),
        input_names=list(INPUTS),
        output_names=["logits", "wrong"],
        dynamic_axes=free,
        opset_version=17,
        dynamo=False,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.training.train_entailment", description=__doc__
    )
    parser.add_argument(
        "--papers", type=Path, required=True, help="papers.jsonl.gz: id, title, abstract"
    )
    parser.add_argument("--made", type=Path, help="made pairs: premise, hypothesis, label, source")
    parser.add_argument(
        "--claims", type=Path, help="folder of claims/ and scifact/; a third is not read"
    )
    parser.add_argument("--made-limit", type=int, default=9000)
    parser.add_argument("--epochs", type=int, default=13)
    parser.add_argument("--networks", type=int, default=3, help="whose logits are averaged")
    parser.add_argument("--out", type=Path, default=TARGET, help="where the weights go")
    options = parser.parse_args(arguments)
    random.seed(1)
    torch.manual_seed(1)
    writers = written(options.papers)
    apart = (*HELD_OUT, TO_CHOOSE_BY)
    read = [pair for writer, some in writers.items() if writer not in apart for pair in some]
    tested = {"held out": [pair for writer in HELD_OUT for pair in writers[writer]]}
    tested["to choose by"] = writers[TO_CHOOSE_BY]
    others = grouped(list(cheap(read, SALADS, QUOTES)))
    if options.made:
        unread = {pair.record.split("\n")[0] for pairs in tested.values() for pair in pairs}
        others += grouped(made(options.made, options.made_limit, unread))
    if options.claims:
        parts = claims_in_parts(options.claims)
        tested["claims"] = parts.pop()
        read += [pair for part in parts for pair in part]
    random.shuffle(others)
    network = Ensemble(
        [train(grouped(read), others, options.epochs) for _ in range(options.networks)]
    )
    for name, pairs in tested.items():
        report(name, network, pairs)
    export(network, options.out)


if __name__ == "__main__":
    main()
