"""Which return years a frame covers, where its rows do not say.

A yearly return holds the episodes current in its year, so nearly all its DECs lie in that year. A frame whose
DECs spread over several years is an extract of a longer history: it covers the years from its earliest DEC on,
as far as no year lacks dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.sources.ssda903_derived import reporting_year

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

_ONE_YEAR_SHARE = 0.9
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100  # a year of two digits is no date, and tells nothing


def inferred_years(episodes: pl.DataFrame) -> list[int]:
    """Return years (year ending) that episodes without YEAR cover, from their dates; empty without a date."""
    ends = _years(episodes, "DEC")
    starts = _years(episodes, "DECOM")
    if not ends:
        return [max(starts)] if starts else []
    modal = max(ends, key=lambda year: (ends[year], year))
    if ends[modal] >= _ONE_YEAR_SHARE * sum(ends.values()):
        return [modal]
    return _fullest_run(ends, starts)


def _fullest_run(ends: Mapping[int, int], starts: Container[int]) -> list[int]:
    """Consecutive years with exits, and starts after them; a date mistyped by decades covers nothing."""
    runs: list[list[int]] = []
    for year in sorted(ends):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    run = max(runs, key=lambda years: (sum(ends[year] for year in years), years[-1]))
    while run[-1] + 1 in starts:
        run.append(run[-1] + 1)
    return run


def _years(frame: pl.DataFrame, column: str) -> dict[int, int]:
    told = frame.select(Y=reporting_year(pl.col(column)))
    counts = told.filter(pl.col("Y").is_between(_EARLIEST_YEAR, _LATEST_YEAR)).group_by("Y").len()
    return {int(year): int(rows) for year, rows in counts.iter_rows()}


def with_year(frame: pl.DataFrame, last: Mapping[str, int]) -> pl.DataFrame:
    """Fill blank YEARs with the last covered year of their authority."""
    if not last or not frame["YEAR"].null_count():
        return frame
    told = pl.col("LA").cast(pl.String).replace_strict(dict(last), default=None, return_dtype=pl.Int16)
    return frame.with_columns(pl.coalesce("YEAR", told).alias("YEAR"))
