"""The eight measures in plain pandas: what a careful analyst writes against the stacked returns.

It rests on the data being clean: it closes no orphaned open rows, untangles no overlapping ones, reports
nothing and makes no limits. On clean data it gives the same numbers as the library, which the run checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

OPEN = pd.Timestamp(2099, 12, 31)
TEMPORARY = ["T0", "T1", "T2", "T3", "T4"]
FOSTER = ["U1", "U2", "U3", "U4", "U5", "U6"]
HOME = ["E4A", "E4B", "E4", "E13"]
EPISODES = ["LA", "CHILD", "YEAR", "DECOM", "DEC", "RNE", "LS", "PLACE", "REC", "PL_POST", "URN"]


def read(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    path = folder / f"ssda903.{name}.parquet"
    return pd.read_parquet(path, columns=columns, to_pandas_kwargs={"date_as_object": False})


def figures(folder: Path, years: Sequence[int]) -> pd.DataFrame:
    """Cells (measure, year, LA, band, numerator, denominator) of every window; empty cells are left out."""
    header = read(folder, "header", ["LA", "CHILD", "YEAR", "DOB"]).sort_values("YEAR")
    births = header.drop_duplicates(["LA", "CHILD"], keep="last")[["LA", "CHILD", "DOB"]]
    episodes, short_breaks = stacked(read(folder, "episodes", EPISODES), births)
    rows = with_places(with_runs(with_periods(episodes)))
    periods, runs = periods_of(rows), runs_of(rows)
    returns = returns_home(periods, cover_end=pd.Timestamp(max(years), 3, 31))
    covered_from = min(years)
    cells = [
        cell.assign(measure=measure, year=year)
        for year in years
        for measure, cell in window(year, covered_from, rows, periods, runs, returns, short_breaks)
    ]
    return pd.concat(cells, ignore_index=True)


def stacked(episodes: pd.DataFrame, births: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The latest version of each episode, in order; short breaks apart."""
    episodes = episodes.merge(births, on=["LA", "CHILD"], how="left")
    episodes["KEY"] = episodes.groupby(["LA", "CHILD"], sort=False).ngroup()
    for name in ("LA", "RNE", "LS", "PLACE", "REC"):
        episodes[name] = episodes[name].astype("category")
    episodes["END"] = episodes.pop("DEC").fillna(OPEN)
    episodes = episodes[episodes["END"] != episodes["DECOM"]]
    episodes = episodes.sort_values(["KEY", "DECOM", "YEAR", "END"])
    episodes = episodes.drop_duplicates(["KEY", "DECOM"], keep="last")
    short = episodes["LS"].isin(["V3", "V4"])
    return episodes[~short].reset_index(drop=True), episodes.loc[short, ["KEY", "DECOM", "END"]]


def with_periods(rows: pd.DataFrame) -> pd.DataFrame:
    """Only X1, without a gap and without RNE S, continues a period of care."""
    before = rows[["KEY", "REC", "END"]].shift()
    new = (
        (rows["KEY"] != before["KEY"])
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
    same_carer = same_carer.fillna(False).astype(bool)
    came_back = (ordinary["PLACE"].astype(object) == before["PLACE"].astype(object)) & same_carer
    adopted = ordinary["PLACE"].isin(["A3", "A5"]) & before["PLACE"].isin(FOSTER)
    moved = ordinary["RNE"].isin(["S", "P", "B"]).where(~interrupted, ~came_back)
    starts = (ordinary["PERIOD"] != before["PERIOD"]) | (~adopted & moved)
    started = starts.reindex(rows.index, fill_value=False)
    run = started.cumsum()
    belongs = rows["PERIOD"].where(started).ffill() == rows["PERIOD"]
    return rows.assign(RUN=run.where(belongs))


def with_places(rows: pd.DataFrame) -> pd.DataFrame:
    """A temporary placement stands for the ordinary one before it in the same period."""
    ordinary = rows["PLACE"].mask(rows["PLACE"].isin(TEMPORARY))
    return rows.assign(PLACE=ordinary.groupby(rows["PERIOD"], sort=False).ffill())


def periods_of(rows: pd.DataFrame) -> pd.DataFrame:
    opening = rows.drop_duplicates("PERIOD", keep="first")
    closing = rows.drop_duplicates("PERIOD", keep="last")
    periods = opening[["PERIOD", "KEY", "LA", "DOB", "DECOM", "RNE"]].rename(columns={"DECOM": "START"})
    periods = periods.merge(closing[["PERIOD", "END", "REC"]], on="PERIOD")
    periods["KNOWN"] = periods["RNE"] == "S"
    periods["CEASED"] = (periods["END"] < OPEN) & periods["REC"].notna() & (periods["REC"] != "X1")
    same_child = periods["KEY"] == periods["KEY"].shift(-1)
    periods["NEXT_START"] = periods["START"].shift(-1).where(same_child)
    return periods


def runs_of(rows: pd.DataFrame) -> pd.DataFrame:
    inside = rows[rows["RUN"].notna()]
    opening = inside.drop_duplicates("RUN", keep="first")
    closing = inside.drop_duplicates("RUN", keep="last")
    runs = opening[["RUN", "KEY", "PERIOD", "DECOM"]].rename(columns={"DECOM": "START"})
    runs = runs.merge(closing[["RUN", "END"]], on="RUN")
    same_period = runs["PERIOD"] == runs["PERIOD"].shift()
    runs["PREVIOUS_START"] = runs["START"].shift().where(same_period)
    return runs


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
    frame = pd.DataFrame(
        {"LA": cases["LA"], "band": band(cases["DOB"], on), "flag": 1 if flag is None else flag}
    )
    sums = frame.groupby(["LA", "band"], observed=True)["flag"].agg(numerator="sum", denominator="size")
    if flag is None:
        sums["denominator"] = float("nan")
    return sums.reset_index()


def window(
    year: int,
    covered_from: int,
    rows: pd.DataFrame,
    periods: pd.DataFrame,
    runs: pd.DataFrame,
    returns: pd.DataFrame,
    short_breaks: pd.DataFrame,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """All measures of one year to 31 March; a look-back that the returns do not cover gives nothing."""
    start, end = pd.Timestamp(year - 1, 4, 1), pd.Timestamp(year, 3, 31)
    stock = rows[(rows["DECOM"] <= end) & (rows["END"] > end)].drop_duplicates("KEY", keep="last")
    yield "cla_stock_number", counted(stock, end)
    yield "residential_share_dfe_pct", counted(stock, end, stock["PLACE"].isin(["K1", "K2"]))

    during = rows[(rows["DECOM"] <= end) & (rows["END"] >= start)].drop_duplicates("KEY", keep="first")
    yield "cla_any_in_year_number", counted(during, during["DECOM"].clip(lower=start))

    started = periods[periods["KNOWN"] & periods["START"].between(start, end)]
    started = started.drop_duplicates("KEY", keep="first")
    yield "cla_starts_number", counted(started, started["START"])

    ceased = periods[periods["CEASED"] & periods["END"].between(start, end)]
    ceased = ceased.drop_duplicates("KEY", keep="last")
    yield "cla_ceased_number", counted(ceased, ceased["END"])

    home = returns[returns["END"].between(start, end)]
    yield "return_home_reentry_pct", counted(home, home["END"], home["AGAIN"])

    recent = runs[(runs["START"] <= end) & (runs["END"] > end - pd.DateOffset(months=12))]
    placements = stock["KEY"].map(recent.groupby("KEY").size())
    yield "placements_3plus_pct", counted(stock, end, placements >= 3)

    if year < covered_from + 2:
        return
    since_30, since_24 = end - pd.DateOffset(months=30), end - pd.DateOffset(months=24)
    long = periods.loc[(periods["START"] <= since_30) & (periods["END"] > end), "KEY"]
    breaks = short_breaks.loc[(short_breaks["DECOM"] <= end) & (short_breaks["END"] > since_30), "KEY"]
    young = stock[(age(stock["DOB"], end) < 16) & stock["KEY"].isin(long) & ~stock["KEY"].isin(breaks)]
    current = young[["RUN", "PLACE"]].merge(runs, on="RUN", how="left").set_index(young.index)
    adoptive = current["PLACE"].isin(["A3", "A4", "A5", "A6"]) & (current["PREVIOUS_START"] <= since_24)
    yield "same_placement_2yr_pct", counted(young, end, (current["START"] <= since_24) | adoptive)
