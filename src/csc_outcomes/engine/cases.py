"""Cases: what a measure's selection returns, one row per counted thing."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

import narwhals.stable.v2 as nw
from attrs import evolve, field, frozen

from csc_outcomes.engine import kit


class Tables(Protocol):
    """The tables a selection may read, by name."""

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the authorities in the data."""

    def __getitem__(self, name: str) -> nw.LazyFrame[Any]: ...

    def __contains__(self, name: object) -> bool: ...

    def get(self, name: str) -> nw.LazyFrame[Any] | None:
        """A table, or None where it is not at hand."""


WINDOW_START, WINDOW_END, SPELL, ARM = "WINDOW_START", "WINDOW_END", "SPELL", "ARM"
"""Columns that a run with windows per child adds to every table."""
_FIRST, _LAST = 0, 1
"""Places of a window's days."""


@frozen
class WindowDates:
    """The dates of a window as expressions: literals for an area, columns when each child has its own.

    What follows from an area's dates is worked out here and not in the query: Polars before 1.44 fails at times
    where a sum of literals comes twice in one query.
    """

    start: nw.Expr
    end: nw.Expr
    lookback_months: int
    keys: list[str]
    year: int | None = None
    _days: tuple[dt.date, dt.date] | None = None

    @classmethod
    def of(cls, start: dt.date, end: dt.date, lookback_months: int, year: int | None) -> WindowDates:
        """One pair of dates for everybody."""
        return cls(nw.lit(start), nw.lit(end), lookback_months, ["KEY"], year, (start, end))

    @classmethod
    def per_child(cls, lookback_months: int) -> WindowDates:
        """A pair of dates in every row, put there by the cohort."""
        return cls(nw.col(WINDOW_START), nw.col(WINDOW_END), lookback_months, ["KEY", SPELL, ARM])

    @property
    def after_end(self) -> nw.Expr:
        """The day after the last day."""
        return self._moved(_LAST, days=1)

    @property
    def day_before(self) -> nw.Expr:
        """The day before the first day."""
        return self._moved(_FIRST, days=-1)

    @property
    def lookback(self) -> nw.Expr:
        """The last day minus the measure's look-back; the window after it is exclusive of this day."""
        return self.before(self.lookback_months)

    @property
    def after_lookback(self) -> nw.Expr:
        """The first day of the look-back."""
        return self._moved(_LAST, months=-self.lookback_months, days=1)

    @property
    def twelve_months(self) -> nw.Expr:
        """Whether the window is twelve months long, counted from its first day or back from its last."""
        if self._days is not None:
            start, after = self._days[_FIRST], self._days[_LAST] + dt.timedelta(1)
            return nw.lit(kit.shift_months(start, 12) == after or kit.shift_months(after, -12) == start)
        forwards = kit.plus_months(self.start, 12) == self.after_end
        return forwards | (kit.plus_months(self.after_end, -12) == self.start)

    def before(self, months: int) -> nw.Expr:
        """The last day minus a number of calendar months."""
        return self._moved(_LAST, months=-months)

    def _moved(self, which: int, *, months: int = 0, days: int = 0) -> nw.Expr:
        """The first or last day, calendar months and then days later."""
        if self._days is not None:
            return nw.lit(kit.shift_months(self._days[which], months) + dt.timedelta(days))
        moved = (self.start, self.end)[which]
        moved = kit.plus_months(moved, months) if months else moved
        return moved.dt.offset_by(f"{days}d") if days else moved


@frozen
class Step:
    """A condition and what to say of the rows that fail (or meet) it."""

    condition: nw.Expr
    text: str


@frozen
class Cases:
    """One row per counted thing.

    Attributes:
        frame: lazy frame with KEY and LA (and DOB where age breakdowns are wanted).
        on: the date at which a case's age and status are read.
        row: the column that holds the cleaned episode (ROW) which describes the case, or None.
        numerator, denominator: expressions, integer unless the measure is fractional; denominator None where
            the measure has none.
        part: the group of the case where the measure has parts.
        second: a further number of the case, for the measure's statistics or summary.
        steps: exclusions, in order; a row leaves at the first step it fails.
        reports: conditions that are counted and mentioned but exclude nobody.
    """

    frame: nw.LazyFrame[Any]
    on: nw.Expr = field(kw_only=True)
    row: str | None = field(kw_only=True, default=None)
    numerator: nw.Expr = field(kw_only=True, factory=lambda: nw.lit(1))
    denominator: nw.Expr | None = field(kw_only=True, default=None)
    part: nw.Expr | None = field(kw_only=True, default=None)
    second: nw.Expr | None = field(kw_only=True, default=None)
    steps: tuple[Step, ...] = field(kw_only=True, default=())
    reports: tuple[Step, ...] = field(kw_only=True, default=())

    def keep(self, condition: nw.Expr, reason: str) -> Cases:
        """Exclude, and count, the rows that do not meet a condition; a null condition excludes."""
        return evolve(self, steps=(*self.steps, Step(condition, reason)))

    def report(self, condition: nw.Expr, text: str) -> Cases:
        """Count the kept rows that meet a condition, and mention them."""
        return evolve(self, reports=(*self.reports, Step(condition, text)))

    @property
    def reason(self) -> nw.Expr:
        """0 for a counted row, else the number (from 1) of the first step that the row failed."""
        expression = nw.lit(0)
        for number in range(len(self.steps), 0, -1):
            kept = self.steps[number - 1].condition
            expression = nw.when(kept).then(expression).otherwise(nw.lit(number))
        return expression.cast(nw.Int64)
