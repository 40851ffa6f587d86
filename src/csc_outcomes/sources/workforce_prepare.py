"""Typed tables of the workforce census made ready: years required, impossible values removed, oddities counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from polars import selectors

from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.source import Frames, Prepared
from csc_outcomes.errors import InputError
from csc_outcomes.sources.code_checks import odd_codes
from csc_outcomes.sources.workforce_tables import TABLES

if TYPE_CHECKING:
    from csc_outcomes.definitions.tables import Column

NAME = "workforce"
WORKER, LA_LEVEL, AUTHORITY = (f"{NAME}.{name}" for name in ("worker", "la_level", "authority"))

_LONGEST_YEAR = 366
_RANGES: dict[str, tuple[float, float]] = {
    "FTE": (0, 1),
    "FTE30": (0, 1),
    "WorkingDaysLost": (0, _LONGEST_YEAR),
}
"""Smallest and largest value that a figure of a worker can have; all others are 0 or more."""
_NO_LIMIT = float("inf")


def prepare(tables: Frames, _directory: pl.DataFrame | None) -> Prepared:
    """Remove impossible values and check codes; nothing is repaired.

    Raises:
        InputError: rows without YEAR: a census row says nothing without its 30 September.
    """
    _check_years(tables)
    ready: Frames = {}
    problems: list[Problem] = []
    for name, frame in tables.items():
        ready[name], found = _in_range(name, frame)
        problems += found
        for column in TABLES[name.removeprefix(f"{NAME}.")].coded:
            if column.name in frame.columns:
                problems += _codes(name, frame, column)
    return Prepared(ready, tuple(problems))


def _check_years(tables: Frames) -> None:
    undated = [f"{name} ({frame['YEAR'].null_count()} rows)" for name, frame in tables.items()
               if frame["YEAR"].null_count()]  # fmt: skip
    if undated:
        raise InputError(
            f"{' and '.join(undated)}: needed a column YEAR (year ending 30 September), found rows without; add "
            "the column or give year="
        )


def _in_range(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """Numbers that cannot be are missing: an FTE of 37 is hours, a negative figure a mark of the publication."""
    problems = []
    for column in frame.select(selectors.numeric().exclude("KEY", "YEAR")).columns:
        low, high = _RANGES.get(column, (0, _NO_LIMIT))
        # A figure that is not finite is outside every range.
        fits = (
            (pl.col(column) >= low) & (pl.col(column) <= high) & pl.col(column).cast(pl.Float64).is_finite()
        )
        lost = int(frame.select((~fits).sum()).item() or 0)
        if lost:
            limits = f"outside {low:g} to {high:g}" if high < _NO_LIMIT else "below 0 or not finite"
            text = f"{column}: {lost} rows are {limits}; treated as missing"
            problems.append(Problem("out_of_range", name, lost, text))
            frame = frame.with_columns(pl.when(fits).then(pl.col(column)).alias(column))
    return frame, problems


def _codes(name: str, frame: pl.DataFrame, column: Column) -> list[Problem]:
    assert column.codes is not None
    odd = odd_codes(frame, column)
    problems = []
    if odd.unknown:
        text = f"{column.name}: {odd.unknown} rows hold codes that are not in the list {column.codes.name}"
        problems.append(Problem("unknown_code", name, odd.unknown, text))
    if odd.outside:
        text = f"{column.name}: {odd.outside} rows hold codes ({odd.listed}) of other years"
        problems.append(Problem("code_of_other_years", name, odd.outside, text))
    return problems
