"""Population files that go with the invented returns: children aged 0-17 by authority, and by age and sex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from csc_outcomes.synthetic.authorities import Authority

# Children aged 0-17 in England relative to mid-2024 (Office for National Statistics, mid-year estimates, as
# used by the Department for Education); the years before and after go on by about half a percent a year.
_LEVEL = {
    2019: 11_790_492,
    2020: 11_787_794,
    2021: 11_762_878,
    2022: 11_901_267,
    2023: 12_059_476,
    2024: 12_183_016,
}
_YEARLY = 1.005
_MALE = 0.513

# Share of each single year of age among children aged 0-17: fewer births in later years.
_BY_AGE = np.linspace(0.92, 1.08, 18)


def population(authorities: Sequence[Authority], years: Sequence[int], *, national: bool) -> pl.DataFrame:
    """Mid-year estimates for every return year, in the columns of the published file.

    The estimate of mid-2023 (`time_period` 2023) belongs to the return of the year ending 2024; one further
    year is given at either end. Columns: time_period, geographic_level, region_code, region_name,
    old_la_code, new_la_code, la_name, population_estimate. A national run has a national row per year as
    well.
    """
    import polars as pl

    rows = []
    for year in range(min(years) - 2, max(years) + 1):
        estimates = [_estimate(authority, year) for authority in authorities]
        if national:
            rows.append((year, "National", "", "", "", sum(estimates)))
        rows += [
            (year, "Local authority", a.old_code, a.code, a.name, estimate)
            for a, estimate in zip(authorities, estimates, strict=True)
        ]
    frame = pl.DataFrame(
        rows,
        schema={
            "time_period": pl.Int64,
            "geographic_level": pl.String,
            "old_la_code": pl.String,
            "new_la_code": pl.String,
            "la_name": pl.String,
            "population_estimate": pl.Int64,
        },
        orient="row",
    )
    blank = pl.lit("")
    return frame.select(
        "time_period",
        "geographic_level",
        blank.alias("region_code"),
        blank.alias("region_name"),
        "old_la_code",
        "new_la_code",
        "la_name",
        "population_estimate",
    )


def by_age(frame: pl.DataFrame) -> pl.DataFrame:
    """The same estimates by sex (male, female) and single year of age 0-17; they add up to the totals."""
    import polars as pl

    totals = frame["population_estimate"].to_numpy()
    shares = np.concatenate([_BY_AGE * _MALE, _BY_AGE * (1 - _MALE)]) / _BY_AGE.sum()
    edges = np.round(np.concatenate([[0.0], np.cumsum(shares)])[None, :] * totals[:, None]).astype(np.int64)
    cells = np.diff(edges, axis=1)
    rows = np.repeat(np.arange(len(frame)), 36)
    return frame.drop("population_estimate")[rows].with_columns(
        sex=pl.Series(["male"] * 18 + ["female"] * 18).gather(np.tile(np.arange(36), len(frame))),
        age=pl.Series(np.tile(np.arange(18), 2 * len(frame))),
        population_estimate=pl.Series(cells.ravel()),
    )


def _estimate(authority: Authority, year: int) -> int:
    known = min(max(year, min(_LEVEL)), max(_LEVEL))
    level = _LEVEL[known] / _LEVEL[max(_LEVEL)] * _YEARLY ** (year - known)
    return max(1, round(authority.population * level))
