"""Invented CIN returns for the benchmarks: as many referrals as England has, and nothing of their meaning.

Referrals, assessments, factors and plans are drawn at random; the project's own generator, which tells one story
across returns, would take longer than everything that is timed.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

YEARS = range(2016, 2026)
SIZES = {"national": 600_000, "small": 20_000}
"""Referrals a year."""

AUTHORITIES = 152
FACTORS = ("3B", "4A", "4B", "13A", "24A", "10A", "11A", "16A", "17A", "1B", "2B", "21")
_EPOCH = dt.date(1970, 1, 1)
_XML_CHILDREN = 0.2
"""Share of one year's children that goes into the XML file."""


def write(folder: Path, size: str) -> None:
    """Tables as Parquet in `cin/` and as CSV in `cin_csv/`, and a part of the last return as `cin.xml`."""
    for kind in ("cin", "cin_csv"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    tables = _tables(SIZES[size])
    for name, frame in tables.items():
        frame.write_parquet(folder / "cin" / f"cin.{name}.parquet")
        frame.write_csv(folder / "cin_csv" / f"cin.{name}.csv")
    _write_xml(tables, folder / "cin.xml")


def _tables(a_year: int) -> dict[str, pl.DataFrame]:
    draw = np.random.default_rng(1)
    number = a_year * len(YEARS)
    child = draw.integers(0, int(number * 0.72), number)
    start = _day(dt.date(YEARS[0] - 1, 4, 1))
    end = _day(dt.date(YEARS[-1], 3, 31))
    day = draw.integers(start, end + 1, number)
    details = pl.DataFrame({"child": child, "day": day}).unique().sort("child", "day")
    rows = details.height
    nfa, closed = draw.random(rows) < 0.065, draw.random(rows) < 0.9
    date = pl.col("day").cast(pl.Int32).cast(pl.Date)
    details = details.with_columns(
        LA=pl.format("E09{}", (pl.col("child") % AUTHORITIES + 100_000)),
        LAchildID=pl.format("C{}", "child"),
        CINreferralDate=date,
        YEAR=(date.dt.year() + (date.dt.month() >= 4)).cast(pl.Int32),
        ReferralNFA=pl.Series(nfa).cast(pl.Int8).cast(pl.String),
        CINclosureDate=pl.when(pl.Series(closed & ~nfa)).then(date),
        ReasonForClosure=pl.when(pl.Series(closed & ~nfa)).then(pl.lit("RC7")),
        PrimaryNeedCode=pl.lit("N1"),
        ReferralSource=pl.lit("6"),
    )
    details = details.with_columns(
        CINdetailsID=pl.int_range(1, pl.len() + 1).over("child", "YEAR").cast(pl.Int32)
    )
    keys = ["LA", "YEAR", "LAchildID", "CINdetailsID"]
    assessed = details.filter(pl.Series(draw.random(rows) < 0.7), pl.col("ReferralNFA") == "0")
    assessments = assessed.select(
        *keys,
        AssessmentID=pl.lit(1, dtype=pl.Int32),
        AssessmentActualStartDate="CINreferralDate",
        AssessmentAuthorisationDate="CINreferralDate",
    )
    picked = [assessments.filter(pl.Series(draw.random(assessments.height) < share)) for share in (0.9, 0.6)]
    factors = pl.concat(
        frame.select(
            *keys,
            "AssessmentID",
            AssessmentFactor=pl.Series(np.array(FACTORS)[draw.integers(0, len(FACTORS), frame.height)]),
        )
        for frame in picked
    ).unique(maintain_order=True)
    planned = details.filter(pl.Series(draw.random(rows) < 0.1), pl.col("ReferralNFA") == "0")
    plans = planned.select(
        *keys,
        CPPID=pl.lit(1, dtype=pl.Int32),
        CPPstartDate="CINreferralDate",
        CPPendDate="CINclosureDate",
        InitialCategoryOfAbuse=pl.lit("NEG"),
        LatestCategoryOfAbuse=pl.lit("NEG"),
        NumberOfPreviousCPP=pl.Series(draw.integers(0, 4, planned.height) // 3).cast(pl.Int32),
    )
    children = details.select("LA", "YEAR", "LAchildID", "child").unique(maintain_order=True)
    birth = (start - children["child"] * 7919 % 5000).cast(pl.Int32).cast(pl.Date)
    children = children.select("LA", "YEAR", "LAchildID", PersonBirthDate=birth, GenderCurrent=pl.lit("1"))
    tables = {
        "CINdetails": details.drop("child", "day"),
        "ChildIdentifiers": children,
        "Assessments": assessments,
        "AssessmentFactorsList": factors,
        "ChildProtectionPlans": plans,
    }
    # One authority's return after the other, as they are stacked: a child's years do not stand together.
    return {name: frame.sort("LA", "YEAR", maintain_order=True) for name, frame in tables.items()}


def _day(day: dt.date) -> int:
    return (day - _EPOCH).days


def _write_xml(tables: dict[str, pl.DataFrame], path: Path) -> None:
    last = tables["CINdetails"].filter(pl.col("YEAR") == YEARS[-1])
    children = last["LAchildID"].unique(maintain_order=True)
    own = last.filter(pl.col("LAchildID").is_in(children.head(int(len(children) * _XML_CHILDREN)).implode()))
    factors = (
        tables["AssessmentFactorsList"]
        .filter(pl.col("YEAR") == YEARS[-1])
        .group_by("LAchildID", "CINdetailsID")
        .agg("AssessmentFactor")
    )
    rows = own.join(factors, on=["LAchildID", "CINdetailsID"], how="left")
    with path.open("w", encoding="utf-8") as out:
        out.write(
            f"<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>{YEARS[-1]}</Year>"
            f"<ReferenceDate>{YEARS[-1]}-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L"
            "</SourceLevel><LEA>301</LEA></Source></Header><Children>\n"
        )
        for child, blocks in rows.group_by("LAchildID", maintain_order=True):
            out.write(
                f"<Child><ChildIdentifiers><LAchildID>{child[0]}</LAchildID><PersonBirthDate>2015-01-01"
                "</PersonBirthDate><Sex>F</Sex></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI"
                "</Ethnicity></ChildCharacteristics>"
            )
            for row in blocks.iter_rows(named=True):
                out.write(_details(row))
            out.write("</Child>\n")
        out.write("</Children></Message>\n")


def _details(row: dict[str, Any]) -> str:
    day, codes = row["CINreferralDate"], row["AssessmentFactor"]
    listed = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in codes or ())
    assessment = (
        f"<Assessments><AssessmentActualStartDate>{day}</AssessmentActualStartDate><AssessmentAuthorisationDate>"
        f"{day}</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment>{listed}"
        "</FactorsIdentifiedAtAssessment></Assessments>"
    )
    return (
        f"<CINdetails><CINreferralDate>{day}</CINreferralDate><ReferralSource>6</ReferralSource><PrimaryNeedCode>N1"
        f"</PrimaryNeedCode>{assessment if listed else ''}<ReferralNFA>{row['ReferralNFA']}</ReferralNFA></CINdetails>"
    )
