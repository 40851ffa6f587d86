"""The data of one return year, stacked and put in order, for `observed`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from csc_outcomes.synthetic.make import Synthetic

KEYS = ["LA", "CHILD"]
_FAR = date(2099, 12, 31)


class Look:
    """Cleaned episodes, periods and children of a return year.

    One row per episode, from the latest return up to the year; short breaks are left out, and a temporary
    placement shows the placement it interrupts. It is written for clean invented data: it checks nothing.
    """

    def __init__(self, synthetic: Synthetic, year: int) -> None:
        self.tables = {
            name.removeprefix("ssda903."): frame
            for name, frame in synthetic.tables.items()
            if name.startswith("ssda903.")
        }
        self.year = year
        self.years = sorted(set(self.tables["header"]["YEAR"]))
        self.first, self.last = date(year - 1, 4, 1), date(year, 3, 31)
        population = synthetic.population.filter(
            (pl.col("geographic_level") == "Local authority") & (pl.col("time_period") == year - 1)
        )
        self.population = population.select(LA="new_la_code", population="population_estimate")
        self.header = self._children()
        self.episodes = self._episodes()
        self.periods = self._periods()
        self.runs = self._runs()

    def of_year(self, table: str) -> pl.DataFrame:
        """The rows of one table in the year's return."""
        return self.tables[table].filter(pl.col("YEAR") == self.year)

    def _children(self) -> pl.DataFrame:
        header = self.tables["header"].filter(pl.col("YEAR") <= self.year)
        header = header.sort("YEAR").unique(KEYS, keep="last").select(*KEYS, "DOB", "SEX", "ETHNIC")
        asylum = self.tables["uasc"].filter(pl.col("YEAR") <= self.year)
        asylum = asylum.sort("YEAR").unique(KEYS, keep="last")
        return header.join(asylum.select(*KEYS, "DUC", asylum=True), on=KEYS, how="left")

    def _episodes(self) -> pl.DataFrame:
        rows = self.tables["episodes"].filter(
            (pl.col("YEAR") <= self.year) & ~pl.col("LS").is_in(["V3", "V4"])
        )
        rows = rows.sort("LA", "CHILD", "DECOM", "YEAR")
        rows = rows.unique(["LA", "CHILD", "DECOM"], keep="last", maintain_order=True)
        start = (pl.col("RNE") == "S") | (pl.struct(KEYS) != pl.struct(KEYS).shift())
        rows = rows.with_columns(
            PERIOD=start.fill_null(True).cum_sum(),
            TO=pl.col("DEC").fill_null(_FAR),
            TEMPORARY=pl.col("PLACE").str.starts_with("T"),
        )
        shown = pl.col("PLACE", "PL_LOCATION", "PL_DISTANCE", "PL_POST")
        normal = pl.when(~pl.col("TEMPORARY")).then(pl.int_range(pl.len())).forward_fill()
        # A provider or distance that is missing must not be carried forward, so whole rows are.
        provider = pl.col("PLACE_PROVIDER")
        return rows.with_columns(shown.gather(normal), provider.gather(normal))

    def _periods(self) -> pl.DataFrame:
        ends = self.episodes.group_by("PERIOD", maintain_order=True).agg(
            pl.first("LA", "CHILD", "LS", "CIN"),
            START=pl.first("DECOM"),
            END=pl.last("DEC"),
            REC=pl.last("REC"),
            KNOWN=pl.first("RNE") == "S",
        )
        return ends.join(self.header, on=KEYS, how="left", maintain_order="left")

    def _runs(self) -> pl.DataFrame:
        """Runs with one carer: temporary placements joined, adoption by the foster carer (T, U) no change."""
        before = pl.col("PLACE", "PL_POST").shift()
        rows = self.episodes.with_columns(before.name.prefix("WAS_"), AWAY=pl.col("TEMPORARY").shift())
        back = (
            pl.col("AWAY")
            & (pl.col("PLACE") == pl.col("WAS_PLACE"))
            & (pl.col("PL_POST") == pl.col("WAS_PL_POST"))
        )
        new = pl.col("RNE").is_in(["S", "P", "B"]) & ~pl.col("TEMPORARY") & ~back.fill_null(False)
        first = pl.col("PERIOD") != pl.col("PERIOD").shift()
        rows = rows.with_columns(RUN=(new | first.fill_null(True)).cum_sum())
        runs = rows.group_by("RUN", maintain_order=True).agg(
            pl.first("LA", "CHILD", "PERIOD", "RNE", "PLACE"), START=pl.first("DECOM"), TO=pl.last("TO")
        )
        joins = pl.col("PLACE").is_in(["A3", "A4", "A5", "A6"]) & (
            pl.col("PERIOD") == pl.col("PERIOD").shift()
        )
        return runs.with_columns(SINCE=pl.when(joins).then(pl.col("START").shift()).otherwise("START"))

    @property
    def in_care(self) -> pl.DataFrame:
        """The row of each child looked after on the last day."""
        on = self.episodes.filter((pl.col("DECOM") <= self.last) & (pl.col("TO") > self.last))
        return on.join(self.header, on=KEYS, how="left")

    @property
    def started(self) -> pl.DataFrame:
        """First start of each child in the year."""
        starts = self.periods.filter(pl.col("START").is_between(self.first, self.last) & pl.col("KNOWN"))
        return starts.sort("START").unique(KEYS, keep="first")

    @property
    def ceased(self) -> pl.DataFrame:
        """Last end of each child in the year."""
        ends = self.periods.filter(pl.col("END").is_between(self.first, self.last))
        return ends.sort("END").unique(KEYS, keep="last")

    @property
    def any_time(self) -> pl.DataFrame:
        """Children looked after at any time in the year."""
        on = self.episodes.filter((pl.col("DECOM") <= self.last) & (pl.col("TO") >= self.first))
        return on.select(KEYS).unique()


def age(on: pl.Expr | date) -> pl.Expr:
    """Completed years from DOB to a day."""

    def packed(day: pl.Expr) -> pl.Expr:
        return day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day().cast(pl.Int32)

    return (packed(pl.lit(on) if isinstance(on, date) else on) - packed(pl.col("DOB"))) // 10_000
