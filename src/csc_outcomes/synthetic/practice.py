"""How authorities differ in their referrals and in their workforce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import asdict, frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_REREFERRALS = 1.6
"""Largest multiplier of re-referrals: with an effect on top of it the chance must stay below 1."""

# Spread of authorities: centiles and values (Department for Education: Characteristics of children in need,
# 2025; Children's social work workforce, 2025). Rates of referrals are per 10,000 children, the others percent,
# the caseload cases per full-time equivalent. The ends are rounded inwards.
_POINTS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
_REFERRALS = (200, 341, 428, 525, 628, 729, 1050)
_REREFERRALS = (12.5, 15.4, 17.3, 20.4, 23.6, 26.6, 32.0)
_TURNOVER = (4.0, 7.6, 9.5, 11.4, 14.5, 18.0, 27.0)
_VACANCIES = (0.6, 3.6, 8.8, 14.3, 20.5, 29.2, 41.0)
_AGENCY = (0.5, 2.2, 7.8, 13.0, 20.0, 25.3, 41.0)
_CASELOAD = (10.5, 12.9, 14.2, 15.4, 16.8, 18.2, 20.6)
_ABSENCE = (0.8, 1.9, 2.6, 3.3, 4.1, 4.6, 7.0)
_STAFF = (0.60, 0.76, 0.87, 0.99, 1.13, 1.28, 1.60)
"""Social workers beside those that the number of children looked after leads to expect (ours)."""

_LEAN = 0.45
"""How far high rates go with high ones: re-referrals with referrals, agency with vacancies."""
_LEAN_REFERRALS = 0.42
"""How far high rates of referrals go with high rates of care and with few children."""


@frozen
class Practice:
    """How one authority differs from England: each number multiplies, and 1 is England's rate.

    `referrals` and `staff` (social workers in post) are relative to the children that the authority's population
    and `rate_scale` stand for; `vacancies` and `agency` are relative to the staff. `rereferrals` multiplies the
    chance of a referral within 12 months, from 0 to 1.6; `turnover` the chance to leave; `caseload` the cases held
    by a full-time worker; `absence` the days lost.
    """

    referrals: float = 1.0
    rereferrals: float = 1.0
    staff: float = 1.0
    turnover: float = 1.0
    vacancies: float = 1.0
    agency: float = 1.0
    caseload: float = 1.0
    absence: float = 1.0


def practice_problems(practices: Sequence[Practice]) -> list[str]:
    """What cannot be used, in words."""
    problems = []
    if any(not 0 <= practice.rereferrals <= MOST_REREFERRALS for practice in practices):
        problems.append(f"practice.rereferrals must lie between 0 and {MOST_REREFERRALS:g}")
    if any(min(asdict(practice).values()) < 0 for practice in practices):
        problems.append("the numbers of practice must not be negative")
    return problems


def invented_practices(population: Floats, care: Floats, national: bool) -> tuple[Practice, ...]:
    """Practices that spread as England's do and add up to England's rates.

    Args:
        population: children, in any unit.
        care: rates of children looked after relative to England's.
        national: whether the extremes of England are reached.
    """
    count = len(population)
    place = (np.arange(count) + 0.5) / count
    ends = np.linspace(0, 1, count) if national else place

    def spread(
        values: tuple[float, ...], root: float, lean: Floats | None = None, weight: float = _LEAN
    ) -> Floats:
        order = (np.arange(count) * root**0.5 + 0.5) % 1
        if lean is not None:
            order = (1 - weight) * order + weight * (_ranks(lean) + 0.5) / count
        found: Floats = np.exp(np.interp(ends, _POINTS, np.log(values)))[_ranks(order)]
        return found

    few = (_ranks(care) - _ranks(population)).astype(np.float64)
    referrals = spread(_REFERRALS, 2, few, _LEAN_REFERRALS)
    rereferrals = spread(_REREFERRALS, 3, referrals * population)
    staff = spread(_STAFF, 5)
    vacancies = spread(_VACANCIES, 7)
    agency = spread(_AGENCY, 11, vacancies)
    workers = population * care * staff
    scales = {
        "referrals": _level(referrals, population) / care,
        "rereferrals": np.minimum(_level(rereferrals, population * referrals), MOST_REREFERRALS),
        "staff": _level(staff, population * care),
        "turnover": _level(spread(_TURNOVER, 13), workers),
        "vacancies": _level(_odds(vacancies), workers),
        "agency": _level(_odds(agency), workers),
        "caseload": _level(spread(_CASELOAD, 17), workers),
        "absence": _level(spread(_ABSENCE, 19), workers),
    }
    return tuple(
        Practice(**{name: float(values[row]) for name, values in scales.items()}) for row in range(count)
    )


def _ranks(values: Floats) -> NDArray[np.int64]:
    return np.argsort(np.argsort(values))


def _odds(percent: Floats) -> Floats:
    """A share of posts as a ratio to the staff in post."""
    found: Floats = percent / (100 - percent)
    return found


def _level(values: Floats, weights: Floats) -> Floats:
    """Bring values to a weighted mean of 1."""
    found: Floats = values * weights.sum() / (values * weights).sum()
    return found
