"""Cutting spells into yearly returns: a return holds what was current in its year and knows no later day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import birthday, last_day, return_year
from csc_outcomes.synthetic.draws import expand

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Ints
    from csc_outcomes.synthetic.histories import Histories


def current(start: Ints, end: Ints, years: Sequence[int]) -> tuple[Ints, Ints]:
    """Rows current in each return (begun by its last day, not ended before its first), and its year.

    A row that ends on a return's first day is in it, or nobody would ever hear of the end.
    """
    first = np.maximum(return_year(start), min(years))
    last = np.minimum(return_year(end), max(years))
    return repeated(first, last, years)


def repeated(first: Ints, last: Ints, years: Sequence[int]) -> tuple[Ints, Ints]:
    """Rows repeated for every year from `first` to `last` that is one of `years`."""
    rows, number = expand(np.maximum(last - first + 1, 0))
    year = first[rows] + number
    if len(years) < max(years) - min(years) + 1:
        asked = np.isin(year, np.array(years))
        rows, year = rows[asked], year[asked]
    return rows, year


def closing(year: Ints) -> Ints:
    """31 March that ends each return."""
    if not len(year):
        return year
    low, high = int(year.min()), int(year.max())
    found: Ints = np.array([last_day(y) for y in range(low, high + 1)])[year - low]
    return found


def age_at_close(year: Ints, born: Ints) -> Ints:
    """Completed years of age on the last day of the return."""
    low: Ints = np.maximum(0, (closing(year) - born) // 366)
    for _ in range(2):
        low = np.where(birthday(born, low + 1) <= closing(year), low + 1, low)
    return low


def table(histories: Histories, child: Ints, year: Ints, columns: dict[str, object]) -> pl.DataFrame:
    """A module's rows: CHILD and DOB, the module's columns, LA and YEAR."""
    import polars as pl

    who = histories.who[child]
    return pl.DataFrame(
        {
            "CHILD": who["CHILD"],
            "DOB": who["DOB"],
            **columns,
            "LA": who["LA"],
            "YEAR": pl.Series(year.astype(np.int32)),
        }
    )
