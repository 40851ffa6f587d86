"""The eight measures in plain Polars: what a careful analyst writes against the stacked returns.

It rests on the data being clean: it closes no orphaned open rows, untangles no overlapping ones, reports
nothing and makes no limits. On clean data it gives the same numbers as the library, which the run checks.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

c = pl.col
OPEN = date(2099, 12, 31)
CHILD = ["LA", "CHILD"]
TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]
FOSTER = ["U1", "U2", "U3", "U4", "U5", "U6"]
HOME = ["E4A", "E4B", "E4", "E13"]
EPISODES = ["LA", "CHILD", "YEAR", "DECOM", "DEC", "RNE", "LS", "PLACE", "REC", "PL_POST", "URN"]


def figures(folder: Path, years: Sequence[int]) -> pl.DataFrame:
    """Cells (measure, year, LA, band, numerator, denominator) of every window; empty cells are left out."""
    header = pl.read_parquet(folder / "ssda903.header.parquet", columns=["LA", "CHILD", "YEAR", "DOB"])
    births = header.sort("YEAR").unique(CHILD, keep="last").select("LA", "CHILD", "DOB")
    episodes = pl.read_parquet(folder / "ssda903.episodes.parquet", columns=EPISODES)
    rows, short_breaks = stacked(episodes, births)
    rows = with_places(with_runs(with_periods(rows)))
    periods, runs = periods_of(rows), runs_of(rows)
    returns = returns_home(periods, cover_end=date(max(years), 3, 31))
    cells = [
        cell.with_columns(pl.lit(measure).alias("measure"), pl.lit(year).alias("year"))
        for year in years
        for measure, cell in window(year, min(years), rows, periods, runs, returns, short_breaks)
    ]
    return pl.concat(pl.collect_all(cells))


def stacked(episodes: pl.DataFrame, births: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The latest version of each episode, in order; short breaks apart."""
    rows = (
        episodes.with_columns(END=c("DEC").fill_null(OPEN))
        .filter(c("END") != c("DECOM"))
        .sort("LA", "CHILD", "DECOM", "YEAR", "END")
        .unique([*CHILD, "DECOM"], keep="last", maintain_order=True)
        .join(births, on=CHILD, how="left", maintain_order="left")
    )
    short = c("LS").is_in(["V3", "V4"])
    return rows.filter(~short), rows.filter(short).select(*CHILD, "DECOM", "END")


def other_child(step: int = 1) -> pl.Expr:
    return ((c("LA") != c("LA").shift(step)) | (c("CHILD") != c("CHILD").shift(step))).fill_null(value=True)


def with_periods(rows: pl.DataFrame) -> pl.DataFrame:
    """Only X1, without a gap and without RNE S, continues a period of care."""
    ended = (c("REC").shift() != "X1").fill_null(value=True)
    new = other_child() | (c("RNE") == "S") | ended | (c("DECOM") > c("END").shift())
    return rows.with_columns(PERIOD=new.cum_sum()).with_row_index("ROW")


def with_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """Placement runs: a temporary placement belongs to the run before it."""
    ordinary = rows.filter(~c("PLACE").is_in(TEMPORARY))
    interrupted = c("ROW") - c("ROW").shift() > 1
    same_carer = pl.coalesce(c("PL_POST") == c("PL_POST").shift(), c("URN") == c("URN").shift())
    came_back = ((c("PLACE") == c("PLACE").shift()) & same_carer).fill_null(value=False)
    adopted = c("PLACE").is_in(["A3", "A5"]) & c("PLACE").shift().is_in(FOSTER)
    moved = pl.when(interrupted).then(~came_back).otherwise(c("RNE").is_in(["S", "P", "B"]))
    first = (c("PERIOD") != c("PERIOD").shift()).fill_null(value=True)
    starts = ordinary.filter(first | (~adopted & moved)).select("ROW", RUN_PERIOD="PERIOD")
    numbered = starts.with_row_index("RUN")
    joined = rows.join(numbered, on="ROW", how="left", maintain_order="left")
    joined = joined.with_columns(c("RUN", "RUN_PERIOD").forward_fill())
    return joined.with_columns(RUN=pl.when(c("RUN_PERIOD") == c("PERIOD")).then("RUN"))


def with_places(rows: pl.DataFrame) -> pl.DataFrame:
    """A temporary placement stands for the ordinary one before it in the same period."""
    ordinary = pl.when(~c("PLACE").is_in(TEMPORARY)).then("PLACE")
    return rows.with_columns(PLACE=ordinary.forward_fill().over("PERIOD"))


def periods_of(rows: pl.DataFrame) -> pl.DataFrame:
    periods = rows.group_by("PERIOD", maintain_order=True).agg(
        c("LA", "CHILD", "DOB").first(),
        START=c("DECOM").first(),
        KNOWN=c("RNE").first() == "S",
        END=c("END").last(),
        REC=c("REC").last(),
    )
    same_child = ~other_child(-1)
    return periods.with_columns(
        CEASED=(c("END") < OPEN) & (c("REC") != "X1").fill_null(value=False),
        NEXT_START=pl.when(same_child).then(c("START").shift(-1)),
    )


def runs_of(rows: pl.DataFrame) -> pl.DataFrame:
    runs = (
        rows.filter(c("RUN").is_not_null())
        .group_by("RUN", maintain_order=True)
        .agg(c("LA", "CHILD", "PERIOD").first(), START=c("DECOM").first(), END=c("END").last())
    )
    same_period = c("PERIOD") == c("PERIOD").shift()
    return runs.with_columns(PREVIOUS_START=pl.when(same_period).then(c("START").shift()))


def returns_home(periods: pl.DataFrame, cover_end: date) -> pl.DataFrame:
    """Returns home whose twelve months of follow-up are covered, of children under 18 at their end."""
    home = periods.filter(c("CEASED"), c("REC").is_in(HOME)).with_columns(LIMIT=c("END").dt.offset_by("12mo"))
    home = home.filter(c("DOB").is_null() | (age(c("LIMIT")) < 18), c("LIMIT") <= cover_end)
    return home.with_columns(AGAIN=c("NEXT_START").is_between("END", "LIMIT").fill_null(value=False))


def number(day: pl.Expr) -> pl.Expr:
    return day.dt.year() * 10_000 + day.dt.month().cast(pl.Int32) * 100 + day.dt.day()


def age(on: pl.Expr) -> pl.Expr:
    return (number(on) - number(c("DOB"))) // 10_000


def band(on: pl.Expr) -> pl.Expr:
    labels = ["under 1", "1-4", "5-9", "10-15", "16+"]
    return age(on).cut([0, 4, 9, 15], labels=labels).cast(pl.String)


def counted(cases: pl.LazyFrame, on: pl.Expr, flag: pl.Expr | None = None) -> pl.LazyFrame:
    """Numerator and denominator by authority and age band; without a flag a number of cases."""
    numerator = pl.len() if flag is None else flag.sum()
    denominator = pl.lit(None) if flag is None else pl.len()
    return cases.group_by("LA", band=band(on)).agg(
        numerator=numerator.cast(pl.Int64), denominator=denominator.cast(pl.Int64)
    )


def window(
    year: int,
    covered_from: int,
    rows: pl.DataFrame,
    periods: pl.DataFrame,
    runs: pl.DataFrame,
    returns: pl.DataFrame,
    short_breaks: pl.DataFrame,
) -> Iterator[tuple[str, pl.LazyFrame]]:
    """All measures of one year to 31 March; a look-back that the returns do not cover gives nothing."""
    start, end = date(year - 1, 4, 1), date(year, 3, 31)
    on = pl.lit(end)
    stock = rows.filter(c("DECOM") <= end, c("END") > end).unique(CHILD, keep="last", maintain_order=True)
    yield "cla_stock_number", counted(stock.lazy(), on)
    residential = c("PLACE").is_in(["K1", "K2"]).fill_null(value=False)
    yield "residential_share_dfe_pct", counted(stock.lazy(), on, residential)

    during = rows.lazy().filter(c("DECOM") <= end, c("END") >= start)
    during = during.group_by(CHILD).agg(c("DOB").first(), ON=c("DECOM").min().clip(lower_bound=start))
    yield "cla_any_in_year_number", counted(during, c("ON"))

    started = periods.lazy().filter("KNOWN", c("START").is_between(start, end))
    started = started.group_by(CHILD).agg(c("DOB").first(), ON=c("START").min())
    yield "cla_starts_number", counted(started, c("ON"))

    ceased = periods.lazy().filter("CEASED", c("END").is_between(start, end))
    ceased = ceased.group_by(CHILD).agg(c("DOB").first(), ON=c("END").max())
    yield "cla_ceased_number", counted(ceased, c("ON"))

    home = returns.lazy().filter(c("END").is_between(start, end))
    yield "return_home_reentry_pct", counted(home, c("END"), c("AGAIN"))

    recent = runs.lazy().filter(c("START") <= end, c("END") > on.dt.offset_by("-12mo"))
    placements = recent.group_by(CHILD).agg(PLACEMENTS=pl.len())
    moved = stock.lazy().join(placements, on=CHILD, how="left")
    yield "placements_3plus_pct", counted(moved, on, (c("PLACEMENTS") >= 3).fill_null(value=False))

    if year < covered_from + 2:
        return
    since_30, since_24 = on.dt.offset_by("-30mo"), on.dt.offset_by("-24mo")
    long = periods.lazy().filter(c("START") <= since_30, c("END") > end).select(CHILD)
    breaks = short_breaks.lazy().filter(c("DECOM") <= end, c("END") > since_30).select(CHILD)
    young = (
        stock.lazy().filter(age(on) < 16).join(long, on=CHILD, how="semi").join(breaks, on=CHILD, how="anti")
    )
    young = young.join(runs.lazy().select("RUN", "START", "PREVIOUS_START"), on="RUN", how="left")
    adoptive = c("PLACE").is_in(["A3", "A4", "A5", "A6"]) & (c("PREVIOUS_START") <= since_24)
    same = ((c("START") <= since_24) | adoptive).fill_null(value=False)
    yield "same_placement_2yr_pct", counted(young, on, same)
