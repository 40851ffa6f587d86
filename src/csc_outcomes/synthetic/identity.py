"""The header of each child in each return, and the list of unaccompanied asylum-seeking children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.days import YEAR, birthday
from csc_outcomes.synthetic.draws import below, integers, pick, uniform
from csc_outcomes.synthetic.episodes import dates, labelled
from csc_outcomes.synthetic.legal import NEVER
from csc_outcomes.synthetic.yearly import age_at_close, closing, table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.children import Children
    from csc_outcomes.synthetic.draws import Ints, Keys
    from csc_outcomes.synthetic.histories import Histories
    from csc_outcomes.synthetic.periods import Periods

LETTERED_SEX = 2025
"""Return year from which SEX is M, F or U; before, it is 1 or 2."""

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def header(histories: Histories, child: Ints, year: Ints) -> pl.DataFrame:
    """One row per child and return, in the return's columns."""
    children = histories.children
    born = children.born[child]
    first_birth = _first_birth(children)[child]
    known = first_birth <= closing(year)
    asked = ~(children.male | children.short)[child] & (age_at_close(year, born) >= 12)
    return table(
        histories,
        child,
        year,
        {
            "SEX": _sex(children, child, year),
            "ETHNIC": labelled(tuple(rates.ETHNICITIES), ethnicity(children)[child]),
            "UPN": pupil_numbers(children, histories.everything)[child],
            "MOTHER": labelled(("0", "1"), np.where(asked, known.astype(np.int64), -1)),
            "MC_DOB": dates(np.where(asked & known, first_birth, NEVER)),
        },
    ).select("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", "LA", "YEAR")


def unaccompanied(histories: Histories, child: Ints, year: Ints) -> pl.DataFrame:
    """Unaccompanied children with episodes in each return; DUC once the status has ceased, by 18."""
    children = histories.children
    asylum = children.uasc[child]
    child, year = child[asylum], year[asylum]
    key = children.key[child]
    adult = children.adult[child]
    early = uniform(key, "status ceased early") < 0.03
    stay = np.maximum(adult - children.start[child], 2)
    ceased = np.where(early, children.start[child] + 1 + below(key, "status ceased", stay - 1), adult)
    frame = table(
        histories,
        child,
        year,
        {
            "SEX": _sex(children, child, year),
            "DUC": dates(np.where(ceased <= closing(year), ceased, NEVER)),
        },
    )
    return frame.select("CHILD", "SEX", "DOB", "DUC", "LA", "YEAR")


def _sex(children: Children, child: Ints, year: Ints) -> pl.Series:
    letters = 2 * (year >= LETTERED_SEX)
    return labelled(("1", "2", "M", "F"), letters + ~children.male[child])


def ethnicity(children: Children) -> Ints:
    """Ethnic group of each child: index in `rates.ETHNICITIES`."""
    shares = np.array(list(rates.ETHNICITIES.values())).T
    return pick(uniform(children.key, "ethnicity"), shares, children.uasc.astype(np.int64))


def pupil_numbers(children: Children, periods: Periods) -> pl.Series:
    """A pupil number, the same in all returns; a reason for none if the first period ends before school age.

    `periods` must hold the first one of every child who has any.
    """
    import polars as pl

    first = np.append(True, periods.child[1:] != periods.child[:-1])[: len(periods)]
    young = np.zeros(len(children), dtype=bool)
    young[periods.child[first]] = periods.end[first] < birthday(children.born[periods.child[first]], 5)
    arrived = children.uasc & (uniform(children.key, "no pupil number") < 0.5)
    numbers = numbers_of(children.key)
    return numbers.set(pl.Series(young), "UN1").set(pl.Series(arrived), "UN3")


def numbers_of(key: Keys) -> pl.Series:
    """Well-formed pupil numbers: a letter and twelve digits."""
    import polars as pl

    number = integers(key, "pupil number")
    letters = pl.Series(list(_UPN_LETTERS)).gather((number % np.uint64(len(_UPN_LETTERS))).astype(np.int64))
    digits = pl.Series((number >> np.uint64(5)) % np.uint64(10**12)).cast(pl.String).str.zfill(12)
    return letters + digits


def _first_birth(children: Children) -> Ints:
    """The day a young woman's first child is born, for the few who have one before 18."""
    u = uniform(children.key, "mother")
    mother = ~children.male & (u < 0.025)
    when = birthday(children.born, 15) + (3 * YEAR * uniform(children.key, "first birth")).astype(np.int64)
    return np.where(mother, when, NEVER)
