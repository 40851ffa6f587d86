"""Working days, for whole columns at once: Monday to Friday; bank holidays are not told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.draws import uniform

if TYPE_CHECKING:
    from csc_outcomes.synthetic.draws import Floats, Ints, Keys

Law = tuple[tuple[float, ...], tuple[float, ...]]
"""Cumulative shares, and the values that go with them."""


def drawn(law: Law, keys: Keys, purpose: str, step: int | Ints = 0) -> Floats:
    """One value per key from a law given by points."""
    found: Floats = np.interp(uniform(keys, purpose, step), *law)
    return found


def working_days_after(days: Ints, number: Ints) -> Ints:
    """The working day that comes `number` working days after each day (before it, if negative)."""
    dates = np.busday_offset(days.astype("datetime64[D]"), number, roll="forward")
    found: Ints = dates.astype(np.int64)
    return found


def working_days_between(first: Ints, last: Ints) -> Ints:
    """Working days from each first day, which is not counted, to the last."""
    found: Ints = np.busday_count(
        (first + 1).astype("datetime64[D]"), (last + 1).astype("datetime64[D]")
    ).astype(np.int64)
    return found
