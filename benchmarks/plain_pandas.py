"""The eight measures in plain pandas: what a careful analyst writes against the stacked returns.

It rests on the data being clean: it closes no orphaned open rows, untangles no overlapping ones, reports
nothing and makes no limits. On clean data it gives the same numbers as the library, which the run checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

OPEN = pd.Timestamp(2099, 12, 31)
CHILD = ["LA", "CHILD"]
TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]
FOSTER = ["U1", "U2", "U3", "U4", "U5", "U6"]
HOME = ["E4A", "E4B", "E4", "E13"]
EPISODES = [*CHILD, "YEAR", "DECOM", "DEC", "RNE", "LS", "PLACE", "REC", "PL_POST", "URN"]


def figures(folder: Path, years: Sequence[int], *, tuned: bool = False) -> pd.DataFrame:
    """Cells (measure, year, LA, band, numerator, denominator) of every window; empty cells are left out.

    Tuned, children are numbered and codes are categories: what an analyst does who knows where pandas is slow.
    """
    header = read(folder, "header", [*CHILD, "YEAR", "DOB"]).sort_values("YEAR")
    births = header.drop_duplicates(CHILD, keep="last")[[*CHILD, "DOB"]]
    episodes = read(folder, "episodes", EPISODES).merge(births, on=CHILD, how="left")
    key = CHILD
    if tuned:
        episodes["KEY"] = episodes.groupby(CHILD, sort=False).ngroup()
        codes = ["LA", "RNE", "LS", "PLACE", "REC"]
        episodes[codes] = episodes[codes].astype("category")
        key = ["KEY"]
    rows, short_breaks = stacked(episodes, key)
    rows = with_places(with_runs(with_periods(rows, key)))
    periods, runs = periods_of(rows, key), runs_of(rows, key)
    returns = returns_home(periods, cover_end=pd.Timestamp(max(years), 3, 31))
    tables = (rows, periods, runs, returns, short_breaks)
    cells = [
        cell.assign(measure=measure, year=year)
        for year in years
        for measure, cell in window(year, *tables, key, two_years_back=year >= min(years) + 2)
    ]
    return pd.concat(cells, ignore_index=True)


def read(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    return read_parquet(folder / f"ssda903.{name}.parquet", columns)


def read_parquet(path: Path, columns: list[str]) -> pd.DataFrame:
    """Dates as dates and not as objects, in every version of pandas."""
    frame: pd.DataFrame = parquet.read_table(path, columns=columns).to_pandas(date_as_object=False)
    return frame


def stacked(episodes: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The latest version of each episode, in order; short breaks apart."""
    episodes["END"] = episodes["DEC"].fillna(OPEN)
    episodes = episodes[episodes["END"] != episodes["DECOM"]]
    episodes = episodes.sort_values([*key, "DECOM", "YEAR", "END"])
    episodes = episodes.drop_duplicates([*key, "DECOM"], keep="last")
    short = episodes["LS"].isin(["V3", "V4"])
    return episodes[~short].reset_index(drop=True), episodes.loc[short, [*key, "DECOM", "END"]]


def with_periods(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Only X1, without a gap and without RNE S, continues a period of care."""
    before = rows.groupby(key, sort=False)[["REC", "END"]].shift()
    new = (
        before["END"].isna()
        | (rows["RNE"] == "S")
        | (before["REC"] != "X1")
        | (rows["DECOM"] > before["END"])
    )
    return rows.assign(PERIOD=new.cumsum())


def with_runs(rows: pd.DataFrame) -> pd.DataFrame:
    """Placement runs: a temporary placement belongs to the run before it."""
    ordinary = rows.loc[~rows["PLACE"].isin(TEMPORARY), ["PERIOD", "RNE", "PLACE", "PL_POST", "URN"]]
    before = ordinary.shift()
    interrupted = ordinary.index.to_series().diff() > 1
    both = ordinary["PL_POST"].notna() & before["PL_POST"].notna()
    same_carer = (ordinary["PL_POST"] == before["PL_POST"]).where(both, ordinary["URN"] == before["URN"])
    same_place = ordinary["PLACE"].astype(str) == before["PLACE"].astype(str)
    came_back = same_place & same_carer.fillna(value=False).astype(bool)
    adopted = ordinary["PLACE"].isin(["A3", "A5"]) & before["PLACE"].isin(FOSTER)
    moved = ordinary["RNE"].isin(["S", "P", "B"]).where(~interrupted, ~came_back)
    starts = (ordinary["PERIOD"] != before["PERIOD"]) | (~adopted & moved)
    started = starts.reindex(rows.index, fill_value=False)
    belongs = rows["PERIOD"].where(started).ffill() == rows["PERIOD"]
    return rows.assign(RUN=started.cumsum().where(belongs))


def with_places(rows: pd.DataFrame) -> pd.DataFrame:
    """A temporary placement stands for the ordinary one before it in the same period."""
    ordinary = rows["PLACE"].mask(rows["PLACE"].isin(TEMPORARY))
    return rows.assign(PLACE=ordinary.groupby(rows["PERIOD"], sort=False).ffill())


def periods_of(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    first, last = rows.drop_duplicates("PERIOD", keep="first"), rows.drop_duplicates("PERIOD", keep="last")
    columns = list(dict.fromkeys(["PERIOD", "LA", *key, "DOB", "DECOM", "RNE"]))
    periods = first[columns].merge(last[["PERIOD", "END", "REC"]], on="PERIOD")
    periods = periods.rename(columns={"DECOM": "START"})
    periods["KNOWN"] = periods["RNE"] == "S"
    periods["CEASED"] = (periods["END"] < OPEN) & periods["REC"].notna() & (periods["REC"] != "X1")
    periods["NEXT_START"] = periods.groupby(key, sort=False)["START"].shift(-1)
    return periods


def runs_of(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    runs = rows.groupby("RUN").agg(
        **{name: (name, "first") for name in [*key, "PERIOD"]}, START=("DECOM", "first"), END=("END", "last")
    )
    runs["PREVIOUS_START"] = runs.groupby("PERIOD")["START"].shift()
    return runs.reset_index()


def returns_home(periods: pd.DataFrame, cover_end: pd.Timestamp) -> pd.DataFrame:
    """Returns home whose twelve months of follow-up are covered, of children under 18 at their end."""
    home = periods[periods["CEASED"] & periods["REC"].isin(HOME)].copy()
    home["LIMIT"] = home["END"] + pd.DateOffset(months=12)
    child = home["DOB"].isna() | (age(home["DOB"], home["LIMIT"]) < 18)
    home = home[child & (home["LIMIT"] <= cover_end)]
    return home.assign(AGAIN=(home["NEXT_START"] >= home["END"]) & (home["NEXT_START"] <= home["LIMIT"]))


def number(date: pd.Series | pd.Timestamp) -> pd.Series | int:
    part = date.dt if isinstance(date, pd.Series) else date
    return part.year * 10_000 + part.month * 100 + part.day


def age(birth: pd.Series, on: pd.Series | pd.Timestamp) -> pd.Series:
    return (number(on) - number(birth)) // 10_000


def band(birth: pd.Series, on: pd.Series | pd.Timestamp) -> pd.Series:
    labels = ["under 1", "1-4", "5-9", "10-15", "16+"]
    return pd.cut(age(birth, on), [-1, 0, 4, 9, 15, 130], labels=labels)


def counted(cases: pd.DataFrame, on: pd.Series | pd.Timestamp, flag: pd.Series | None = None) -> pd.DataFrame:
    """Numerator and denominator by authority and age band; without a flag a number of cases."""
    frame = cases[["LA"]].assign(band=band(cases["DOB"], on), flag=1 if flag is None else flag)
    sums = frame.groupby(["LA", "band"], observed=True)["flag"].agg(numerator="sum", denominator="size")
    if flag is None:
        sums["denominator"] = float("nan")
    return sums.reset_index()


def among(cases: pd.DataFrame, others: pd.DataFrame, key: list[str]) -> pd.Series:
    """Whether the child of each case is among those of another frame."""
    found = others[key].drop_duplicates().assign(found=True)
    return cases[key].merge(found, on=key, how="left")["found"].notna().set_axis(cases.index)


def window(
    year: int,
    rows: pd.DataFrame,
    periods: pd.DataFrame,
    runs: pd.DataFrame,
    returns: pd.DataFrame,
    short_breaks: pd.DataFrame,
    key: list[str],
    *,
    two_years_back: bool,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """All measures of one year to 31 March; a look-back that the returns do not cover gives nothing."""
    start, end = pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31)
    stock = rows[(rows["DECOM"] <= end) & (rows["END"] > end)].drop_duplicates(key, keep="last")
    yield "cla_stock_number", counted(stock, end)
    yield "residential_share_dfe_pct", counted(stock, end, stock["PLACE"].isin(["K1", "K2"]))

    during = rows[(rows["DECOM"] <= end) & (rows["END"] >= start)].drop_duplicates(key, keep="first")
    yield "cla_any_in_year_number", counted(during, during["DECOM"].clip(lower=start))

    started = periods[periods["KNOWN"] & periods["START"].between(start, end)].drop_duplicates(
        key, keep="first"
    )
    yield "cla_starts_number", counted(started, started["START"])

    ceased = periods[periods["CEASED"] & periods["END"].between(start, end)].drop_duplicates(key, keep="last")
    yield "cla_ceased_number", counted(ceased, ceased["END"])

    home = returns[returns["END"].between(start, end)]
    yield "return_home_reentry_pct", counted(home, home["END"], home["AGAIN"])

    recent = runs[(runs["START"] <= end) & (runs["END"] > end - pd.DateOffset(months=12))]
    number_of = recent.groupby(key, sort=False).size().rename("placements").reset_index()
    moved = stock.merge(number_of, on=key, how="left")
    yield "placements_3plus_pct", counted(moved, end, moved["placements"] >= 3)

    if not two_years_back:
        return
    since_30, since_24 = end - pd.DateOffset(months=30), end - pd.DateOffset(months=24)
    long = periods[(periods["START"] <= since_30) & (periods["END"] > end)]
    breaks = short_breaks[(short_breaks["DECOM"] <= end) & (short_breaks["END"] > since_30)]
    young = stock[age(stock["DOB"], end) < 16]
    young = young[among(young, long, key) & ~among(young, breaks, key)]
    young = young.merge(runs[["RUN", "START", "PREVIOUS_START"]], on="RUN", how="left")
    adoptive = young["PLACE"].isin(["A3", "A4", "A5", "A6"]) & (young["PREVIOUS_START"] <= since_24)
    yield "same_placement_2yr_pct", counted(young, end, (young["START"] <= since_24) | adoptive)
