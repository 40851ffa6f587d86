"""Resident population as a denominator: which mid-year estimate goes with which window (W5)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import polars as pl
from attrs import frozen

from csc_outcomes.engine.breakdowns import AGE_BANDS
from csc_outcomes.sources.population import of_ages

if TYPE_CHECKING:
    from csc_outcomes.engine.breakdowns import Breakdown
    from csc_outcomes.engine.windows import Window

PopulationPolicy = Literal["dfe", "interpolate"]


@frozen
class Estimate:
    """How a window's population is made: estimates of one or two years, with weights, and in words."""

    weights: tuple[tuple[int, float], ...]
    text: str


def mid_year(day: dt.date) -> int:
    """Year of the latest 30 June on or before a day."""
    return day.year if day >= dt.date(day.year, 6, 30) else day.year - 1


def latest_year(population: pl.DataFrame) -> int:
    """Year of the latest 30 June that there is an estimate for."""
    return int(population["YEAR"].to_numpy().max())


def estimate_for(window: Window, policy: PopulationPolicy, latest: int) -> Estimate:
    """The estimate, or pair of estimates, for a window.

    `dfe`: the latest 30 June on or before the window's end, which reproduces the Department's pairing (the
    mid-year estimate of Y-1 for 31 March Y and for the year to it). `interpolate`: linear between the 30 Junes
    around the window's middle; where the later one is not published yet the last one is carried forward.
    """
    if policy == "dfe":
        year = mid_year(window.end)
        return Estimate(((year, 1.0),), f"population estimate of 30 June {year}")
    middle = window.start + (window.end - window.start) / 2
    before = mid_year(middle)
    june = dt.date(before, 6, 30)
    share = (middle - june).days / (dt.date(before + 1, 6, 30) - june).days
    if before >= latest:
        return Estimate(((latest, 1.0),), f"population estimate of 30 June {latest}, carried forward")
    if share == 0:
        return Estimate(((before, 1.0),), f"population estimate of 30 June {before}")
    text = f"population interpolated to {middle} between 30 June {before} and {before + 1}"
    return Estimate(((before, 1 - share), (before + 1, share)), text)


def people(population: pl.DataFrame, ages: str, row: tuple[Breakdown, ...]) -> pl.DataFrame | None:
    """LA, YEAR, GROUP and POPULATION of an age range for a breakdown, or None where the file cannot give it.

    Only age bands and sex can be told apart in a population file.
    """
    frame = of_ages(population, ages)
    names = {breakdown.name for breakdown in row}
    if not names <= {"age_band", "sex"}:
        return None
    frame = frame.filter(pl.col("SEX").is_not_null()) if "sex" in names else _both_sexes(frame)
    if "age_band" in names:
        frame = frame.filter(pl.col("AGE").is_not_null())
    elif frame["AGE"].is_not_null().any():
        frame = frame.group_by("LA", "YEAR", "SEX").agg(pl.col("POPULATION").sum(), pl.col("AGE").min())
    if frame.is_empty():
        return None
    band = pl.lit(None, dtype=pl.String)
    for name, (low, high) in AGE_BANDS.items():
        band = pl.when(pl.col("AGE").is_between(low, high)).then(pl.lit(name)).otherwise(band)
    parts = {"age_band": band, "sex": pl.col("SEX")}
    group = pl.concat_str([parts[b.name] for b in row], separator=" x ") if row else pl.lit("all")
    grouped = frame.with_columns(GROUP=group).group_by("LA", "YEAR", "GROUP")
    people_of = grouped.agg(pl.col("POPULATION").sum())
    # A group of one age and sex can be empty; an authority without a child has no estimate.
    return people_of if row else people_of.filter(pl.col("POPULATION") > 0)


def _both_sexes(frame: pl.DataFrame) -> pl.DataFrame:
    """Totals where the file has them; otherwise the sum of the sexes, if it has both."""
    totals = frame.filter(pl.col("SEX").is_null())
    parts = (
        frame.filter(pl.col("SEX").is_not_null())
        .group_by("LA", "YEAR", "AGE")
        .agg(pl.col("POPULATION").sum(), SEXES=pl.col("SEX").n_unique())
    )
    parts = parts.filter(pl.col("SEXES") == 2)
    parts = parts.join(totals.select("LA", "YEAR").unique(), on=["LA", "YEAR"], how="anti")
    columns = ["LA", "YEAR", "AGE", "POPULATION"]
    none = pl.lit(None, dtype=pl.String).alias("SEX")
    return pl.concat([totals.select(columns), parts.select(columns)]).with_columns(none)
