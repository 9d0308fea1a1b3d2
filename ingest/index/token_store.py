"""Token vectors of every record, quantised and memory-mapped: what late interaction compares.

Encoding a record at question time takes up to 40 ms; reading its token vectors takes microseconds.
Each vector is kept as 384 int8 numbers of one common step (the vectors have length 1, so no number
exceeds 1), which changes no cosine by more than about 0.01. Stop words and punctuation are left
out: a third of the tokens, and on both development sets none that helped.

Layout of a folder: `vectors.i8` (T, 384) int8, `tokens.npz` (starts, title tokens, ids, document
frequencies) and `keys.json`, the text hash of each record, by which the next generation finds what
it can copy instead of encoding it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ingest.index.encoder import DIMENSIONS, TokenEncoding, shared_encoder
from ingest.text import STOP_WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.paper import Paper

# Size of the word-piece vocabulary (BERT, uncased).
VOCABULARY = 30522
# Components of unit token states rarely pass 0.4; what does is clipped.
SCALE = 127 / 0.4
# Tokens that tell what the tokens of a list have in common.
MEAN_OF = 100_000
# Up to so many tokens are also kept as floats: 25 MB, and no question has to convert them.
KEPT_AS_FLOATS = 16_384

_BATCH = 64
_VECTORS = "vectors.i8"
_TOKENS = "tokens.npz"
_KEYS = "keys.json"

EncodeTokens = Callable[[Sequence[str]], list[TokenEncoding]]


class TokenStore:
    """Token vectors of P records, addressed by row, opened for reading.

    starts: (P + 1,) int64 first token of each record. title_tokens: (P,) int32, how many of a
    record's tokens belong to its title. document_frequency: (30522,) int32 records with each piece.
    offsets: (T, 2) int32 character span of each token in its record's text.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / _TOKENS) as arrays:
            self.starts: NDArray[np.int64] = arrays["starts"]
            self.title_tokens: NDArray[np.int32] = arrays["title_tokens"]
            self.document_frequency: NDArray[np.int32] = arrays["document_frequency"]
            self.offsets: NDArray[np.int32] = arrays["offsets"]
            self._ids: NDArray[np.uint16] = arrays["ids"]
        self._vectors = _open_vectors(folder / _VECTORS, len(self._ids))
        self._keys_file = folder / _KEYS

    def __len__(self) -> int:
        return len(self.starts) - 1

    def tokens(self, row: int) -> slice:
        """Where a record's tokens lie in `offsets`."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def similarities(self, query: NDArray[np.float32], row: int) -> NDArray[np.float32]:
        """Cosines of query tokens (q, 384) with a record's tokens: (q, t) float32."""
        small, part = len(self._ids) <= KEPT_AS_FLOATS, self.tokens(row)
        stored = self._floats[part] if small else self._vectors[part].astype(np.float32)
        product: NDArray[np.float32] = query @ stored.T
        product *= np.float32(1 / SCALE)
        return product

    def best_matches(
        self, query: NDArray[np.float32], rows: Sequence[int]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(n, q) highest cosine of each query token (q, 384) in each record, and in its title.

        0 for a record without tokens. One product for all records: they are many and short.
        """
        starts = self.starts[rows]
        lengths = self.starts[np.add(rows, 1)] - starts
        best = np.zeros((2, len(rows), len(query)), dtype=np.float32)
        held = np.flatnonzero(lengths)
        if not len(held):
            return best[0], best[1]
        places = np.concatenate([np.arange(s, s + n) for s, n in zip(starts, lengths, strict=True)])
        if len(self._ids) <= KEPT_AS_FLOATS:
            cosines = (self._floats @ query.T)[places]
        else:
            cosines = self._vectors[places].astype(np.float32) @ query.T
        cosines *= np.float32(1 / SCALE)
        first = np.concatenate([[0], np.cumsum(lengths[held])[:-1]]).astype(np.intp)
        titles = np.clip(self.title_tokens[rows][held], 1, lengths[held])
        # Segments in turn: a title, and what follows it in the record (itself where nothing does).
        ends = np.minimum(first + titles, len(cosines) - 1)
        segments = np.maximum.reduceat(cosines, np.stack([first, ends], axis=1).ravel())
        best[1, held] = segments[::2]
        best[0, held] = np.maximum.reduceat(cosines, first)
        return best[0], best[1]

    @cached_property
    def _floats(self) -> NDArray[np.float32]:
        """(t, 384) all token vectors of a short list."""
        return self._vectors[:].astype(np.float32)

    def idf(self, token_ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """(t,) float32 inverse document frequency of word pieces, log((P + 1) / (df + 0.5))."""
        df = self.document_frequency[token_ids]
        return np.log((len(self) + 1) / (df + 0.5)).astype(np.float32)

    @cached_property
    def mean_length(self) -> float:
        """Mean number of tokens kept of a record."""
        return len(self._ids) / max(len(self), 1)

    @cached_property
    def mean_vector(self) -> NDArray[np.float32]:
        """(384,) mean token vector, of a long store that of its first tokens."""
        first = self._vectors[:MEAN_OF].astype(np.float32)
        mean: NDArray[np.float32] = first.mean(axis=0) / np.float32(SCALE)
        return mean

    def copyable(self) -> dict[str, int]:
        """Text hash -> row, of every record held."""
        keys: list[str] = json.loads(self._keys_file.read_text("utf-8"))
        return {key: row for row, key in enumerate(keys)}

    def record(self, row: int) -> _Record:
        """A record as stored, to be copied into the next generation."""
        part = self.tokens(row)
        title = int(self.title_tokens[row])
        return _Record(self._vectors[part], self._ids[part], self.offsets[part], title)


class _Record(NamedTuple):
    vectors: NDArray[np.int8]
    ids: NDArray[np.uint16]
    offsets: NDArray[np.int32]
    title_tokens: int


def write_token_store(
    folder: Path,
    papers: Sequence[Paper],
    previous: Path | None = None,
    encode: EncodeTokens | None = None,
) -> None:
    """Write the token vectors of `papers`, in order, into `folder`, which is created.

    previous: folder of an older store; records whose text it holds are copied.
    encode: texts -> TokenEncoding, the packaged encoder by default.
    """
    folder.mkdir(parents=True, exist_ok=True)
    old = TokenStore(previous) if previous is not None and (previous / _KEYS).exists() else None
    known = old.copyable() if old is not None else {}
    keys = [
        hashlib.sha256(paper.text.encode("utf-8", "replace")).hexdigest()[:16] for paper in papers
    ]
    written: list[_Record] = []
    with (folder / _VECTORS).open("wb") as file:
        for first in range(0, len(papers), _BATCH):
            batch = range(first, min(first + _BATCH, len(papers)))
            missing = [row for row in batch if keys[row] not in known]
            fresh = _encode([papers[row] for row in missing], encode)
            records = dict(zip(missing, fresh, strict=True))
            for row in batch:
                record = records.get(row) or _stored(old, known[keys[row]])
                file.write(record.vectors.tobytes())
                # Of the vectors nothing stays in memory.
                written.append(record._replace(vectors=np.zeros((0, 0), np.int8)))
    _write_tokens(folder / _TOKENS, written)
    (folder / _KEYS).write_text(json.dumps(keys), "utf-8")


def _write_tokens(path: Path, records: Sequence[_Record]) -> None:
    frequency = np.zeros(VOCABULARY, dtype=np.int32)
    for record in records:
        frequency[np.unique(record.ids)] += 1
    np.savez(
        path,
        starts=np.cumsum([0, *(len(record.ids) for record in records)], dtype=np.int64),
        title_tokens=np.array([record.title_tokens for record in records], dtype=np.int32),
        ids=np.concatenate([np.zeros(0, np.uint16), *(record.ids for record in records)]),
        offsets=np.concatenate(
            [np.zeros((0, 2), np.int32), *(record.offsets for record in records)]
        ),
        document_frequency=frequency,
    )


def _encode(papers: Sequence[Paper], encode: EncodeTokens | None) -> list[_Record]:
    if not papers:
        return []
    encodings = (encode or shared_encoder().encode_tokens)([paper.text for paper in papers])
    return [_record(e, paper) for e, paper in zip(encodings, papers, strict=True)]


def _record(encoding: TokenEncoding, paper: Paper) -> _Record:
    kept = content_tokens(paper.text, encoding.offsets)
    offsets = encoding.offsets[kept]
    return _Record(
        vectors=np.clip(np.rint(encoding.token_vectors[kept] * SCALE), -127, 127).astype(np.int8),
        ids=encoding.token_ids[kept].astype(np.uint16),
        offsets=offsets,
        title_tokens=int((offsets[:, 1] <= len(paper.title)).sum()),
    )


def content_tokens(text: str, offsets: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(t,) which tokens are compared: neither punctuation nor a whole stop word."""
    return np.array([_is_content(text, start, end) for start, end in offsets.tolist()], dtype=bool)


def _is_content(text: str, start: int, end: int) -> bool:
    piece = text[start:end]
    if not any(map(str.isalnum, piece)):
        return False
    inside_word = text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()
    return inside_word or piece.lower() not in STOP_WORDS


def _stored(old: TokenStore | None, row: int) -> _Record:
    if old is None:
        raise AssertionError("a record is known only if there is an older store")
    return old.record(row)


def _open_vectors(path: Path, count: int) -> NDArray[np.int8]:
    if count == 0:  # an empty file cannot be mapped
        return np.zeros((0, DIMENSIONS), dtype=np.int8)
    return np.memmap(path, dtype=np.int8, mode="r", shape=(count, DIMENSIONS))
