"""Cover: whether the data at hand can answer for an authority and a window."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attrs import field, frozen

from csc_outcomes.definitions.measure import Measure, Parameters, Status, When
from csc_outcomes.engine.kit import shift_months, year_ending

if TYPE_CHECKING:
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.source import Cover
    from csc_outcomes.engine.windows import Window

_DAY = dt.timedelta(days=1)
SHORTEST_EXPOSURE = 0.25
"""Flows over a shorter part of a year are not annualised (R18)."""


@frozen
class Verdict:
    """What the data can say: a status (None: go on), why, and whether a value is given all the same."""

    status: Status | None = None
    why: str = ""
    partly: bool = False


@frozen
class Judge:
    """Judges one measure for one window, authority by authority.

    Attributes:
        covers: return years at hand of each table that the measure needs.
        lacking: of each table that is not there, the given tables that are missing for it.
    """

    measure: Measure
    parameters: Parameters
    covers: dict[str, Cover] = field(repr=False)
    lacking: dict[str, list[str]]

    @classmethod
    def of(cls, measure: Measure, parameters: Parameters, data: Data) -> Judge:
        """Look up what is at hand of the tables that a measure needs."""
        covers = {need: data.cover(need) for need in measure.needs if data.has(need)}
        lacking = {need: data.lacking(need) for need in measure.needs if not data.has(need)}
        return cls(measure, parameters, covers, lacking)

    def missing_tables(self) -> list[str]:
        """Given tables that the measure rests on and that are not in the data."""
        return list(dict.fromkeys(name for lacking in self.lacking.values() for name in lacking))

    def years(self, window: Window) -> range:
        """Return years that the window and its look-back touch."""
        start = window.start
        if self.measure.lookback_months:
            start = min(start, shift_months(window.end, -self.measure.lookback_months) + _DAY)
        return range(year_ending(start), year_ending(window.end) + 1)

    def judge(self, area: str, window: Window) -> Verdict:
        """One authority's verdict."""
        lacking = self.missing_tables()
        if lacking:
            return Verdict(Status.NO_DATA, f"table {', '.join(lacking)} is not in the data")
        for need, cover in self.covers.items():
            if area not in cover:
                return Verdict(Status.NO_DATA, f"no row of {need} for this authority")
        needed = set(self.years(window))
        for need, cover in self.covers.items():
            gap = sorted(needed - cover[area])
            if gap:
                listed = ", ".join(map(str, gap))
                return Verdict(Status.INCOMPLETE, f"{need} has no return for the year ending {listed}")
        if self.measure.annualised and window.years < SHORTEST_EXPOSURE:
            return Verdict(Status.INCOMPLETE, "less than a quarter of a year cannot be annualised")
        return self._follow_up(area, window)

    def _follow_up(self, area: str, window: Window) -> Verdict:
        months = self.measure.followup(self.parameters)
        if not months:
            return Verdict()
        until = shift_months(window.end, months)
        if until <= self.covered_until(area, window.end):
            return Verdict()
        why = f"follow-up of {months} months reaches {until}, beyond the returns at hand"
        return Verdict(Status.INCOMPLETE, why, partly=True)

    def covered_until(self, area: str, day: dt.date) -> dt.date:
        """Last day up to which returns follow each other without a hole, counted from a covered day."""
        year = year_ending(day)
        while all(year + 1 in cover.get(area, ()) for cover in self.covers.values()):
            year += 1
        return dt.date(year, 3, 31)


def window_problems(measure: Measure, windows: list[Window], *, cohort: bool) -> list[str]:
    """Say which windows do not suit a measure."""
    if cohort and measure.when is When.RETURN_YEAR:
        return [f"{measure.id} is about a return year and cannot be computed for windows per child"]
    problems = []
    for window in windows:
        if measure.when is When.PERIOD and window.is_day:
            problems.append(
                f"{measure.id} counts what happens over a period and was asked for on a day ({window.label}); "
                "use csc.Window.year_to or csc.Window(start, end)"
            )
        if measure.when is When.RETURN_YEAR and not window.is_return_year:
            problems.append(
                f"{measure.id} is about a return year and was asked for over {window.label}; "
                "use csc.Window.year_to('<year>-03-31')"
            )
        if window.rates_only and measure.when is When.PERIOD and measure.unit_is_count:
            problems.append(
                f"{measure.id} is a count, and window {window.label!r} admits rates and shares only"
            )
    return problems
