"""Social workers of each authority: when they start and leave, from long before the first return.

Starters are drawn so that the number in post follows England's, whatever an authority's turnover; how long a worker
stays follows from the turnover of the years passed through.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import workforce_rates as rates
from csc_outcomes.synthetic.authorities import REFERENCE_POPULATION
from csc_outcomes.synthetic.days import YEAR, day
from csc_outcomes.synthetic.draws import below, expand, exponential, mixed, poisson, uniform
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys

_NUMBERS = {"employed": 0, "agency": 5_000_000}
"""Where the running numbers of each kind begin within an authority and year."""
_BEFORE = 8
"""Years over which those in post at the anchor had started."""
_QUALIFIES, _LATER_QUALIFIES, _OLDEST = 22.5, 6.0, 58.0


@frozen(eq=False)
class People:
    """One row per worker and stay with an authority; `end` is `NEVER` where it comes after the last return."""

    authority: Ints
    key: Keys
    start: Ints
    end: Ints
    agency: Bools


def first_day(year: int) -> int:
    """1 October that opens the census year ending 30 September `year`."""
    return day(date(year - 1, 10, 1))


def last_day(year: int) -> int:
    """30 September that closes it."""
    return day(date(year, 9, 30))


def census_year(days: Ints) -> Ints:
    """Year ending 30 September in which each day falls."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Ints = (months + 3) // 12 + 1970
    return found


def sizes(authorities: Sequence[Authority]) -> Floats:
    """Staff of each authority as a share of England's."""
    found: Floats = np.array([a.population * a.rate_scale * a.practice.staff for a in authorities])
    return found / REFERENCE_POPULATION


def mean_fte(part_time: float) -> float:
    """Average full-time equivalent of a worker."""
    low, high = rates.PART
    return 1 - part_time * (1 - (low + high) / 2)


def people_of(authorities: Sequence[Authority], keys: Keys, until: int) -> People:
    """All who start up to 30 September of the year `until`; `keys` are the authorities'."""
    parts = [_of_kind(kind, authorities, keys, until) for kind in _NUMBERS]
    return People(*(np.concatenate([getattr(p, n) for p in parts]) for n in People.__annotations__))


def _of_kind(kind: str, authorities: Sequence[Authority], keys: Keys, until: int) -> People:
    years = range(rates.ANCHOR, until + 1)
    heads, leaving = _wanted(kind, authorities, years)
    expected = _starters(heads, leaving)
    u = np.stack([uniform(keys, f"starters, {kind}", year) for year in years], axis=1)
    cells, number = expand(poisson(u.ravel(), expected.ravel()))
    place, step = cells // len(years), cells % len(years)
    year = rates.ANCHOR + step
    own = mixed(keys[place] ^ mixed((year * 10_000_000 + _NUMBERS[kind] + number).astype(np.uint64)))
    opening = np.array([first_day(y) for y in years])[step]
    length = np.array([last_day(y) - first_day(y) + 1 for y in years])[step]
    start = opening + below(own, "starts", length)
    start = np.where(step == 0, opening - below(own, "starts", int(_BEFORE * YEAR)), start)
    agency = np.full(len(own), kind == "agency")
    retires = born(own, start, agency) + int(rates.RETIREMENT * YEAR)
    end = np.minimum(_ends(own, place, start, leaving, years), retires)
    return People(place, own, start, np.where(end > last_day(until), NEVER, end), agency)


def prior(keys: Keys, agency: Bools) -> Floats:
    """Years since qualifying on the first day."""
    new = (uniform(keys, "origin") < rates.NEWLY_QUALIFIED) & ~agency
    return np.where(new, 0.0, 1.0 + np.minimum(exponential(uniform(keys, "prior"), 6.0), 25.0))


def born(keys: Keys, start: Ints, agency: Bools) -> Ints:
    """Days of birth: most qualify in their twenties, some much later."""
    age = _QUALIFIES + np.minimum(exponential(uniform(keys, "age"), _LATER_QUALIFIES), 20.0)
    at_start = np.minimum(age + prior(keys, agency), _OLDEST)
    found: Ints = start - (at_start * YEAR).astype(np.int64)
    return found


def _wanted(kind: str, authorities: Sequence[Authority], years: range) -> tuple[Floats, Floats]:
    """Workers in post at the end of each year, and the rate of leaving in it: authorities by years."""
    size = sizes(authorities)
    if kind == "agency":
        scale = np.array([a.practice.agency for a in authorities])
        national = [rates.of_year(rates.AGENCY, year) / mean_fte(rates.PART_TIME_AGENCY) for year in years]
        leaving = np.full((len(size), len(years)), rates.AGENCY_LEAVING)
        return (size * scale)[:, None] * np.array(national), leaving
    national = [rates.of_year(rates.IN_POST, year) / mean_fte(rates.PART_TIME) for year in years]
    # Those who leave were in post a year before; starters who leave again within the year are no leavers.
    share = [
        rates.of_year(rates.LEAVERS, year) / rates.of_year(rates.IN_POST, max(year - 1, rates.ANCHOR))
        for year in years
    ]
    turnover = np.array([a.practice.turnover for a in authorities])
    chance = np.minimum(turnover[:, None] * np.array(share), 0.9)
    return size[:, None] * np.array(national) * rates.RETIRED, -np.log1p(-chance)


def _starters(heads: Floats, leaving: Floats) -> Floats:
    """Expected starters: those who replace the leavers of the year, and what the staff grows by."""
    before = np.concatenate([np.zeros((len(heads), 1)), heads[:, :-1]], axis=1)
    found: Floats = np.maximum(heads - before * np.exp(-leaving), 0.0)
    return found


def _ends(keys: Keys, place: Ints, start: Ints, leaving: Floats, years: range) -> Ints:
    """The day each worker leaves: when the rates of leaving passed through add up to an exponential draw.

    Nobody leaves in the census year of the start: such workers are neither in post at its end nor leavers.
    """
    patience = exponential(uniform(keys, "stays"), 1.0)
    end = np.full(len(keys), NEVER)
    for step, year in enumerate(years):
        opening, closing = first_day(year), last_day(year)
        rate = np.where(start < opening, leaving[place, step], 0.0)
        leaves = (end == NEVER) & (patience < rate)
        within = patience / np.maximum(rate, 1e-9) * (closing - opening + 1)
        end = np.where(leaves, np.minimum(opening + within.astype(np.int64), closing), end)
        patience = patience - rate
    return end
