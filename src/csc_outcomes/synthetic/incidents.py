"""Incidents of going missing or being away without authorisation; and deprivation of liberty orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.children import effect_days, multipliers
from csc_outcomes.synthetic.days import YEAR, birthday, first_day
from csc_outcomes.synthetic.draws import below, expand, exponential, lognormal, poisson, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.places import ends_of
from csc_outcomes.synthetic.rates import Kind
from csc_outcomes.synthetic.yearly import closing, current, table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.draws import Floats, Ints
    from csc_outcomes.synthetic.histories import Histories

_FROM_AGE = 11
FIRST_ORDERS = 2027
"""Return year from which deprivation of liberty orders are collected."""
_ORDER_CHANCE = 0.03


def missing(histories: Histories) -> pl.DataFrame:
    """Incidents current in each return; one that is open on 31 March comes again in the next return."""
    period, start, end = _incidents(histories)
    periods = histories.periods
    rows, year = current(start, end, histories.years)
    child = periods.child[period[rows]]
    key = histories.children.key[child]
    away = (uniform(key, "away child") < rates.AWAY_CHILDREN) & (
        uniform(periods.key[period[rows]], "away", start[rows]) < rates.AWAY_SHARE
    )
    return table(
        histories,
        child,
        year,
        {
            "MISSING": labelled(("M", "A"), away.astype(np.int64)),
            "MIS_START": dates(start[rows]),
            "MIS_END": dates(np.where(end[rows] <= closing(year), end[rows], NEVER)),
        },
    )


def _incidents(histories: Histories) -> tuple[Ints, Ints, Ints]:
    """Period, first and last day of every incident of the periods, ordered and without overlap.

    An effect multiplies the number that start, exactly but for incidents that would start on the same day.
    """
    periods, children = histories.periods, histories.children
    place = children.authority[periods.child]
    factor = multipliers(histories.authorities, "missing")[place]
    begins = effect_days(histories.authorities)[place]
    low = np.maximum(periods.start, birthday(children.born[periods.child], _FROM_AGE))
    span = np.maximum(periods.end - low, 0)
    sets = [_drawn(histories, low, span, np.minimum(factor, 1.0), begins, 0)]
    if (factor > 1.0).any():
        sets.append(_drawn(histories, low, span, factor - 1.0, begins, 1))
    period, start = (np.concatenate(parts) for parts in zip(*sets, strict=True))
    order = np.lexsort((start, period))
    period, start = period[order], start[order]
    new = np.append(True, (period[1:] != period[:-1]) | (start[1:] != start[:-1]))[: len(start)]
    period, start = period[new], start[new]
    u = uniform(periods.key[period], "length of incident", start)
    mean = np.where(uniform(periods.key[period], "long incident", start) < 0.03, 30.0, 1.4)
    nights = exponential(u, mean)
    following = np.append(np.where(period[1:] == period[:-1], start[1:] - 1, NEVER), NEVER)[: len(start)]
    end = np.minimum(start + nights.astype(np.int64), np.minimum(following, periods.end[period]))
    return period, start, end


def _drawn(
    histories: Histories, low: Ints, span: Ints, after: Floats, begins: Ints, copy: int
) -> tuple[Ints, Ints]:
    """Incidents at the child's own rate, from the effect on thinned to `after`; a copy has none before."""
    periods = histories.periods
    own = histories.children.key[periods.child]
    often = lognormal(uniform(own, "rate of incidents"), rates.RUN_MEDIAN, rates.RUN_SIGMA)
    rate = np.where(uniform(own, "runner") < rates.RUNNERS, np.minimum(often, rates.RUN_MOST), 0.0)
    counts = poisson(uniform(periods.key, f"incidents {copy}"), rate * span / YEAR)
    period, number = expand(counts)
    key = periods.key[period]
    start = low[period] + below(key, f"day of incident {copy}", span[period], number)
    kept = np.where(start >= begins[period], after[period], 1.0 - copy)
    chosen = uniform(key, f"incident kept {copy}", number) < kept
    return period[chosen], start[chosen]


def dolo(histories: Histories) -> pl.DataFrame:
    """Deprivation of liberty orders current in each return, in children's homes and other placements."""
    spells, periods = histories.spells, histories.periods
    end = ends_of(spells, periods)
    opening = np.maximum(spells.day, first_day(FIRST_ORDERS))
    adult = periods.adult[spells.period]
    placed = (
        np.isin(spells.kind, (Kind.HOME, Kind.OTHER)) & (end - opening > 40) & (adult - opening < 7 * YEAR)
    )
    rows = np.flatnonzero(placed & (uniform(periods.key[spells.period], "order", spells.day) < _ORDER_CHANCE))
    key = periods.key[spells.period[rows]]
    start = opening[rows] + 1 + below(key, "order day", 20, spells.day[rows])
    stop = start + 14 + below(key, "order nights", 180, spells.day[rows])
    stop = np.minimum(stop, end[rows])
    orders, year = current(start, stop, histories.years)
    collected = year >= FIRST_ORDERS
    orders, year = orders[collected], year[collected]
    return table(
        histories,
        periods.child[spells.period[rows[orders]]],
        year,
        {
            "DOLO_START": dates(start[orders]),
            "DOLO_END": dates(np.where(stop[orders] <= closing(year), stop[orders], NEVER)),
        },
    )
