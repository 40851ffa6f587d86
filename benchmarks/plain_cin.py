"""Ten measures of the children in need census in plain pandas and plain Polars: what a careful analyst writes.

Both stack the returns, link each child's referrals and count by authority, and rest on the data being clean: they
look for no faults, reject nothing, report nothing and make no limits. On clean data they give the same numbers
as the library, which the run checks.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

c = pl.col
CHILD = ["LA", "LAchildID"]
BLOCK = [*CHILD, "YEAR", "CINdetailsID"]
EPISODE = [*CHILD, "CINreferralDate"]
NO_FACTOR = "21"
SHARES = {
    "gang_factor_assessment_pct": "13A",
    "cce_factor_assessment_pct": "24A",
    "missing_factor_assessment_pct": "10A",
    "cse_factor_assessment_pct": "11A",
}
ASKED_SINCE = {"24A": 2022}
"""First return that has the factor."""
COLUMNS = {
    "CINdetails": [*BLOCK, "CINreferralDate"],
    "ChildIdentifiers": [*CHILD, "YEAR", "PersonBirthDate"],
    "ChildProtectionPlans": [*CHILD, "YEAR", "CPPstartDate", "NumberOfPreviousCPP"],
    "Assessments": [*BLOCK, "AssessmentID", "AssessmentActualStartDate", "AssessmentAuthorisationDate"],
    "AssessmentFactorsList": [*BLOCK, "AssessmentID", "AssessmentFactor"],
}


def bounds(year: int) -> tuple[date, date]:
    return date(year - 1, 4, 1), date(year, 3, 31)


# ---- Polars -----------------------------------------------------------------------------------------------


def in_polars(folder: Path, years: Sequence[int]) -> pl.DataFrame:
    """Cells (measure, year, LA, numerator, denominator) of every year; empty cells are left out."""
    tables = {name: read_polars(folder, name) for name in COLUMNS}
    referrals = linked(tables["CINdetails"], tables["ChildIdentifiers"])
    plans = tables["ChildProtectionPlans"].sort("YEAR").unique([*CHILD, "CPPstartDate"], keep="last")
    plans = plans.rename({"CPPstartDate": "ON"})
    factors = found_factors(tables)
    cells = [
        cell.with_columns(pl.lit(measure).alias("measure"), pl.lit(year).alias("year"))
        for year in years
        for measure, cell in year_in_polars(year, years, referrals, plans, factors)
    ]
    return pl.concat(pl.collect_all(cells))


def read_polars(folder: Path, name: str) -> pl.DataFrame:
    if folder.name == "cin_csv":
        return pl.read_csv(folder / f"cin.{name}.csv", columns=COLUMNS[name], try_parse_dates=True)
    return pl.read_parquet(folder / f"cin.{name}.parquet", columns=COLUMNS[name])


def linked(details: pl.DataFrame, identifiers: pl.DataFrame) -> pl.DataFrame:
    """One row per child and day of referral, with the referrals before and after it and the date of birth."""
    births = identifiers.drop_nulls("PersonBirthDate").sort("YEAR").unique(CHILD, keep="last")
    newest = details.sort(*EPISODE, "YEAR").unique(EPISODE, keep="last", maintain_order=True)
    rows = newest.join(births.drop("YEAR"), on=CHILD, how="left", maintain_order="left")

    def neighbour(step: int) -> pl.Expr:
        same = (c("LA") == c("LA").shift(step)) & (c("LAchildID") == c("LAchildID").shift(step))
        return pl.when(same).then(c("CINreferralDate").shift(step))

    rows = rows.select(
        "LA", "LAchildID", "PersonBirthDate", ON="CINreferralDate", BEFORE=neighbour(1), AFTER=neighbour(-1)
    )
    return rows.with_columns(
        AGAIN=(c("BEFORE") >= c("ON").dt.offset_by("-12mo")).fill_null(value=False),
        LIMIT=c("ON").dt.offset_by("12mo"),
    )


def found_factors(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """LA, child, referral, day of authorisation and factor of every completed assessment."""
    details = tables["CINdetails"].unique(BLOCK)
    done = tables["Assessments"].drop_nulls("AssessmentAuthorisationDate").join(details, on=BLOCK)
    done = done.sort("YEAR").unique([*EPISODE, "AssessmentActualStartDate"], keep="last")
    listed = tables["AssessmentFactorsList"].join(done, on=[*BLOCK, "AssessmentID"])
    return listed.select(*EPISODE, ON="AssessmentAuthorisationDate", FACTOR="AssessmentFactor")


def year_in_polars(
    year: int, years: Sequence[int], referrals: pl.DataFrame, plans: pl.DataFrame, factors: pl.DataFrame
) -> Iterator[tuple[str, pl.LazyFrame]]:
    """All measures of one year; a look-back or follow-up that the returns do not cover gives nothing."""
    start, end = bounds(year)
    during = referrals.lazy().filter(c("ON").is_between(start, end))
    yield "referral_rate_10k", counted(during)
    if year > min(years):
        yield "rereferral_number", counted(during.filter("AGAIN"))
        yield "rereferral_pct", counted(during, c("AGAIN"))
        yield "rereferral_child_pct", counted(during.group_by(CHILD).agg(c("AGAIN").any()), c("AGAIN"))
    if year < max(years):
        first = during.filter(c("BEFORE").is_null() | (c("BEFORE") < start))
        adult = c("PersonBirthDate") <= c("LIMIT").dt.offset_by("-216mo")
        followed = first.filter(~adult.fill_null(value=False), c("LIMIT") <= bounds(max(years))[1])
        later = (c("AFTER") <= c("LIMIT")).fill_null(value=False)
        yield "rereferral_forward_12m_pct", counted(followed, later)
    yield (
        "cpp_subsequent_pct",
        counted(
            plans.lazy().filter(c("ON").is_between(start, end)),
            (c("NumberOfPreviousCPP") >= 1).fill_null(value=False),
        ),
    )
    wanted = {name: code for name, code in SHARES.items() if year >= ASKED_SINCE.get(code, 0)}
    found = factors.lazy().filter(c("ON").is_between(start, end), c("FACTOR") != NO_FACTOR)
    episodes = found.group_by(EPISODE).agg(
        (c("FACTOR") == code).any().alias(name) for name, code in wanted.items()
    )
    shares = episodes.group_by("LA").agg(pl.len().alias("episodes"), *(c(name).sum() for name in wanted))
    for name in wanted:
        yield (
            name,
            shares.select("LA", numerator=c(name).cast(pl.Int64), denominator=c("episodes").cast(pl.Int64)),
        )


def counted(cases: pl.LazyFrame, flag: pl.Expr | None = None) -> pl.LazyFrame:
    """Numerator and denominator by authority; without a flag a number of cases."""
    numerator = pl.len() if flag is None else flag.sum()
    denominator = pl.lit(None) if flag is None else pl.len()
    return cases.group_by("LA").agg(
        numerator=numerator.cast(pl.Int64), denominator=denominator.cast(pl.Int64)
    )


# ---- pandas -----------------------------------------------------------------------------------------------


def in_pandas(folder: Path, years: Sequence[int]) -> pd.DataFrame:
    """The same cells as `in_polars`."""
    import pandas as pd

    tables = {name: read_pandas(folder, name) for name in COLUMNS}
    referrals = pandas_linked(tables["CINdetails"], tables["ChildIdentifiers"])
    plans = pandas_newest(tables["ChildProtectionPlans"], [*CHILD, "CPPstartDate"])
    plans = plans.rename(columns={"CPPstartDate": "ON"})
    factors = pandas_factors(tables)
    cells = [
        cell.assign(measure=measure, year=year)
        for year in years
        for measure, cell in year_in_pandas(year, years, referrals, plans, factors)
    ]
    return pd.concat(cells, ignore_index=True)


def read_pandas(folder: Path, name: str) -> pd.DataFrame:
    if folder.name == "cin_csv":
        import pandas as pd

        dates = [column for column in COLUMNS[name] if column.lower().endswith("date")]
        return pd.read_csv(folder / f"cin.{name}.csv", usecols=COLUMNS[name], parse_dates=dates)
    from plain_pandas import read_parquet

    return read_parquet(folder / f"cin.{name}.parquet", COLUMNS[name])


def pandas_newest(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values("YEAR").drop_duplicates(keys, keep="last")


def pandas_linked(details: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    known = identifiers.dropna(subset=["PersonBirthDate"]).sort_values("YEAR")
    births = known.drop_duplicates(CHILD, keep="last")[[*CHILD, "PersonBirthDate"]]
    newest = details.sort_values([*EPISODE, "YEAR"]).drop_duplicates(EPISODE, keep="last")
    rows = newest.rename(columns={"CINreferralDate": "ON"})
    rows = rows[[*CHILD, "ON"]].merge(births, on=CHILD, how="left")
    of_child = rows.groupby(CHILD, sort=False)["ON"]
    rows["BEFORE"], rows["AFTER"] = of_child.shift(), of_child.shift(-1)
    rows["AGAIN"] = rows["BEFORE"] >= rows["ON"] - pd.DateOffset(months=12)
    rows["LIMIT"] = rows["ON"] + pd.DateOffset(months=12)
    return rows


def pandas_factors(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    details = tables["CINdetails"].drop_duplicates(BLOCK)
    done = tables["Assessments"].dropna(subset=["AssessmentAuthorisationDate"]).merge(details, on=BLOCK)
    done = pandas_newest(done, [*EPISODE, "AssessmentActualStartDate"])
    listed = tables["AssessmentFactorsList"].merge(done, on=[*BLOCK, "AssessmentID"])
    names = {"AssessmentAuthorisationDate": "ON", "AssessmentFactor": "FACTOR"}
    return listed[[*EPISODE, *names]].rename(columns=names)


def year_in_pandas(
    year: int, years: Sequence[int], referrals: pd.DataFrame, plans: pd.DataFrame, factors: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    import pandas as pd

    start, end = (pd.Timestamp(day) for day in bounds(year))
    during = referrals[referrals["ON"].between(start, end)]
    yield "referral_rate_10k", pandas_counted(during)
    if year > min(years):
        yield "rereferral_number", pandas_counted(during[during["AGAIN"]])
        yield "rereferral_pct", pandas_counted(during, during["AGAIN"])
        children = during.groupby(CHILD, sort=False)["AGAIN"].any().reset_index()
        yield "rereferral_child_pct", pandas_counted(children, children["AGAIN"])
    if year < max(years):
        first = during[during["BEFORE"].isna() | (during["BEFORE"] < start)]
        adult = first["PersonBirthDate"] <= first["LIMIT"] - pd.DateOffset(months=216)
        followed = first[~adult & (first["LIMIT"] <= pd.Timestamp(bounds(max(years))[1]))]
        yield "rereferral_forward_12m_pct", pandas_counted(followed, followed["AFTER"] <= followed["LIMIT"])
    begun = plans[plans["ON"].between(start, end)]
    yield "cpp_subsequent_pct", pandas_counted(begun, begun["NumberOfPreviousCPP"] >= 1)
    wanted = {name: code for name, code in SHARES.items() if year >= ASKED_SINCE.get(code, 0)}
    found = factors[factors["ON"].between(start, end) & (factors["FACTOR"] != NO_FACTOR)]
    flags = found[EPISODE].assign(**{name: found["FACTOR"] == code for name, code in wanted.items()})
    episodes = flags.groupby(EPISODE, sort=False).any().reset_index()
    for name in wanted:
        yield name, pandas_counted(episodes, episodes[name])


def pandas_counted(cases: pd.DataFrame, flag: Any = None) -> pd.DataFrame:
    frame = cases[["LA"]].assign(flag=1 if flag is None else flag)
    sums = frame.groupby("LA", observed=True)["flag"].agg(numerator="sum", denominator="size")
    if flag is None:
        sums["denominator"] = float("nan")
    return sums.reset_index()
