"""Children who are referred and never looked after: when, how old, and how often they come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields

from csc_outcomes.synthetic import cin_rates as rates
from csc_outcomes.synthetic.authorities import REFERENCE_POPULATION
from csc_outcomes.synthetic.children import Children, effect_days, multipliers
from csc_outcomes.synthetic.cin_cases import (
    Cases,
    chain_chance,
    cluster_cases,
    cluster_key,
    clusters_from,
    joined,
    settled,
    visible,
)
from csc_outcomes.synthetic.days import YEAR, birthday, first_day, last_day
from csc_outcomes.synthetic.draws import below, expand, exponential, mixed, pick, poisson, uniform
from csc_outcomes.synthetic.legal import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.draws import Ints, Keys

_OLDEST = 19
"""Years before the first return in which a child who is in it may have been referred first: unborn to 18."""


def others(authorities: Sequence[Authority], keys: Keys, years: Sequence[int]) -> tuple[Children, Cases]:
    """The children, and those of their cases that a return may show; `keys` are the authorities'."""
    arriving = range(min(years) - _OLDEST, max(years) + 1)
    found = [_of_year(authorities, keys, year, years) for year in arriving]
    children = Children(
        **{f.name: np.concatenate([getattr(c, f.name) for c, _ in found]) for f in fields(Children)}
    )
    offsets = np.cumsum([0, *(len(c) for c, _ in found[:-1])])
    cases = [_moved(cases, int(by)) for (_, cases), by in zip(found, offsets, strict=True)]
    return children, joined(cases)


def _moved(cases: Cases, by: int) -> Cases:

    return evolve(cases, child=cases.child + by)


def _of_year(
    authorities: Sequence[Authority], keys: Keys, year: int, years: Sequence[int]
) -> tuple[Children, Cases]:
    """Children referred for the first time in a year, with their visible cases."""
    children = _arrivals(authorities, keys, year)
    parts: list[Cases] = []
    rows, day = np.arange(len(children)), children.start
    number = 0
    while len(rows) and number < rates.MOST_CLUSTERS:
        part, rows, day = _cluster(children, authorities, rows, day, number)
        parts.append(part)
        number += 1
    return visible(children, settled(joined(parts), children.key, children.born), years)[:2]


def _arrivals(authorities: Sequence[Authority], keys: Keys, year: int) -> Children:
    known = min(max(year, min(rates.REFERRAL_PROFILE)), max(rates.REFERRAL_PROFILE))
    expected = rates.FIRST_REFERRALS * rates.REFERRAL_PROFILE[known] / REFERENCE_POPULATION
    size = np.array([a.population * a.rate_scale * a.practice.referrals for a in authorities])
    place, number = expand(poisson(uniform(keys, "number of referrals", year), size * expected))
    own = mixed(keys[place] ^ mixed((year * 10_000_000 + number).astype(np.uint64)))
    length = last_day(year) - first_day(year) + 1
    start = first_day(year) + below(own, "first referral", length)
    born = start - _age_in_days(own)
    absent = np.zeros(len(own), dtype=bool)
    return Children(
        authority=place,
        key=own,
        year=np.full(len(own), year),
        number=number,
        born=born,
        adult=birthday(born, 18),
        start=start,
        uasc=absent,
        short=absent,
        male=uniform(own, "sex") < rates.MALE,
    )


def _age_in_days(keys: Keys) -> Ints:
    """Age at the first referral, negative before birth."""
    edges = rates.AGE_EDGES * YEAR
    band = pick(uniform(keys, "age at referral"), rates.AGE_SHARES)
    age = edges[band] + uniform(keys, "age within") * (edges[band + 1] - edges[band])
    # Nobody knows of a child much earlier; and who is nearly 18 is not referred.
    return np.maximum(age, -rates.UNBORN_DAYS).astype(np.int64)


def _cluster(
    children: Children, authorities: Sequence[Authority], rows: Ints, day: Ints, number: int
) -> tuple[Cases, Ints, Ints]:
    """Cases of one cluster of each child, and who is referred again, and when."""
    place = children.authority[rows]
    key = cluster_key(children.key[rows], number)
    scale = np.array([a.practice.rereferrals for a in authorities])[place]
    factor = multipliers(authorities, "rereferrals")[place]
    begins = effect_days(authorities)[place]
    adult = children.adult[rows]
    clusters = clusters_from(key, day, adult, chain_chance(scale), factor, begins)
    cases = cluster_cases(clusters.days, key, rows, children, adult)
    ends = np.zeros(len(rows), dtype=np.int64)
    place_of = np.searchsorted(rows, cases.child)
    np.maximum.at(ends, place_of, np.where(cases.end < NEVER, cases.end, 0))
    gap = 30 + exponential(uniform(key, "again after"), rates.AGAIN_GAP).astype(np.int64)
    following = np.maximum(clusters.reserved + 367, ends) + gap
    again = (uniform(key, "again") < rates.AGAIN) & (following < adult - 30)
    return cases, rows[again], following[again]
