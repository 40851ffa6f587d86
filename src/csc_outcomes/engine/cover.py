"""Cover: whether the data at hand can answer for an authority and a window."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from attrs import field, frozen

from csc_outcomes.definitions.measure import Measure, Parameters, Status, When
from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine.kit import shift_months
from csc_outcomes.engine.source import Feed
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import DefinitionError

if TYPE_CHECKING:
    from csc_outcomes.engine.data import Data
    from csc_outcomes.engine.source import Cover
    from csc_outcomes.engine.windows import Window

_DAY = dt.timedelta(days=1)
MARCH = (3, 31)
SHORTEST_EXPOSURE = 0.25
"""Flows over a shorter part of a year are not annualised (R18)."""


@frozen
class Judge:
    """Judges one measure for one window, authority by authority.

    Attributes:
        covers: return years at hand of each table that the measure needs and that is of return years.
        lacking: of each table that is not there, the given tables that are missing for it.
        year_end: day on which the return year of these tables ends.
        feed: what the tables were filled from, where they are not returns themselves.
    """

    measure: Measure
    parameters: Parameters
    covers: dict[str, Cover] = field(repr=False)
    lacking: dict[str, list[str]]
    year_end: tuple[int, int] = MARCH
    feed: Feed = field(factory=Feed, repr=False)

    @classmethod
    def of(cls, measure: Measure, parameters: Parameters, data: Data) -> Judge:
        """Look up what is at hand of the tables that a measure needs."""
        yearly = [need for need in measure.needs if data.has(need) and data.yearly(need)]
        covers = {need: data.cover(need) for need in yearly}
        lacking = {need: data.lacking(need) for need in measure.needs if not data.has(need)}
        ends = {data.year_end(need) for need in yearly} or {MARCH}
        if len(ends) > 1:
            raise DefinitionError(
                f"measure {measure.id!r} rests on returns whose years end on different days"
            )
        return cls(measure, parameters, covers, lacking, ends.pop(), data.feed)

    def missing_tables(self) -> list[str]:
        """Given tables that the measure rests on and that are not in the data."""
        return list(dict.fromkeys(name for lacking in self.lacking.values() for name in lacking))

    def refusal(self) -> str:
        """Why nothing can be said for any authority; empty where something can."""
        withheld = self.feed.withheld.get(self.measure.id, "")
        lacking = self.missing_tables()
        if withheld or not lacking:
            return withheld
        reasons = [self.feed.absent[name] for name in lacking if name in self.feed.absent]
        text = f"table {', '.join(lacking)} is not in the data"
        return f"{text}: {'; '.join(dict.fromkeys(reasons))}" if reasons else text

    def years(self, window: Window) -> range:
        """Return years that the window and its look-back touch."""
        start, months = window.start, self.measure.lookback_months
        if months and self.measure.when is When.PERIOD:
            start = shift_months(start, -months)  # each event looks back from its own day
        elif months:
            start = min(start, shift_months(window.end, -months) + _DAY)
        return range(year_ending(start), year_ending(window.end) + 1)

    def judge(self, area: str, window: Window) -> Verdict:
        """One authority's verdict."""
        if refusal := self.refusal():
            return Verdict(Status.NO_DATA, refusal)
        for need, cover in self.covers.items():
            if area not in cover:
                return Verdict(Status.NO_DATA, f"no row of {need} for this authority")
        if self.year_end != MARCH:
            return self._census(area, window)
        needed = set(self.years(window))
        for need, cover in self.covers.items():
            gap = sorted(needed - cover[area])
            if gap:
                return Verdict(Status.INCOMPLETE, self._gap(need, gap))
        if self.measure.annualised and self.ages and window.years < SHORTEST_EXPOSURE:
            return Verdict(Status.INCOMPLETE, "less than a quarter of a year cannot be annualised")
        return self._follow_up(area, window)

    def _gap(self, need: str, gap: list[int]) -> str:
        """Which years a table lacks, and why where it was not filled from returns."""
        listed = ", ".join(map(str, gap))
        if not self.feed.name:
            return f"{need} has no return for the year ending {listed}"
        return f"{need} does not cover the year ending {listed}: {self.feed.short}"

    @property
    def ages(self) -> str:
        """Ages of the resident population that is the denominator, if it is."""
        return self.measure.ages(self.parameters)

    def _census(self, area: str, window: Window) -> Verdict:
        """A census of one day answers for that day, and for the twelve months to it, and for nothing else (R22)."""
        month, day = self.year_end
        census_day = f"{day} {dt.date(2000, month, day):%B}"
        if (window.end.month, window.end.day) != self.year_end:
            return Verdict(Status.INCOMPLETE, f"the census is of {census_day}; {window.end} is another day")
        if self.measure.when is When.PERIOD and window.start != shift_months(window.end, -12) + _DAY:
            return Verdict(Status.INCOMPLETE, f"the census tells of the twelve months to {census_day} only")
        for need, cover in self.covers.items():
            if window.end.year not in cover[area]:
                return Verdict(Status.INCOMPLETE, f"{need} has no return for {census_day} {window.end.year}")
        return Verdict()

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
    if cohort and not measure.cohort_windows:
        return [f"{measure.id} is not about persons and cannot be computed for windows per child"]
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
