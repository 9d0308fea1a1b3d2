"""Words that two texts share in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil

from app.language.lexicon import opposite
from app.language.words import Word

# Letters that two stems must share from the front to be of one root, and as a share of the longer
# one.
MIN_ROOT, MIN_ROOT_SHARE = 4, 0.7


def common_words(claim: Sequence[Word], place: Sequence[Word]) -> list[tuple[int, int]]:
    """The longest common run of words in order (a longest common subsequence), as pairs of positions."""
    rows, columns = len(claim), len(place)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            same = _same(claim[i], place[j])
            best[i][j] = best[i + 1][j + 1] + 1 if same else max(best[i + 1][j], best[i][j + 1])
    return list(_walk(claim, place, best))


def _walk(
    claim: Sequence[Word], place: Sequence[Word], best: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(claim) and j < len(place):
        if _same(claim[i], place[j]):
            yield i, j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1


def _same(a: Word, b: Word) -> bool:
    if a.number or b.number:
        return (a.number, a.unit) == (b.number, b.unit)
    return a.stem == b.stem or _of_one_root(a.stem, b.stem)


@lru_cache(maxsize=65536)
def _of_one_root(a: str, b: str) -> bool:
    root = ceil(max(MIN_ROOT, MIN_ROOT_SHARE * max(len(a), len(b))))
    return min(len(a), len(b)) >= root and a[:root] == b[:root] and not opposite(a, b)
