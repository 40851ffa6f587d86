"""When children change placement: the dates and kinds of change, before it is known where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.children import effect_days, multipliers
from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import expand, exponential, poisson, uniform
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.rates import End

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csc_outcomes.synthetic.authorities import Authority
    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Floats, Ints
    from csc_outcomes.synthetic.legal import Legal
    from csc_outcomes.synthetic.periods import Periods

START, MOVE, STATUS, SEMI, ADOPT = range(5)

_SNAP = 7
"""A move this many days from a change of legal status happens on the same day."""


@frozen(eq=False)
class Changes:
    """Starts and changes of placement, ordered by period and day; one per period and day."""

    period: Ints
    day: Ints
    kind: Ints
    order: Ints
    """Running number within the period, 0 for its start."""


def changes_of(
    periods: Periods, legal: Legal, children: Children, authorities: Sequence[Authority]
) -> Changes:
    """All changes of placement inside the periods.

    An effect on moves is exact: below 1 moves are left out one by one, above 1 a second, independent set of
    moves is drawn and thinned to the surplus.
    """
    place = children.authority[periods.child]
    factor, begins = multipliers(authorities, "moves")[place], effect_days(authorities)[place]
    sets = [_thinned(_moves(periods, legal, children, 0), periods, np.minimum(factor, 1.0), begins, 1.0)]
    if (factor > 1.0).any():
        sets.append(
            _thinned(_moves(periods, legal, children, 1), periods, np.maximum(factor - 1.0, 0.0), begins, 0.0)
        )
    rows, days, kinds = (np.concatenate(parts) for parts in zip(*sets, strict=True))
    status_rows, status_days = _status(periods)
    everyone = np.arange(len(periods))
    adopted = np.flatnonzero(legal.placed < NEVER)
    rows = np.concatenate([everyone, rows, status_rows, adopted])
    days = np.concatenate([periods.start, days, status_days, legal.placed[adopted]])
    kinds = np.concatenate(
        [
            np.full(len(everyone), START),
            kinds,
            np.full(len(status_rows), STATUS),
            np.full(len(adopted), ADOPT),
        ]
    )
    return _ordered(rows, days, kinds, periods, legal)


def _moves(periods: Periods, legal: Legal, children: Children, copy: int) -> tuple[Ints, Ints, Ints]:
    rows, days = _unsettled(periods, children, copy)
    semi_rows, semi_days = _to_semi(periods, children, copy)
    kinds = np.repeat([MOVE, SEMI], [len(rows), len(semi_rows)])
    rows, days = np.concatenate([rows, semi_rows]), np.concatenate([days, semi_days])
    return rows, _snapped(rows, days, legal), kinds


def _unsettled(periods: Periods, children: Children, copy: int) -> tuple[Ints, Ints]:
    """Moves to another carer: a first placement may only bridge; then few moves for most, many for some."""
    born = children.born[periods.child]
    age = (periods.start - born) / YEAR
    band = np.searchsorted(rates.MOVER_EDGES, age, side="right") - 1
    own = children.key[periods.child]
    chance = np.where(children.uasc[periods.child], rates.UASC_MOVERS, rates.MOVER_SHARES[band])
    moving = np.where(uniform(own, "mover") < chance, periods.start, NEVER)
    later = uniform(own, "later mover") < rates.LATER_MOVERS
    at = born + ((11 + 4 * uniform(own, "begins to move")) * YEAR).astype(np.int64)
    moving = np.where((moving == NEVER) & later, np.maximum(at, periods.start), moving)
    rows, day = np.arange(len(periods)), periods.start
    bridging = np.where(children.uasc[periods.child], rates.UASC_BRIDGING, rates.BRIDGING)
    brief = uniform(periods.key, f"moves {copy}", 2) < bridging
    found: list[tuple[Ints, Ints]] = []
    step = 0
    while len(rows):
        gap = _gap(periods, rows, day, moving[rows], step, f"moves {copy}")
        if step == 0:
            u = uniform(periods.key, f"bridging {copy}")
            gap = np.where(brief, exponential(u, rates.BRIDGING_GAP * YEAR), gap)
        day = day + np.maximum(1, gap).astype(np.int64)
        inside = day < periods.end[rows] - 1
        rows, day, step = rows[inside], day[inside], step + 1
        found.append((rows, day))
    return np.concatenate([r for r, _ in found]), np.concatenate([d for _, d in found])


def _gap(periods: Periods, rows: Ints, day: Ints, moving: Ints, step: int, purpose: str) -> Floats:
    """Days to the next move: regular for those who keep moving, rare for the others until they begin to."""
    u = uniform(periods.key[rows], purpose, 3 * step)
    v = uniform(periods.key[rows], purpose, 3 * step + 1)
    often = exponential(u * v, rates.MOVER_GAP / 2 * YEAR)
    seldom = exponential(u, rates.STABLE_GAP * YEAR)
    seldom = np.where(day + seldom > moving, moving - day + often, seldom)
    return np.where(moving <= day, often, seldom)


def _to_semi(periods: Periods, children: Children, copy: int) -> tuple[Ints, Ints]:
    """One planned move to supported accommodation after the 16th birthday."""
    uasc = children.uasc[periods.child]
    chance = np.where(uasc, rates.SEMI_CHANCE["uasc"], rates.SEMI_CHANCE["other"])
    u = uniform(periods.key, f"semi {copy}")
    rows = np.flatnonzero((u < chance) & np.isin(periods.destination, (End.STAY, End.ALONE)))
    sixteen = periods.adult[rows] - int(2 * YEAR)
    when = uniform(periods.key[rows], f"semi day {copy}") ** 2.0  # more of them at 16 than at 17
    days = sixteen + 1 + (when * (periods.adult[rows] - sixteen - 10)).astype(np.int64)
    inside = (days > periods.start[rows] + 5) & (days < periods.end[rows] - 1)
    return rows[inside], days[inside]


def _thinned(
    moves: tuple[Ints, Ints, Ints], periods: Periods, after: Floats, begins: Ints, before: float
) -> tuple[Ints, Ints, Ints]:
    rows, days, kinds = moves
    keep = np.where(days >= begins[rows], after[rows], before)
    kept = uniform(periods.key[rows], "move kept", days) < keep
    return rows[kept], days[kept], kinds[kept]


def _snapped(rows: Ints, days: Ints, legal: Legal) -> Ints:
    for stage in range(1, legal.since.shape[1]):
        change = legal.since[rows, stage]
        days = np.where(np.abs(days - change) <= _SNAP, change, days)
    return days


def _status(periods: Periods) -> tuple[Ints, Ints]:
    nights = periods.end - periods.start
    years = np.maximum(nights - 60, 0) / YEAR
    counts = poisson(uniform(periods.key, "status changes"), rates.STATUS_RATE * years)
    rows, number = expand(counts)
    when = uniform(periods.key[rows], "status day", number)
    return rows, periods.start[rows] + 30 + (when * (nights[rows] - 60)).astype(np.int64)


def _ordered(rows: Ints, days: Ints, kinds: Ints, periods: Periods, legal: Legal) -> Changes:
    """One change per day, the strongest kind; nothing after placing for adoption but adoption itself."""
    late = (days >= legal.placed[rows] - 20) & (kinds != ADOPT) & (kinds != START)
    inside = (days < periods.end[rows]) & ~late
    rows, days, kinds = rows[inside], days[inside], kinds[inside]
    # A start outranks all, and a move the change of status that falls on its day.
    rank = np.array([0, 2, 4, 3, 1])[kinds]
    order = np.lexsort((rank, days, rows))
    rows, days, kinds = rows[order], days[order], kinds[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (days[1:] != days[:-1])
    rows, days, kinds = rows[first], days[first], kinds[first]
    opening = np.flatnonzero(kinds == START)
    number = np.arange(len(rows)) - np.repeat(opening, np.diff(np.append(opening, len(rows))))
    return Changes(rows, days, kinds, number)
