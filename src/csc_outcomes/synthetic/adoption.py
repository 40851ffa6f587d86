"""Adoption plans, adoptions of the year, and permanence before care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import YEAR
from csc_outcomes.synthetic.draws import below, pick, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.places import CODES
from csc_outcomes.synthetic.rates import End
from csc_outcomes.synthetic.yearly import closing, current, table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.histories import Histories

_ADOPTERS = (
    # number, sex, legal status, share
    ("1", "F1", "L0", 0.13),
    ("1", "M1", "L0", 0.02),
    ("2", "MF", "L11", 0.60),
    ("2", "MF", "L3", 0.06),
    ("2", "MF", "L2", 0.01),
    ("2", "MM", "L12", 0.07),
    ("2", "FF", "L12", 0.06),
    ("2", "MM", "L4", 0.03),
    ("2", "FF", "L4", 0.02),
)
_REVERSALS = ("RD1", "RD2", "RD3", "RD4")
_REVERSAL_SHARES = (0.30, 0.15, 0.30, 0.25)
_BEFORE = ("P1", "P2", "P3", "P4", "Z1")
_BEFORE_SHARES = (0.025, 0.040, 0.020, 0.030, 0.885)
FIRST_PERMANENCE = 2017
"""Return year from which permanence before care is asked of children who start."""


def ad1(histories: Histories) -> pl.DataFrame:
    """One row per child adopted in the return's year."""
    periods, legal = histories.periods, histories.legal
    rows, year = current(periods.end, periods.end, histories.years)
    adopted = periods.destination[rows] == End.ADOPTION
    rows, year = rows[adopted], year[adopted]
    key = periods.key[rows]
    last = histories.rows.spell[histories.final_rows[rows]]
    by_carer = np.isin(np.array(CODES)[histories.spells.code[last]], ("A3", "A5"))
    adopters = pick(uniform(key, "adopters"), [share for *_, share in _ADOPTERS])
    return table(
        histories,
        periods.child[rows],
        year,
        {
            "DATE_INT": dates(legal.decision[rows]),
            "DATE_MATCH": dates(legal.match[rows]),
            "FOSTER_CARE": labelled(("0", "1"), by_carer.astype(np.int64)),
            "NB_ADOPTR": labelled([number for number, *_ in _ADOPTERS], adopters),
            "SEX_ADOPTR": labelled([sex for _, sex, *_ in _ADOPTERS], adopters),
            "LS_ADOPTR": labelled([status for _, _, status, _ in _ADOPTERS], adopters),
        },
    )


def placed_for_adoption(histories: Histories) -> pl.DataFrame:
    """Decisions that a child should be placed for adoption: while they stand and when they are reversed."""
    periods, legal = histories.periods, histories.legal
    planned = np.flatnonzero((legal.decision < periods.end) & (periods.end >= histories.first))
    until = np.minimum(periods.end[planned], legal.reversal[planned])
    rows, year = current(legal.decision[planned], until, histories.years)
    rows = planned[rows]
    reversal = legal.reversal[rows]
    seen = (reversal <= closing(year)) & (reversal < periods.end[rows])
    reason = pick(uniform(periods.key[rows], "reversal"), _REVERSAL_SHARES)
    return table(
        histories,
        periods.child[rows],
        year,
        {
            "DATE_PLACED": dates(legal.decision[rows]),
            "DATE_PLACED_CEASED": dates(np.where(seen, reversal, NEVER)),
            "REASON_PLACED_CEASED": labelled(_REVERSALS, np.where(seen, reason, -1)),
        },
    )


def previous_permanence(histories: Histories) -> pl.DataFrame:
    """One row per child who starts to be looked after in the year; unknown parts of a date are `zz`."""
    periods, children = histories.periods, histories.children
    rows, year = current(periods.start, periods.start, histories.years)
    # A child who starts twice in a year has one row.
    again = np.append(False, (periods.child[rows][1:] == periods.child[rows][:-1]) & (year[1:] == year[:-1]))
    asked = ~again & (year >= FIRST_PERMANENCE)
    rows, year = rows[asked], year[asked]
    child = periods.child[rows]
    key = children.key[child]
    age = (children.start[child] - children.born[child]) / YEAR
    kind = pick(uniform(key, "permanence"), _BEFORE_SHARES)
    kind = np.where((age < 2) | children.uasc[child], _BEFORE.index("Z1"), kind)
    known = kind < _BEFORE.index("P4")
    days = (
        children.start[child]
        - 30
        - (uniform(key, "permanence day") * (age - 1).clip(0.1) * YEAR).astype(np.int64)
    )
    return table(
        histories,
        child,
        year,
        {
            "PREV_PERM": labelled(_BEFORE, kind),
            "LA_PERM": _authority(histories, child, known),
            "DATE_PERM": _partial(histories, child, days, known),
        },
    )


def _authority(histories: Histories, child: np.ndarray, known: np.ndarray) -> pl.Series:
    own = [authority.old_code for authority in histories.authorities]
    codes = [*own, "999", "WAL", "SCO"]
    elsewhere = pick(uniform(histories.children.key[child], "permanence authority"), (0.85, 0.10, 0.03, 0.02))
    place = histories.children.authority[child]
    index = np.where(elsewhere == 0, place, len(own) + elsewhere - 1)
    return labelled(codes, np.where(known, index, -1))


def _partial(histories: Histories, child: np.ndarray, days: np.ndarray, known: np.ndarray) -> pl.Series:
    import polars as pl

    vague = below(histories.children.key[child], "vague date", 20)
    date = pl.Series("date", days.astype(np.int32)).cast(pl.Date)
    return pl.select(
        pl.when(pl.Series(~known))
        .then(None)
        .when(pl.Series(vague == 0))
        .then(date.dt.strftime("zz/zz/%Y"))
        .when(pl.Series(vague <= 2))
        .then(date.dt.strftime("zz/%m/%Y"))
        .otherwise(date.dt.strftime("%d/%m/%Y"))
        .alias("DATE_PERM")
    )["DATE_PERM"]
