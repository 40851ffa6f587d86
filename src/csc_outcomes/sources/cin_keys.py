"""Rows of several tables of the census told apart by one integer each instead of by three or four columns.

A national return of ten years has millions of rows in every table; whole numbers are searched for repeats, sorted
and joined several times faster than columns side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import packed_alike

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK = ("YEAR", "CINdetailsID")
"""With KEY, what tells one referral's block of a return from another."""


def numbered(frames: Sequence[pl.DataFrame], columns: Sequence[str]) -> list[pl.Series]:
    """One integer per row of each frame, equal where KEY and the columns are equal; missing values are equal, too."""
    numbers = packed_alike(frames, columns)
    if numbers is not None:
        return numbers
    # Too wide for one integer, or keys of text: any number of its own for each combination does.
    keys = ["KEY", *columns]
    together = pl.concat([frame.select(keys) for frame in frames], how="vertical_relaxed")
    distinct = together.unique().with_row_index("NUMBER")
    joined = together.join(distinct, on=keys, how="left", nulls_equal=True, maintain_order="left")
    found = joined["NUMBER"].cast(pl.Int64)
    ends, pieces = 0, []
    for frame in frames:
        pieces.append(found.slice(ends, frame.height))
        ends += frame.height
    return pieces


def repeats(numbers: pl.Series) -> bool:
    """Whether any number is there twice. Sorting whole numbers is cheaper than looking each one up."""
    ordered = numbers.sort()
    return bool((ordered == ordered.shift(1)).any())
