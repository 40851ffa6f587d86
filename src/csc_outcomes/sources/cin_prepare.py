"""Typed tables of the census made ready: return years filled in, yes and no in one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Frames, Prepared
from csc_outcomes.errors import InputError, all_at_once
from csc_outcomes.sources import cin_codes as codes
from csc_outcomes.sources.cin_keys import BLOCK, numbered, repeats
from csc_outcomes.sources.cin_tables import TABLES
from csc_outcomes.sources.ssda903_years import inferred_years, with_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "cin"
DETAILS = f"{NAME}.CINdetails"
_SPELLINGS = {"TRUE": "1", "FALSE": "0"}
_LINKED = ("cin.Assessments", "cin.AssessmentFactorsList")
"""Tables whose rows mean nothing without the referral they belong to."""


def prepare(tables: Frames, _directory: pl.DataFrame | None) -> Prepared:
    """Fill years and bring booleans into one spelling.

    Raises:
        InputError: return years are not stated and cannot be told; assessments that cannot be joined to their
            referrals; two returns of one authority and year mixed; all of them at once.
    """
    dated, found = _dated(tables)
    spelled = {name: _spelled(name, frame) for name, frame in dated.items()}
    all_at_once("children in need census cannot be used as given", _faults(spelled))
    return Prepared(spelled, tuple(found))


# ---- return years -----------------------------------------------------------------------------------------


def _dated(tables: Frames) -> tuple[Frames, list[Problem]]:
    """Fill return years that no column states, from the dates of the authority's referrals and closures."""
    if not any(frame["YEAR"].null_count() for frame in tables.values()):
        return tables, []
    told, found = _told(tables[DETAILS]) if DETAILS in tables else ({}, [])
    unclear = [
        name
        for name, frame in tables.items()
        if any(area not in told for area in _areas(frame.filter(pl.col("YEAR").is_null())))
    ]
    if unclear:
        raise InputError(
            f"{', '.join(unclear)}: needed a column YEAR (year ending 31 March), found none, and the dates of "
            "referrals and closures do not show a single return year; add the column or give year="
        )
    return {name: with_year(frame, told) for name, frame in tables.items()}, found


def _told(details: pl.DataFrame) -> tuple[dict[str, int], list[Problem]]:
    """The return year of each authority that shows a single one."""
    years: dict[str, int] = {}
    for area, rows in _by_area(details):
        stated = set(rows["YEAR"].drop_nulls().to_list())
        undated = rows.filter(pl.col("YEAR").is_null())
        inferred = set(inferred_years(undated)) if undated.height else set()
        if len(stated | inferred) == 1:
            years[area] = (stated | inferred).pop()
    blank = details["YEAR"].null_count()
    if not blank:
        return years, []
    text = f"{blank} rows without YEAR; the return year is told from the dates of referrals and closures"
    return years, [Problem("year_inferred", DETAILS, blank, text)]


def _by_area(details: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    columns = details.select(
        pl.col("LA").cast(pl.String), "YEAR", DECOM="CINreferralDate", DEC="CINclosureDate"
    )
    for (area,), rows in columns.group_by("LA"):
        yield str(area), rows


def _areas(frame: pl.DataFrame) -> list[str]:
    return frame["LA"].cast(pl.String).unique().to_list()


# ---- booleans ---------------------------------------------------------------------------------------------


def _spelled(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Write yes and no as 1 and 0: the schema has digits, many systems words."""
    columns = [
        column.name
        for column in TABLES[name.removeprefix(f"{NAME}.")].columns
        if column.codes is codes.YES_NO and column.name in frame.columns
    ]
    mended = [
        pl.col(column).cast(pl.String).replace(_SPELLINGS).cast(pl.Categorical)
        for column in columns
        if frame[column].unique().cast(pl.String).is_in(list(_SPELLINGS)).any()
    ]
    return frame.with_columns(mended) if mended else frame


# ---- faults -----------------------------------------------------------------------------------------------


def _faults(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """What would give wrong numbers and cannot be told apart from right ones later."""
    details = tables.get(DETAILS)
    if details is None:
        return []
    linked = [name for name in _LINKED if name in tables]
    if "CINdetailsID" not in details.columns:
        needed = f"{', '.join(linked)} cannot be joined to referrals: {DETAILS} has no column CINdetailsID"
        return [f"{needed}; number each child's rows 1, 2, ... in every return"] if linked else []
    twice = _dated_twice(details.drop_nulls("CINdetailsID"))
    if not twice:
        return []
    mixed = f"{DETAILS}: {twice} times a child has two referral dates under one CINdetailsID of one authority"
    return [f"{mixed} and year: two versions of a return are mixed; give one of them"]


def _dated_twice(details: pl.DataFrame) -> int:
    """How many further referral dates blocks have beside their own."""
    (numbers,) = numbered([details], BLOCK)
    if not repeats(numbers):
        return 0
    dates = details.select(numbers.alias("BLOCK"), "CINreferralDate").unique()
    return dates.height - dates["BLOCK"].n_unique()
