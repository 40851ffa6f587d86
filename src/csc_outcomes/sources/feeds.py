"""What feeds other than the returns have in common: which tables they leave out, and how rows get a return year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from attrs import field, frozen

from csc_outcomes.sources import cin_codes, spellings
from csc_outcomes.sources.registry import SOURCES

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from csc_outcomes.engine.door import Problem
    from csc_outcomes.engine.source import Feed, Frames

_OF_RETURNS = ("ssda903", "cin", "workforce")
SEX_SINCE = 2025
"""Return year from which the census has Sex (M, F, U) in place of GenderCurrent (1, 2, 0)."""
_NUMBERS = {"M": "1", "F": "2", "U": "0"}

REASONS_OF_RETURNS = frozenset(
    {
        "assessment_outside_return",
        "authority_without_referrals",
        "closure_outside_return",
        "plan_outside_return",
        "referral_after_return",
        "return_without_rows",
    }
)
"""Codes of problems that compare rows with the return they came in: these came in none."""


@frozen
class Filled:
    """Tables filled from a feed, what was odd, and what the tables cannot say."""

    tables: Frames = field(repr=False)
    problems: tuple[Problem, ...]
    feed: Feed = field(repr=False)


def absent_tables(
    tables: Container[str], reasons: Mapping[str, str], name: str, default: str = ""
) -> dict[str, str]:
    """Why each table of the returns is not filled."""
    otherwise = default or f"{name} does not hold it"
    return {
        table: reasons.get(table, otherwise)
        for source in _OF_RETURNS
        for table in SOURCES[source].tables
        if table not in tables
    }


def year_of(date: pl.Expr | str) -> pl.Expr:
    """Year ending 31 March in which a date lies."""
    day = pl.col(date) if isinstance(date, str) else date
    return (day.dt.year() + (day.dt.month() >= 4).cast(pl.Int32)).cast(pl.Int16)


def sexes(texts: pl.Series, years: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Sex and GenderCurrent, each in the years in which the census has it."""
    letters = spellings.coded(texts, ("M", "F", "U"), spellings.SEXES)
    numbers = letters.replace_strict(_NUMBERS, default=None, return_dtype=pl.String)
    newer = years >= SEX_SINCE
    chosen = pl.select(
        pl.when(newer).then(letters).alias("Sex"), pl.when(~newer).then(numbers).alias("GenderCurrent")
    )
    return chosen["Sex"], chosen["GenderCurrent"]


def ethnicities(texts: pl.Series) -> pl.Series:
    """Ethnicity as one of the codes that both returns have."""
    return spellings.coded(texts, cin_codes.ETHNICITY.names)
