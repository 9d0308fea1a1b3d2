"""Themes that stay themselves: an earlier map of a list is carried on while the list grows.

A reader who comes back must find the same themes under the same names. While most papers were there
before, known papers start in their earlier theme and leave it only for a clearly better one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.themes.label import Label

# The list is clustered anew once less than this share of it was there before.
KNOWN = 0.8
# A theme is the earlier one if they share this much of their papers (Jaccard).
SAME = 0.5

Named = list[tuple[str, Label]]


def earlier_labels(
    keys: Sequence[str], previous: Mapping[str, Any] | None, n: int | None
) -> NDArray[np.intp] | None:
    """(n,) earlier theme of each paper, -1 for a new one; None where it is better to start anew.

    previous: `ThemeMap.to_dict` of the earlier map. n: the number of themes now wanted, if any.
    """
    if not previous or (n is not None and n != len(previous["themes"])):
        return None
    theme_of = {
        paper["paper_id"]: number
        for number, theme in enumerate(previous["themes"])
        for paper in theme["papers"]
    }
    labels = np.array([theme_of.get(key, -1) for key in keys], dtype=np.intp)
    known = int((labels >= 0).sum())
    if known < KNOWN * max(len(keys), len(theme_of)):
        return None
    _, labels[labels >= 0] = np.unique(labels[labels >= 0], return_inverse=True)
    return labels


def keep_names(
    named: Named,
    keys: Sequence[str],
    labels: NDArray[np.intp],
    previous: Mapping[str, Any] | None,
) -> Named:
    """`named` with the id and label of the earlier theme wherever a theme carries one on."""
    kept = list(named)
    members: list[set[str]] = [set() for _ in kept]
    for key, number in zip(keys, labels.tolist(), strict=True):
        members[number].add(key)
    for theme in previous["themes"] if previous else ():
        before = {paper["paper_id"] for paper in theme["papers"]}
        for number, now in enumerate(members):
            if len(before & now) > SAME * len(before | now):
                kept[number] = (theme["id"], Label(theme["label"], kept[number][1].keywords))
    return distinct_ids(kept)


def distinct_ids(named: Named) -> Named:
    """An id that another theme bears already gets a number."""
    distinct: dict[str, Label] = {}
    for theme_id, label in named:
        numbered = (f"{theme_id}-{number}" for number in count(2))
        unique = next(name for name in chain([theme_id], numbered) if name not in distinct)
        distinct[unique] = label
    return list(distinct.items())
