"""One forward pass for two uses: record vectors now, token vectors when the snapshot is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ingest.index.encoder import DIMENSIONS, TokenEncoding, shared_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Texts remembered: at most ~400 MB. What a longer run forgets is encoded once more.
REMEMBERED = 1000


class TokenSpool:
    """The packaged encoder (an `Embedder`) that remembers the token vectors of what it embedded."""

    name = "minilm"

    def __init__(self) -> None:
        self._remembered: dict[str, TokenEncoding] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> (n, 384) float32 unit rows."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            (encoding,) = shared_encoder().encode_tokens([text])
            rows[row] = encoding.vector
            if len(self._remembered) < REMEMBERED:
                self._remembered[text] = encoding
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenEncoding]:
        """Texts -> one TokenEncoding each."""
        return [
            self._remembered.get(text) or shared_encoder().encode_tokens([text])[0]
            for text in texts
        ]
