"""Reasons why periods of care end, by destination, age and last placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.draws import pick, uniform
from csc_outcomes.synthetic.rates import End, Kind

if TYPE_CHECKING:
    from csc_outcomes.synthetic.draws import Bools, Ints
    from csc_outcomes.synthetic.periods import Periods

CODES = (
    *("X1", "E11", "E12", "E2", "E3", "E4A", "E4B", "E13", "E41", "E43", "E44", "E45", "E46", "E47", "E48"),
    *("E5", "E6", "E7", "E8", "E9", "E14", "E15", "E16", "E17"),
)
X1 = 0
NEW_GUARDIANSHIP = 2019
"""Return year in which E43 and E44 gave way to E45 to E48."""

_BEFORE_18: dict[End, tuple[tuple[str, float], ...]] = {
    End.HOME_SOON: (("E4A", 0.55), ("E4B", 0.22), ("E13", 0.23)),
    End.HOME: (("E4A", 0.70), ("E4B", 0.09), ("E13", 0.21)),
    End.ADOPTION: (("E12", 0.75), ("E11", 0.25)),
    End.ORDER: (("E41", 1.0),),
    End.MOVED_ON: (("E3", 0.50), ("E8", 0.25), ("E16", 0.14), ("E2", 0.11)),
    End.REMAND: (("E14", 0.40), ("E9", 0.33), ("E8", 0.27)),
    End.ALONE: (("E5", 0.75), ("E6", 0.25)),
    End.TRANSFER: (("E3", 1.0),),
    End.ELSEWHERE: (("E8", 0.82), ("E16", 0.12), ("E5", 0.06)),
    End.ADULT: (("E15", 1.0),),
}
_AT_18: dict[tuple[Kind, ...], tuple[tuple[str, float], ...]] = {
    (Kind.FOSTER, Kind.KIN): (("E17", 0.90), ("E5", 0.04), ("E6", 0.01), ("E7", 0.01), ("E8", 0.04)),
    (Kind.SEMI,): (("E17", 0.21), ("E5", 0.45), ("E6", 0.13), ("E7", 0.015), ("E8", 0.19), ("E9", 0.005)),
    (Kind.HOME, Kind.RESIDENTIAL, Kind.SCHOOL): (
        *(("E17", 0.08), ("E5", 0.46), ("E6", 0.07)),
        *(("E7", 0.17), ("E8", 0.20), ("E9", 0.02)),
    ),
    (Kind.PARENTS, Kind.ADOPTION): (("E17", 0.35), ("E5", 0.10), ("E6", 0.10), ("E8", 0.45)),
    (Kind.OTHER, Kind.TEMPORARY): (("E5", 0.42), ("E6", 0.14), ("E7", 0.04), ("E8", 0.38), ("E9", 0.02)),
}


def reasons(periods: Periods, last_kind: Ints, fostered: Bools, kin: Bools, year: Ints) -> Ints:
    """Index of the reason in `CODES` for each period.

    `last_kind` is the kind of the last placement, `fostered` and `kin` whether it is foster care at all and
    with a relative or friend, `year` the return year in which the period ends.
    """
    u = uniform(periods.key, "reason for ceasing")
    grown = periods.end >= periods.adult
    found = np.zeros(len(u), dtype=np.int64)
    for end, shares in _BEFORE_18.items():
        _draw(found, (periods.destination == end) & ~grown, u, shares)
    for kinds, shares in _AT_18.items():
        _draw(found, grown & np.isin(last_kind, kinds), u, shares)
    guardian = (periods.destination == End.GUARDIAN) & ~grown
    former = fostered & (u < 0.85)
    new = np.where(former, np.where(kin, _at("E45"), _at("E46")), np.where(u > 0.95, _at("E48"), _at("E47")))
    old = np.where(former, _at("E43"), _at("E44"))
    return np.where(guardian, np.where(year >= NEW_GUARDIANSHIP, new, old), found)


def _draw(found: Ints, where: Bools, u: np.ndarray, shares: tuple[tuple[str, float], ...]) -> None:
    rows = np.flatnonzero(where)
    codes = np.array([_at(code) for code, _ in shares])
    found[rows] = codes[pick(u[rows], [share for _, share in shares])]


def _at(code: str) -> int:
    return CODES.index(code)
