"""Social workers of children in care, and reviews of their cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.days import YEAR, first_day
from csc_outcomes.synthetic.draws import below, expand, exponential, pick, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.yearly import closing, current, table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.draws import Ints
    from csc_outcomes.synthetic.histories import Histories

FIRST_WORKERS = 2024
"""Return year from which social workers are collected."""

_REASONS = (
    "MANAGE",
    "LEFTRL",
    "ORGRST",
    "TSPROC",
    "ABSENC",
    "CHCHAN",
    "PCCHAN",
    "OTHERS",
    "SWDIED",
    "FCONTA",
)
_REASON_SHARES = (0.14, 0.34, 0.06, 0.26, 0.08, 0.01, 0.02, 0.085, 0.005)
_POOL = 1500
"""Children aged 0-17 per social worker of an authority."""

_REVIEW_CODES = ("PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
_REVIEW_SHARES = (0.0, 0.40, 0.02, 0.02, 0.04, 0.12, 0.33, 0.07)
_FIRST_REVIEW, _SECOND_REVIEW, _REVIEW_GAP = 20, 110, 182


def sw_episodes(histories: Histories) -> pl.DataFrame:
    """Spells with a social worker, from the start of care to its end; the worker of 31 March has no end."""
    if max(histories.years) < FIRST_WORKERS:
        return _workers(histories, *(np.zeros(0, dtype=np.int64) for _ in range(5)))
    period, number, start = _allocations(histories)
    following = np.append(np.where(period[1:] == period[:-1], start[1:], NEVER), NEVER)[: len(start)]
    end = np.minimum(following, histories.periods.end[period])
    rows, year = current(start, end, histories.years)
    collected = year >= FIRST_WORKERS
    rows, year = rows[collected], year[collected]
    return _workers(histories, period[rows], number[rows], start[rows], end[rows], year)


def _allocations(histories: Histories) -> tuple[Ints, Ints, Ints]:
    """Period, running number and first day of each allocation, from a year before they were collected."""
    periods = histories.periods
    opening = first_day(FIRST_WORKERS - 1)
    rows = np.flatnonzero((periods.end >= first_day(FIRST_WORKERS)) & (periods.start <= histories.last))
    key = periods.key[rows]
    old = periods.start[rows] < opening
    day = np.where(old, opening + below(key, "worker known", 360), periods.start[rows])
    found: list[tuple[Ints, Ints, Ints]] = []
    step = 0
    while len(rows):
        found.append((rows, np.full(len(rows), step), day))
        u = uniform(periods.key[rows], "worker stays", step)
        brief = (step == 0) & (uniform(periods.key[rows], "brief worker") < 0.5)
        gap = exponential(u, np.where(brief, rates.FIRST_WORKER_GAP, rates.WORKER_GAP) * YEAR)
        day = day + 1 + gap.astype(np.int64)
        more = (day < periods.end[rows]) & (day <= histories.last)
        rows, day, step = rows[more], day[more], step + 1
    period, number, start = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((start, period))
    return period[order], number[order], start[order]


def _workers(
    histories: Histories, period: Ints, number: Ints, start: Ints, end: Ints, year: Ints
) -> pl.DataFrame:
    import polars as pl

    periods, authorities = histories.periods, histories.authorities
    child = periods.child[period]
    place = histories.children.authority[child]
    key = periods.key[period]
    pool = np.array([max(40, a.population // _POOL) for a in authorities])[place]
    worker = (below(key, "worker", pool) + number) % pool
    code = pl.Series([a.old_code for a in authorities], dtype=pl.String).gather(place)
    first = (number == 0) & (start == periods.start[period])
    reason = pick(uniform(key, "reason for worker", number), _REASON_SHARES)
    reason = np.where(first, _REASONS.index("FCONTA"), reason)
    asked = start >= first_day(FIRST_WORKERS)
    return table(
        histories,
        child,
        year,
        {
            "SW_ID": "SW" + code + pl.Series(worker, dtype=pl.Int64).cast(pl.String).str.zfill(5),
            "SW_DECOM": dates(start),
            "SW_DEC": dates(np.where(end <= closing(year), end, NEVER)),
            "SW_REASON": labelled(_REASONS, np.where(asked, reason, -1)),
        },
    )


def reviews(histories: Histories) -> pl.DataFrame:
    """Reviews in each return's year: after about three weeks, three months later, then every half year."""
    periods, children = histories.periods, histories.children
    last = np.minimum(periods.end - 1, histories.last)
    counts = np.where(last >= periods.start, (last - periods.start) // _REVIEW_GAP + 3, 0)
    skipped = np.maximum((histories.first - periods.start - _SECOND_REVIEW) // _REVIEW_GAP - 1, 0)
    period, number = expand(np.maximum(counts - skipped, 0))
    number = number + skipped[period]
    due = np.where(number == 0, _FIRST_REVIEW, _SECOND_REVIEW + (number - 1) * _REVIEW_GAP)
    key = periods.key[period]
    day = periods.start[period] + due - 10 + below(key, "review", 20, number)
    held = (day <= last[period]) & (day > periods.start[period]) & (day >= histories.first)
    period, number, day, key = period[held], number[held], day[held], key[held]
    rows, year = current(day, day, histories.years)
    period, number, day, key = period[rows], number[rows], day[rows], key[rows]
    child = periods.child[period]
    young = day - children.born[child] < 4 * YEAR
    took_part = pick(uniform(key, "took part", number), _REVIEW_SHARES)
    return table(
        histories,
        child,
        year,
        {
            "REVIEW": dates(day),
            "REVIEW_CODE": labelled(_REVIEW_CODES, np.where(young, 0, took_part)),
        },
    )
