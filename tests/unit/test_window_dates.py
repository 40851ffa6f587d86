"""Dates of windows: an area's, worked out beforehand, are those that a query works out of columns."""

from __future__ import annotations

import datetime as dt

import narwhals.stable.v2 as nw
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csc_outcomes.engine.cases import WINDOW_END, WINDOW_START, WindowDates

NAMES = ("start", "end", "after_end", "day_before", "lookback", "after_lookback", "twelve_months")
days = st.dates(dt.date(2015, 1, 1), dt.date(2028, 12, 31))


def worked_out(dates: WindowDates, start: dt.date, end: dt.date, months: int) -> tuple[object, ...]:
    frame = nw.from_native(pl.LazyFrame({WINDOW_START: [start], WINDOW_END: [end]}))
    asked = {name: getattr(dates, name) for name in NAMES} | {"before": dates.before(months)}
    return tuple(pl.DataFrame(frame.select(**asked).collect("polars").to_native()).row(0))


@given(start=days, length=st.integers(0, 800), lookback=st.integers(0, 36), months=st.integers(0, 36))
@example(dt.date(2023, 3, 1), 365, 12, 12)
@example(dt.date(2024, 2, 29), 365, 12, 12)
def test_literals_and_columns_agree(start: dt.date, length: int, lookback: int, months: int) -> None:
    end = start + dt.timedelta(length)
    area, child = WindowDates.of(start, end, lookback, None), WindowDates.per_child(lookback)
    assert worked_out(area, start, end, months) == worked_out(child, start, end, months)


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [
        (dt.date(2023, 4, 1), dt.date(2024, 3, 31), True),
        (dt.date(2023, 4, 1), dt.date(2024, 3, 30), False),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 27), True),
        (dt.date(2023, 2, 28), dt.date(2024, 2, 28), True),
        (dt.date(2023, 2, 28), dt.date(2024, 2, 27), True),
        (dt.date(2022, 4, 1), dt.date(2024, 3, 31), False),
    ],
)
def test_twelve_months_are_counted_from_either_end(start: dt.date, end: dt.date, whole: bool) -> None:
    dates = WindowDates.of(start, end, 0, None)
    assert worked_out(dates, start, end, 0)[NAMES.index("twelve_months")] is whole
