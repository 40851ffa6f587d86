"""A million questionnaires, and their scores in plain pandas.

SDQ: five items to a scale; three answered are enough, and the person's mean stands for the others, halves rounded up.
GHQ-12: the sum of twelve answers, all of which are needed. No answer is checked, no band is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

RESPONDENTS = 1_000_000
UNANSWERED = 0.01
SCALES = {
    "emotional": (3, 8, 13, 16, 24),
    "conduct": (5, 7, 12, 18, 22),
    "hyperactivity": (2, 10, 15, 21, 25),
    "peer": (6, 11, 14, 19, 23),
    "prosocial": (1, 4, 9, 17, 20),
}
REVERSED = [7, 11, 14, 21, 25]
SUMS = {
    "total": ("emotional", "conduct", "hyperactivity", "peer"),
    "internalising": ("emotional", "peer"),
    "externalising": ("conduct", "hyperactivity"),
}
ENOUGH = 3


def answers(items: int, points: int) -> pd.DataFrame:
    """Answers at random, some of them blank."""
    import pandas as pd

    draw = np.random.default_rng(3)
    values = draw.integers(0, points, (RESPONDENTS, items)).astype(float)
    values[draw.random(values.shape) < UNANSWERED] = np.nan
    return pd.DataFrame(values, columns=columns(range(1, items + 1)))


def columns(items: range | tuple[int, ...] | list[int]) -> list[str]:
    return [f"i{item}" for item in items]


def sdq(items: pd.DataFrame) -> pd.DataFrame:
    """Score per respondent and scale, in long form."""
    items = items.copy()
    items[columns(REVERSED)] = 2 - items[columns(REVERSED)]
    scores = items[[]].copy()
    for scale, own in SCALES.items():
        answered = items[columns(own)].notna().sum(axis=1)
        prorated = np.floor(items[columns(own)].sum(axis=1) * len(own) / answered + 0.5)
        scores[scale] = prorated.where(answered >= ENOUGH)
    for name, parts in SUMS.items():
        scores[name] = scores[list(parts)].sum(axis=1, skipna=False)
    return stacked(scores)


def ghq12(items: pd.DataFrame) -> pd.DataFrame:
    return stacked(items.sum(axis=1, skipna=False).to_frame("total"))


def stacked(scores: pd.DataFrame) -> pd.DataFrame:
    long = (
        scores.rename_axis("respondent")
        .reset_index()
        .melt("respondent", var_name="scale", value_name="score")
    )
    return long.sort_values("respondent", kind="stable", ignore_index=True)
