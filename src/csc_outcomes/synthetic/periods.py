"""Periods of care: when each begins and ends, and where the child goes.

A child may come back. The end of a period is drawn as a destination first and a time given the destination;
who would outlast the 18th birthday leaves on it. So effects act on counts exactly, not through a hazard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, fields, frozen

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.children import effect_days, multipliers
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import exponential, mixed, pick, uniform
from csc_outcomes.synthetic.rates import End

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys

_HOME = (End.HOME_SOON, End.HOME)
_KIN = (End.GUARDIAN, End.ORDER)


@frozen(eq=False)
class Periods:
    """One row per period of care; `child` is the child's row, `end` the day care ceases (always known)."""

    child: Ints
    key: Keys
    sequence: Ints
    start: Ints
    end: Ints
    destination: Ints
    adult: Ints
    """The 18th birthday."""

    def __len__(self) -> int:
        return len(self.key)

    def take(self, rows: Ints | Bools) -> Periods:
        """The periods in these rows."""
        return evolve(self, **{f.name: getattr(self, f.name)[rows] for f in fields(Periods)})


def periods_of(children: Children, authorities: Sequence[Authority], until: int) -> Periods:
    """All periods of the children that start up to the day `until`, ordered by child and start."""
    rows = np.flatnonzero(~children.short)
    start = children.start[rows]
    begins = effect_days(authorities)[children.authority]
    # A child's first start from the effect on carries the multiplier; what follows is scaled with it.
    scaled = start >= begins[rows]
    found = []
    sequence = 0
    while len(rows):
        current = _one_period(children, authorities, rows, start, sequence)
        found.append(current)
        again = _next_start(current, children, authorities, scaled)
        more = again <= np.minimum(until, current.adult - 5)
        scaled = (scaled | (again >= begins[rows]))[more]
        rows, start, sequence = rows[more], again[more], sequence + 1
    joined = Periods(**{f.name: np.concatenate([getattr(p, f.name) for p in found]) for f in fields(Periods)})
    return joined.take(np.lexsort((joined.start, joined.child)))


def _one_period(
    children: Children, authorities: Sequence[Authority], rows: Ints, start: Ints, sequence: int
) -> Periods:
    key = mixed(children.key[rows] + np.uint64(sequence))
    adult = children.adult[rows]
    table = _shares(adopted=sequence == 0)
    band = np.searchsorted(rates.END_EDGES, (start - children.born[rows]) / YEAR, side="right") - 1
    band = np.where(children.uasc[rows], len(table) - 1, np.minimum(band, len(table) - 2))
    destination = pick(uniform(key, "destination"), table, band)
    nights = _nights(destination, uniform(key, "length"))
    end = start + np.minimum(nights, adult - start).astype(np.int64)
    current = Periods(rows, key, np.full(len(rows), sequence), start, end, destination, adult)
    current = _returns(current, table[band], children, authorities)
    return evolve(current, destination=np.where(current.end >= adult, End.STAY, current.destination))


def _shares(adopted: bool) -> Floats:
    """Shares of destinations by age band, unaccompanied children last; nobody is adopted on coming back."""
    table: Floats = np.vstack([rates.END_SHARES, rates.UASC_SHARES])
    if not adopted:
        table[:, End.STAY] += table[:, End.ADOPTION]
        table[:, End.ADOPTION] = 0.0
    table /= table.sum(axis=1, keepdims=True)
    return table


def _nights(destination: Ints, u: Floats) -> Floats:
    table = rates.laws()
    found: Floats = table[destination, (u * table.shape[1]).astype(np.int64)]
    return found


def _still(destination: Ints | int, nights: Ints) -> Floats:
    """Chance that a period with this destination lasts longer than so many nights."""
    table = rates.laws()
    if isinstance(destination, int):
        done = np.searchsorted(table[destination], nights + 1, side="left")
        left: Floats = 1.0 - done / table.shape[1]
        return left
    found = np.zeros(len(nights))
    for code in End:
        rows = np.flatnonzero(destination == code)
        found[rows] = _still(int(code), nights[rows])
    return found


def _returns(
    current: Periods, shares: Floats, children: Children, authorities: Sequence[Authority]
) -> Periods:
    """Multiply returns home from the effect on: below 1 some are cancelled, above 1 others are added."""
    place = children.authority[current.child]
    factor = multipliers(authorities, "returns_home")[place]
    begins = effect_days(authorities)[place]
    if (factor == 1.0).all():
        return current
    u = uniform(current.key, "effect on returns")
    home = np.isin(current.destination, _HOME) & (current.end < current.adult)
    cancelled = home & (current.end >= begins) & (u >= factor)
    current = evolve(
        current,
        destination=np.where(cancelled, End.STAY, current.destination),
        end=np.where(cancelled, current.adult, current.end),
    )
    rows = np.flatnonzero(~home & (factor > 1.0) & (current.end >= begins))
    return _added(current, rows, shares[rows], (factor - 1.0)[rows], begins[rows], u[rows])


def _added(current: Periods, rows: Ints, shares: Floats, surplus: Floats, begins: Ints, u: Floats) -> Periods:
    """Turn some of the periods still open when the effect begins into returns home.

    With H the chance of a return between the effect and the 18th birthday, and N the chance of a period
    that is open at the effect and no return, a share of surplus * H / N of the latter adds surplus * H
    returns.
    """
    start, adult = current.start[rows], current.adult[rows]
    since, left = np.maximum(begins - start, 0), adult - start
    chance = np.zeros((len(rows), len(_HOME)))
    other = np.zeros(len(rows))
    for code in End:
        share = shares[:, code]
        if code in _HOME:
            late = share * _still(int(code), left - 1)
            chance[:, code] = share * _still(int(code), since - 1) - late
            other += late
        else:
            other += share * _still(int(code), since - 1)
    added = np.flatnonzero(u * other < surplus * chance.sum(axis=1))
    key = mixed(current.key[rows[added]] + np.uint64(1 << 32))
    destination = pick(uniform(key, "destination"), chance[added], np.arange(len(added)))
    last, first = _still(destination, left[added] - 1), _still(destination, since[added] - 1)
    nights = _nights(destination, 1.0 - (last + uniform(key, "length") * (first - last)))
    ends, destinations = current.end.copy(), current.destination.copy()
    ends[rows[added]] = start[added] + nights.astype(np.int64)
    destinations[rows[added]] = destination
    return evolve(current, end=ends, destination=destinations)


def _next_start(
    current: Periods, children: Children, authorities: Sequence[Authority], scaled: Bools
) -> Ints:
    """The day each child comes back to care; far in the future for those who do not.

    Until a child has started since the effect began, coming back carries the effect on entries.
    """
    place = children.authority[current.child]
    factor = multipliers(authorities, "entries")[place]
    begins = effect_days(authorities)[place]
    kin = np.isin(current.destination, _KIN)
    chance = np.where(
        np.isin(current.destination, _HOME), rates.RETURN_CHANCE["home"], kin * rates.RETURN_CHANCE["kin"]
    )
    mean = np.where(kin, rates.RETURN_MEAN["kin"], rates.RETURN_MEAN["home"])
    again = current.end + 1 + exponential(uniform(current.key, "gap"), mean * YEAR).astype(np.int64)
    chance = np.where(~scaled & (again >= begins), chance * factor, chance)
    return np.where(uniform(current.key, "comes back") < chance, again, np.iinfo(np.int32).max)
