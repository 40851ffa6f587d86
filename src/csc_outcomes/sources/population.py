"""Resident population: ONS mid-year estimates as users download them.

Source: Office for National Statistics, *Estimates of the population for England and Wales*, mid-year, by local
authority. Three shapes are read: the long file of the Department for Education's publications (`time_period`,
`new_la_code` or `old_la_code`, `population_estimate`), the ONS single-year-of-age layout (long with an age
column, or wide with one column a year), and a plain frame with LA, YEAR and population.

YEAR is the year of the 30 June that an estimate is for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "population"
_LA = ("LA", "NEW_LA_CODE", "LAD CODE", "LADCODE", "LAD_CODE", "LADCODE23", "LADCODE21", "LADCODE20", "LADCODE24",
       "LA_CODE", "AREA CODE", "AREA_CODE", "GEOGRAPHY CODE", "GEOGRAPHY_CODE", "CODE")  # fmt: skip
_OTHER_LA = ("OLD_LA_CODE",)
_YEAR = ("YEAR", "TIME_PERIOD", "MID-YEAR", "MID_YEAR", "DATE")
_VALUE = ("POPULATION", "POPULATION_ESTIMATE", "OBS_VALUE", "COUNT", "VALUE")
_AGE = ("AGE",)
_AGES = ("AGES", "AGE GROUP", "AGE_GROUP")
_SEX = ("SEX",)
_SEXES: dict[str | None, str | None] = {
          "1": "male", "m": "male", "male": "male", "males": "male",
          "2": "female", "f": "female", "female": "female", "females": "female"}  # fmt: skip
_BOTH_SEXES = (None, "", "0", "3", "a", "all", "all people", "all persons", "both", "both sexes", "p", "people",
               "person", "persons", "t", "total")  # fmt: skip
_NEITHER = "not known"
_SEX_OF: dict[str | None, str | None] = {**_SEXES, **dict.fromkeys(_BOTH_SEXES)}
_WIDE = re.compile(r"POPULATION_(\d{4})|MID-?(\d{4})|(\d{4})")
_WHOLE = "0-17"
_SINGLE_AGE = r"^\s*(\d+)(?:\.0)?\+?\s*$"
_NO_AUTHORITY = r"^(|z|x|c|k|u|:|[EKNSW]92\d+|E1[123]\d+|K0\d+)$"
"""Codes of nations, regions and metropolitan counties, and symbols in place of a code."""


def is_population(columns: Sequence[str]) -> bool:
    """Whether a header looks like a population file's."""
    names = {column.replace("\ufeff", "").strip().upper() for column in columns}
    has_la = bool(names & {*_LA, *_OTHER_LA})
    has_value = bool(names & set(_VALUE)) or any(re.fullmatch(r"POPULATION_\d{4}", name) for name in names)
    has_year = bool(names & set(_YEAR)) or any(re.fullmatch(r"POPULATION_\d{4}", name) for name in names)
    return has_la and has_value and has_year


def population(frame: pl.DataFrame) -> pl.DataFrame:
    """LA, YEAR, AGES, AGE, SEX, POPULATION: long, with numbers only.

    AGES is the age range an estimate is for (`0-17` where the file says nothing); AGE is a single year of age
    (null for a range); SEX is 'male', 'female' or null for both. Rows of regions and nations stay out: they
    have no authority code.

    Raises:
        InputError: a needed column is not there, no row is of an authority, or an authority has two different
            estimates for one year, age and sex (two vintages in one file).
    """
    named = frame.rename({column: column.replace("\ufeff", "").strip().upper() for column in frame.columns})
    long = _long(named)
    la, other = _first(long, _LA), _first(long, _OTHER_LA)
    year, value = _first(long, _YEAR), _first(long, _VALUE)
    lacking = [
        words
        for words, column in (
            ("an authority code (LA, new_la_code, ...)", la or other),
            ("a year (YEAR, time_period, ...)", year),
            ("an estimate (population, population_estimate, ...)", value),
        )
        if column is None
    ]
    if lacking or year is None or value is None:
        raise InputError(f"population: needed {'; '.join(lacking)}; found columns {', '.join(frame.columns)}")
    # A column of numbers with blanks comes as floats: 301.0 is the authority 301.
    codes = [
        pl.col(name).cast(pl.String).str.strip_chars().str.replace(r"\.0$", "")
        for name in (la, other)
        if name
    ]
    pieces = [_tidy(long, code, year, value) for code in codes]
    result = pl.concat(pieces).unique(maintain_order=True)
    _check(result)
    return result


def _check(frame: pl.DataFrame) -> None:
    if frame.is_empty():
        raise InputError("population: no row has the code of an authority and a readable year")
    estimates = frame.group_by("LA", "YEAR", "AGES", "AGE", "SEX").agg(
        N=pl.col("POPULATION").drop_nulls().n_unique()
    )
    twice = estimates.filter(pl.col("N") > 1).height
    if twice:
        raise InputError(
            f"population: {twice} combinations of authority, year, age and sex have two different estimates; "
            "keep the rows of one vintage"
        )


def _long(frame: pl.DataFrame) -> pl.DataFrame:
    wide = {name: match for name in frame.columns if (match := _WIDE.fullmatch(name))}
    if not wide or _first(frame, _YEAR):
        return frame
    kept = [name for name in frame.columns if name not in wide]
    long = frame.unpivot(index=kept, on=list(wide), variable_name="YEAR", value_name="POPULATION")
    return long.with_columns(pl.col("YEAR").str.extract(r"(\d{4})"))


def _first(frame: pl.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in frame.columns), None)


def _tidy(frame: pl.DataFrame, code: pl.Expr, year: str, value: str) -> pl.DataFrame:
    age, ages, sex = _first(frame, _AGE), _first(frame, _AGES), _first(frame, _SEX)
    whole = pl.lit(_WHOLE)
    no_text = pl.lit(None, dtype=pl.String)
    range_of = (
        pl.col(ages)
        .cast(pl.String)
        .str.strip_chars()
        .str.to_lowercase()
        .str.replace(r"\s*(to|\u2013|-)\s*", "-")
        if ages
        else (no_text if age else whole)
    )
    numbers = frame.select(
        LA=code,
        YEAR=pl.col(year).cast(pl.String).str.extract(r"(\d{4})").cast(pl.Int32, strict=False),
        AGES=range_of,
        AGE=(
            pl.col(age).cast(pl.String).str.extract(_SINGLE_AGE).cast(pl.Int32, strict=False) if age else None
        ),
        SEX=(
            pl.col(sex)
            .cast(pl.String)
            .str.strip_chars()
            .str.to_lowercase()
            .replace_strict(_SEX_OF, default=_NEITHER)
            if sex
            else no_text
        ),
        POPULATION=pl.col(value).cast(pl.String).str.replace_all(",", "").cast(pl.Float64, strict=False),
    )
    return numbers.with_columns(pl.col("AGE").cast(pl.Int32)).filter(
        pl.col("LA").is_not_null(),
        ~pl.col("LA").str.contains(_NO_AUTHORITY),
        pl.col("YEAR").is_not_null(),
        pl.col("SEX").ne_missing(_NEITHER),
    )


def of_ages(frame: pl.DataFrame, ages: str) -> pl.DataFrame:
    """LA, YEAR, SEX, AGE, POPULATION of one age range.

    An estimate for the whole range is used as it stands (AGE null); otherwise single years of age are taken.
    A range of which one year of age is missing gives no estimate, never a smaller one.
    """
    low, high = (int(part) for part in ages.split("-"))
    columns = ["LA", "YEAR", "SEX", "AGE", "POPULATION"]
    known = frame.filter(pl.col("POPULATION").is_not_null())
    ranged = known.filter(pl.col("AGES") == ages).select(columns)
    single = known.filter(pl.col("AGE").is_between(low, high)).select(columns)
    complete = single.group_by("LA", "YEAR", "SEX").agg(N=pl.col("AGE").n_unique())
    complete = complete.filter(pl.col("N") == high - low + 1)
    single = single.join(complete, on=["LA", "YEAR", "SEX"], how="semi", nulls_equal=True)
    single = single.join(ranged.select("LA", "YEAR").unique(), on=["LA", "YEAR"], how="anti")
    return pl.concat([ranged, single])
