"""Codes that are in no list, and codes of other years: counted in the same way for every return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from csc_outcomes.definitions.tables import Code, Column


@frozen
class OddCodes:
    """What is odd about the codes of a column.

    Attributes:
        unknown: rows whose code is in no list; the code is a row's value and is not named.
        outside: rows whose code is of other years than their return.
        listed: these codes, in order; they are the list's own and can be named.
    """

    unknown: int
    outside: int
    listed: str


def odd_codes(frame: pl.DataFrame, column: Column, described_since: int = 0) -> OddCodes:
    """Count the rows of a table with odd codes in one column; returns before `described_since` are read as of it."""
    unknown, outside, rows_outside = 0, set[str](), 0
    for code, entry, year, rows in rows_to_look_at(frame, column, described_since):
        if entry is None:
            unknown += rows
        elif year is not None and not entry.valid_in(max(year, described_since)):
            outside.add(code)
            rows_outside += rows
    return OddCodes(unknown, rows_outside, ", ".join(sorted(outside)))


def rows_to_look_at(
    frame: pl.DataFrame, column: Column, described_since: int
) -> Iterator[tuple[str, Code | None, int | None, int]]:
    """Code, its entry in the list, return year and number of rows, but for codes that are right in every year."""
    assert column.codes is not None
    entries = {entry.code: entry for entry in column.codes.codes}
    settled = {code for code, e in entries.items() if e.first_year <= described_since and not e.last_year}
    # Few codes have years of their own; to count the rest by year would be most of the work of checking.
    odd = set(frame[column.name].unique().cast(pl.String).drop_nulls()) - settled
    counts = frame.filter(pl.col(column.name).is_in(list(odd))).group_by(column.name, "YEAR").len()
    for code, year, rows in counts.with_columns(pl.col(column.name).cast(pl.String)).iter_rows():
        yield code, entries.get(code), year, rows
