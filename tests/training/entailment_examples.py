"""Pairs as tensors for `train_entailment`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from app.verification.entailment import network_inputs
from ingest.index.encoder import shared_encoder
from tests.training.entailment_network import SUPPORT
from tests.training.entailment_pairs import Pair

INPUTS = ("claim", "claim_ids", "evidence", "evidence_ids", "sentences", "records", "places")
PADDING = {"claim_ids": -1, "evidence_ids": -2, "records": -1}
# Whether a token is wrong is not known of false sentences without a twin.
UNKNOWN = -1.0

Example = dict[str, np.ndarray]


def ids_of(text: str) -> list[int]:
    """Word pieces of a text, as the encoder cuts it."""
    return [int(i) for i in shared_encoder().encode_tokens([text])[0].token_ids]


def wrong_tokens(pair: Pair) -> list[float]:
    """1 for each token that the true twin has not, 0 for the others; UNKNOWN without a twin."""
    ids = ids_of(pair.sentence)
    if pair.label == SUPPORT or not pair.twin:
        return [0.0 if pair.label == SUPPORT else UNKNOWN] * len(ids)
    marks = [0.0] * len(ids)
    changes = SequenceMatcher(None, ids_of(pair.twin), ids, autojunk=False).get_opcodes()
    for change, _, _, start, end in changes:
        # Where something is left out, the tokens on both sides of the gap are what is wrong.
        reach = (start - 1, start + 1) if change == "delete" else (start, end)
        if change != "equal":
            for i in range(max(0, reach[0]), min(len(ids), reach[1])):
                marks[i] = 1.0
    return marks


@cache
def example(pair: Pair) -> Example:
    """A pair as the network reads it, without the first axis."""
    inputs = network_inputs(pair.record, pair.sentence)
    if inputs is None:
        raise ValueError(f"no words in {pair}")
    rows = {
        n: row[0].astype(np.float16) if row.dtype.kind == "f" else row[0]
        for n, row in inputs.items()
    }
    return rows | {"wrong": np.array(wrong_tokens(pair)), "label": np.array(pair.label)}


def batch_of(examples: Sequence[Example]) -> dict[str, Tensor]:
    """Examples as padded tensors with a first axis for them."""
    out = {"label": torch.tensor([int(one["label"]) for one in examples])}
    for name in (*INPUTS, "wrong"):
        rows = [torch.from_numpy(np.asarray(one[name])) for one in examples]
        rows = [row.float() if row.is_floating_point() else row for row in rows]
        fill = UNKNOWN if name == "wrong" else PADDING.get(name, 0)
        out[name] = pad_sequence(rows, batch_first=True, padding_value=fill)
    return out
