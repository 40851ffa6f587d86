"""Dates as whole days since 1970, for whole columns at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from csc_outcomes.synthetic.draws import Ints

YEAR = 365.25
_EPOCH = date(1970, 1, 1).toordinal()


def day(value: date) -> int:
    """A date as days since 1970."""
    return value.toordinal() - _EPOCH


def first_day(year: int) -> int:
    """1 April that opens the return of the year ending `year`."""
    return day(date(year - 1, 4, 1))


def last_day(year: int) -> int:
    """31 March that closes the return of the year ending `year`."""
    return day(date(year, 3, 31))


def return_year(days: Ints) -> Ints:
    """Year ending 31 March in which each day falls."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Ints = (months + 9) // 12 + 1970
    return found


def birthday(born: Ints, age: int | Ints) -> Ints:
    """The day each child reaches an age; someone born on 29 February has the birthday on 1 March."""
    dates = born.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    target = months.astype(np.int64) + 12 * np.asarray(age, dtype=np.int64)
    found: Ints = target.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + of_month
    return found


def age_on(days: Ints, born: Ints) -> Ints:
    """Completed years of age."""
    guess = ((days - born) / YEAR).astype(np.int64)
    guess = np.where(birthday(born, guess + 1) <= days, guess + 1, guess)
    found: Ints = np.where(birthday(born, guess) > days, guess - 1, guess)
    return found
