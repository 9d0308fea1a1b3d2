"""The network behind `app.verification.entailment`, for torch, which the product does not need.

Each token of a claim attends to the tokens of the evidence, drawn by its vector, by being the same word piece
and by its neighbours being the same (decomposable attention; Parikh et al. 2016). What it found is compared with
the token, and two layers of self-attention compare the tokens' finds: what stands where, in which record.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

ENCODER_WIDTH = 384
WIDTH = 96
HEADS = 4
LAYERS = 2
DROPOUT = 0.2
PLACE_WIDTH = 16
# Sentences are laid out this many places apart; longer ones overlap a little.
SENTENCE_STRIDE = 17
MAX_DISTANCE = 8
# At the start each head looks at cosine and at same word pieces in another mixture, at neighbours not yet.
FIRST_MIXTURES = ((8.0, 2.0, 0.0), (12.0, 4.0, 0.0), (4.0, 0.0, 0.0), (8.0, 0.0, 0.0))
MASKED = -1e4
SUPPORT, REFUTE, UNSAID = range(3)


def _by_head(x: Tensor) -> Tensor:
    """(b, n, WIDTH) -> (b, HEADS, n, WIDTH / HEADS)."""
    return x.view(x.shape[0], -1, HEADS, WIDTH // HEADS).transpose(1, 2)


def _joined(x: Tensor) -> Tensor:
    """(b, HEADS, n, k) -> (b, n, HEADS * k)."""
    return x.transpose(1, 2).flatten(2)


def place_vectors(places: Tensor) -> Tensor:
    """(b, e) places -> (b, e, PLACE_WIDTH) sines and cosines."""
    half = PLACE_WIDTH // 2
    angles = places.unsqueeze(-1).float() * torch.exp(
        -math.log(200.0) * torch.arange(half, device=places.device) / half
    )
    return torch.cat([angles.sin(), angles.cos()], -1)


class SelfAttention(nn.Module):
    """One layer among the tokens of the claim, with relative distances."""

    def __init__(self) -> None:
        super().__init__()
        self.project, self.merge = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.feed = nn.Sequential(
            nn.Linear(WIDTH, 2 * WIDTH),
            nn.GELU(),
            nn.Dropout(DROPOUT),
            nn.Linear(2 * WIDTH, WIDTH),
        )
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.distances = nn.Embedding(2 * MAX_DISTANCE + 1, HEADS)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        query, key, value = (_by_head(part) for part in self.project(self.before(x)).chunk(3, -1))
        at = torch.arange(x.shape[1], device=x.device)
        apart = (at[None] - at[:, None]).clamp(-MAX_DISTANCE, MAX_DISTANCE) + MAX_DISTANCE
        scores = query @ key.transpose(-1, -2) / math.sqrt(WIDTH // HEADS)
        scores = scores + self.distances(apart).permute(2, 0, 1)
        weights = self.drop(scores.masked_fill(~real[:, None, None], MASKED).softmax(-1))
        x = x + self.drop(self.merge(_joined(weights @ value)))
        return x + self.drop(self.feed(self.between(x)))


class Network(nn.Module):
    """From `network_inputs` to the logits of SUPPORT, REFUTE, UNSAID and one for each token: is it what is wrong?

    Padding has the word-piece id -1 in the claim and -2 in the evidence.
    """

    def __init__(self) -> None:
        super().__init__()
        self.claim_in, self.query, self.key, self.value = (
            nn.Linear(ENCODER_WIDTH, WIDTH) for _ in range(4)
        )
        self.mixture = nn.Parameter(torch.tensor(FIRST_MIXTURES))
        self.compare = nn.Linear(4 * WIDTH + HEADS * (3 + PLACE_WIDTH) + 4, WIDTH)
        self.layers = nn.ModuleList(SelfAttention() for _ in range(LAYERS))
        self.norm, self.wrong = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 1)
        self.out = nn.Linear(WIDTH, 3)
        # One wrong token is enough, so the tokens' logits count by their soft maximum.
        self.spread = nn.Parameter(torch.tensor([-0.5, 0.25, 0.25]))
        nn.init.constant_(self.wrong.bias, -2.0)
        self.drop_input = nn.Dropout(DROPOUT / 2)

    def forward(
        self,
        claim: Tensor,
        claim_ids: Tensor,
        evidence: Tensor,
        evidence_ids: Tensor,
        sentences: Tensor,
        records: Tensor,
        places: Tensor,
    ) -> tuple[Tensor, Tensor]:
        real, there = claim_ids >= 0, evidence_ids >= 0
        claim = self.drop_input(claim)
        cosine = claim @ evidence.transpose(1, 2)
        same = (claim_ids.unsqueeze(2) == evidence_ids.unsqueeze(1)).float()
        beside = functional.pad(same, (1, 0, 1, 0))[:, :-1, :-1]
        beside = beside + functional.pad(same, (0, 1, 0, 1))[:, 1:, 1:]
        scores = _by_head(self.query(claim)) @ _by_head(self.key(evidence)).transpose(-1, -2)
        scores = scores / math.sqrt(WIDTH // HEADS)
        for column, signal in enumerate((cosine, same, beside)):
            scores = scores + self.mixture[:, column].view(1, -1, 1, 1) * signal.unsqueeze(1)
        weights = scores.masked_fill(~there[:, None, None], MASKED).softmax(-1)

        def seen(signal: Tensor) -> Tensor:
            """(b, c, HEADS) of a (b, c or 1, e) signal, as each head weighs the evidence."""
            return (weights * signal.unsqueeze(1)).sum(-1).transpose(1, 2)

        def most(signal: Tensor) -> Tensor:
            return signal.amax(-1, keepdim=True)

        found, token = _joined(weights @ _by_head(self.value(evidence))), self.claim_in(claim)
        place = _joined(weights @ place_vectors(places + SENTENCE_STRIDE * sentences).unsqueeze(1))
        second = (records == 1).float()[:, None]
        in_title = same * (sentences == 0).float()[:, None]
        parts = [token, found, token * found, (token - found).abs()]
        parts += [seen(cosine), seen(same), seen(second), place]
        parts += [
            most(cosine.masked_fill(~there[:, None], -1)),
            most(same),
            most(in_title),
            most(same * beside),
        ]
        x = self.compare(torch.cat(parts, -1))
        for layer in self.layers:
            x = layer(x, real)
        x = self.norm(x)
        wrong = self.wrong(x).squeeze(-1)
        worst = torch.logsumexp(wrong.masked_fill(~real, MASKED), 1, keepdim=True)
        mean = (x * real.unsqueeze(-1)).sum(1) / real.sum(1, keepdim=True)
        return self.out(mean) + worst * self.spread, wrong


class Ensemble(nn.Module):
    """The mean of networks that started differently."""

    def __init__(self, networks: Sequence[Network]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, *inputs: Tensor, **named: Tensor) -> tuple[Tensor, Tensor]:
        found = [network(*inputs, **named) for network in self.networks]
        logits, wrong = (torch.stack(part).mean(0) for part in zip(*found, strict=True))
        return logits, wrong
