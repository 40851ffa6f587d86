"""Portability kit: the few operations that differ between dataframe engines, each closed once.

Selections of measures use narwhals expressions and these functions, and nothing else. They run alike on
Polars (where every local frame is brought) and on PySpark.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN = dt.date(2099, 12, 31)
"""End of whatever has not ended; null comparisons would otherwise differ between engines."""


def _expr(value: nw.Expr | str | dt.date) -> nw.Expr:
    if isinstance(value, str):
        return nw.col(value)
    return nw.lit(value) if isinstance(value, dt.date) else value


def flag(condition: nw.Expr) -> nw.Expr:
    """1 where the condition holds, 0 where it does not or is null: booleans cannot be summed everywhere."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)


def _day_number(date: nw.Expr) -> nw.Expr:
    # The only day arithmetic that runs on every backend; equal to date.toordinal().
    years = date.dt.year().cast(nw.Int64) - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + date.dt.ordinal_day().cast(nw.Int64)


def days(start: nw.Expr | str | dt.date, end: nw.Expr | str | dt.date) -> nw.Expr:
    """Whole days (nights) from `start` to `end`."""
    return _day_number(_expr(end)) - _day_number(_expr(start))


def _calendar_number(date: nw.Expr) -> nw.Expr:
    month = date.dt.month().cast(nw.Int64) * 100
    return date.dt.year().cast(nw.Int64) * 10_000 + month + date.dt.day().cast(nw.Int64)


def age(birth: nw.Expr | str, on: nw.Expr | str | dt.date) -> nw.Expr:
    """Completed years on a date; a birthday of 29 February falls on 1 March in other years. Null if unknown."""
    return (_calendar_number(_expr(on)) - _calendar_number(_expr(birth))) // 10_000


def reached(birth: nw.Expr | str, years: int, on: nw.Expr | str | dt.date) -> nw.Expr:
    """Whether `age(birth, on) >= years`; null if the birth is unknown.

    One comparison of dates instead of arithmetic on every row, which is what a filter of a large table needs.
    """
    return _expr(birth) <= plus_months(on, -12 * years)


def plus_months(date: nw.Expr | str | dt.date, months: int) -> nw.Expr:
    """The same day number `months` calendar months later (or earlier), clamped to the month's last day."""
    return _expr(date).dt.offset_by(f"{months}mo")


def reporting_year(date: nw.Expr | str | dt.date) -> nw.Expr:
    """Year ending 31 March in which a date lies."""
    moment = _expr(date)
    return moment.dt.year().cast(nw.Int64) + flag(moment.dt.month() >= 4)


def earlier(first: nw.Expr | str | dt.date, second: nw.Expr | str | dt.date) -> nw.Expr:
    """The earlier of two dates, row by row."""
    return nw.min_horizontal(_expr(first), _expr(second))


def later(first: nw.Expr | str | dt.date, second: nw.Expr | str | dt.date) -> nw.Expr:
    """The later of two dates, row by row."""
    return nw.max_horizontal(_expr(first), _expr(second))


def shift_months(date: dt.date, months: int) -> dt.date:
    """`plus_months` for one date, in plain Python."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(date.day, last))


def is_in(name: str, codes: Iterable[str]) -> nw.Expr:
    """Whether a code is one of `codes`; a missing code is not."""
    return nw.col(name).is_in(list(codes)).fill_null(value=False)
