"""Outcomes of children looked after for at least twelve months (OC2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic import rates
from csc_outcomes.synthetic.days import return_year
from csc_outcomes.synthetic.draws import pick, uniform
from csc_outcomes.synthetic.episodes import labelled
from csc_outcomes.synthetic.yearly import age_at_close, repeated, table

if TYPE_CHECKING:
    import polars as pl

    from csc_outcomes.synthetic.draws import Bools, Floats, Ints, Keys
    from csc_outcomes.synthetic.histories import Histories

_SDQ_REASONS = ("SDQ2", "SDQ3", "SDQ4", "SDQ5")
_SDQ_REASON_SHARES = (0.08, 0.05, 0.67, 0.20)
_LASTING = 0.6
"""Share of the spread of scores that belongs to the child, not to the year."""


def oc2(histories: Histories) -> pl.DataFrame:
    """One row per child looked after from 1 April to 31 March of the return's year.

    Like the return's own rule, who starts on 1 April or leaves on 31 March is in. Ages are those on 31 March.
    """
    periods, children = histories.periods, histories.children
    rows, year = repeated(
        np.maximum(return_year(periods.start - 1) + 1, min(histories.years)),
        np.minimum(return_year(periods.end + 1) - 1, max(histories.years)),
        histories.years,
    )
    child = periods.child[rows]
    age = age_at_close(year, children.born[child])
    minor = age < 18
    child, year, age = child[minor], year[minor], age[minor]
    key = children.key[child]
    risk = np.searchsorted(rates.AGES_OF_RISK, age, side="right") - 1
    misuse = _yes(key, "substance misuse", year, rates.SUBSTANCE[risk])
    # One draw decides both, so that the two shares do not vary apart.
    answer = uniform(key, "intervention", year)
    treated, refused = answer < rates.RECEIVED, answer >= 1 - rates.REFUSED
    score, reason = _strengths(key, year, age)
    teeth = np.where(year == 2021, rates.TEETH_2021, rates.OC2_SHARES["TEETH_CHECK"])
    return table(
        histories,
        child,
        year,
        {
            "SDQ_SCORE": score,
            "SDQ_REASON": reason,
            "CONVICTED": _flag(_yes(key, "convicted", year, rates.CONVICTED[risk]), age >= 10),
            "HEALTH_CHECK": _flag(_yes(key, "check", year, rates.OC2_SHARES["HEALTH_CHECK"]), age < 5),
            "IMMUNISATIONS": _flag(_yes(key, "immunised", year, rates.OC2_SHARES["IMMUNISATIONS"])),
            "TEETH_CHECK": _flag(_yes(key, "teeth", year, teeth)),
            "HEALTH_ASSESSMENT": _flag(_yes(key, "assessed", year, rates.OC2_SHARES["HEALTH_ASSESSMENT"])),
            "SUBSTANCE_MISUSE": _flag(misuse),
            "INTERVENTION_RECEIVED": _flag(treated, misuse),
            "INTERVENTION_OFFERED": _flag(refused, misuse & ~treated),
        },
    )


def _yes(key: Keys, purpose: str, year: Ints, chance: float | Floats) -> Bools:
    found: Bools = uniform(key, purpose, year) < chance
    return found


def _flag(yes: Bools, asked: Bools | None = None) -> pl.Series:
    values = yes.astype(np.int64)
    return labelled(("0", "1"), values if asked is None else np.where(asked, values, -1))


def _strengths(key: Keys, year: Ints, age: Ints) -> tuple[pl.Series, pl.Series]:
    """Score or reason for none, ages 4 to 16; a child's scores of different years resemble each other."""
    import polars as pl
    from scipy.special import ndtr, ndtri

    lasting = ndtri(uniform(key, "difficulties"))
    passing = ndtri(uniform(key, "difficulties of the year", year))
    level = ndtr(np.sqrt(_LASTING) * lasting + np.sqrt(1 - _LASTING) * passing)
    score = np.clip(np.round(np.interp(level, *rates.SDQ_EDGES)), 0, 40).astype(np.int64)
    asked = (age >= 4) & (age <= 16)
    received = asked & _yes(key, "questionnaire", year, rates.SDQ_RECEIVED)
    reason = pick(uniform(key, "no questionnaire", year), _SDQ_REASON_SHARES)
    return (
        pl.Series(score).set(pl.Series(~received), None),
        labelled(_SDQ_REASONS, np.where(asked & ~received, reason, -1)),
    )
