"""Figures that other bodies publish, by authority and return year; and which dates the local extracts hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csc_outcomes.synthetic.days import first_day, last_day
from csc_outcomes.synthetic.draws import gamma, poisson, uniform
from csc_outcomes.synthetic.episodes import dates
from csc_outcomes.synthetic.local_people import code_of, keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from csc_outcomes.synthetic.draws import Floats, Keys
    from csc_outcomes.synthetic.local_people import Care, Persons, Span

    People = Mapping[tuple[str, int, str], int]

SOURCE = "Invented; of the size of the figures published for England"
RATES = {
    "first_time_entrants_rate_100k": ("10-17", 0.00150),
    "cautioned_or_sentenced_rate_10k": ("10-17", 0.00230),
    "injury_admissions_0_14_rate_10k": ("0-14", 0.00800),
    "mh_inpatient_admission_rate_100k": ("0-17", 0.00085),
    "neet_16_17_pct": ("16-17", 0.055),
}
"""Ages of the denominator, and events per child in a year."""
FOSTER_CARERS, APPROVED, LEFT = 0.0045, 0.095, 0.115
"""Foster carers per child aged 0-17; new approvals and deregistrations in a year, as shares of them."""
WEEKLY_COST, YEARLY_RISE = 1_500.0, 0.07
"""Pounds a week per child looked after in the year ending 2022, and how much more it is each year."""

EVENTS = (
    *(
        "arrest",
        "victim",
        "homeless",
        "missing_from_home",
        "ae_attendance",
        "camhs_referral",
        "camhs_contact",
    ),
    *("training", "eet_status", "risk_assessment", "school_move", "school_enrolment", "absence"),
)


def people_of(by_age: pl.DataFrame, codes: Sequence[str]) -> dict[tuple[str, int, str], int]:
    """Children by authority, return year and ages, from estimates by single year of age.

    The estimate of mid-2023 belongs to the return year 2024.
    """
    import polars as pl

    ages = {"0-17": (0, 17), "0-14": (0, 14), "10-17": (10, 17), "16-17": (16, 17)}
    found: dict[tuple[str, int, str], int] = {}
    for name, (low, high) in ages.items():
        chosen = by_age.filter(pl.col("age").is_between(low, high), pl.col("new_la_code").is_in(list(codes)))
        sums = chosen.group_by("new_la_code", "time_period").agg(pl.col("population_estimate").sum())
        found |= {(str(code), int(year) + 1, name): int(total) for code, year, total in sums.iter_rows()}
    return found


def external_of(
    persons: Persons, care: Care, people: People, codes: Sequence[str], years: Sequence[int], seed: int
) -> pl.DataFrame:
    """The table `external`: a row per authority, measure and return year."""
    import polars as pl

    parts = []
    for year in years:
        keys = keys_of(seed, codes, [f"external, {year}"] * len(codes))
        always = keys_of(seed, codes, ["external"] * len(codes))
        for measure, (ages, rate) in RATES.items():
            size = np.array([people[code, year, ages] for code in codes], dtype=np.float64)
            own = rate * gamma(uniform(always, measure), 40.0, 1.0)
            number = poisson(uniform(keys, measure), own * size).astype(np.float64)
            if measure == "neet_16_17_pct":  # the average of three months
                number = np.minimum(np.round(number + uniform(keys, "third of a child"), 1), size)
            parts.append(_rows(measure, year, codes, number, size))
        parts += [_foster_carers(keys, people, codes, year), _cost(persons, care, codes, year)]
    return pl.concat(parts).sort("LA", "measure", "start")


def _rows(
    measure: str,
    year: int,
    codes: Sequence[str],
    numerator: Floats,
    denominator: Floats | None = None,
    deducted: Floats | None = None,
) -> pl.DataFrame:
    import polars as pl

    count = len(codes)
    nothing = pl.Series([None] * count, dtype=pl.Float64)
    return pl.DataFrame(
        {
            "LA": code_of(np.arange(count), codes),
            "measure": pl.Series([measure] * count, dtype=pl.String),
            "start": dates(np.full(count, first_day(year))),
            "end": dates(np.full(count, last_day(year))),
            "numerator": pl.Series(numerator, dtype=pl.Float64),
            "denominator": nothing if denominator is None else pl.Series(denominator, dtype=pl.Float64),
            "deducted": nothing if deducted is None else pl.Series(deducted, dtype=pl.Float64),
            "source": pl.Series([SOURCE] * count, dtype=pl.String),
        }
    )


def _foster_carers(keys: Keys, people: People, codes: Sequence[str], year: int) -> pl.DataFrame:
    carers = FOSTER_CARERS * np.array([people[code, year, "0-17"] for code in codes], dtype=np.float64)
    approved = poisson(uniform(keys, "approved"), APPROVED * carers).astype(np.float64)
    left = poisson(uniform(keys, "deregistered"), LEFT * carers).astype(np.float64)
    return _rows("foster_carer_net_change", year, codes, approved, deducted=left)


def _cost(persons: Persons, care: Care, codes: Sequence[str], year: int) -> pl.DataFrame:
    """Outturn and the number looked after on 31 March, which is that of the returns."""
    day = last_day(year)
    inside = (care.start <= day) & (care.end > day)
    stock = np.bincount(persons.authority[care.person[inside]], minlength=len(codes)).astype(np.float64)
    weekly = WEEKLY_COST * (1 + YEARLY_RISE) ** (year - 2022)
    outturn = np.round(stock * weekly * 365 / 7, -3)
    return _rows("cla_weekly_unit_cost", year, codes, outturn, stock)


def cover_of(codes: Sequence[str], span: Span) -> pl.DataFrame:
    """The table `cover`: every extract holds all days of the span."""
    import polars as pl

    place = np.repeat(np.arange(len(codes)), len(EVENTS))
    return pl.DataFrame(
        {
            "LA": code_of(place, codes),
            "event": pl.Series(list(EVENTS) * len(codes), dtype=pl.String),
            "start": dates(np.full(len(place), span.since)),
            "end": dates(np.full(len(place), span.until)),
        }
    )
