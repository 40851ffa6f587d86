"""What a figure should be: the count of the twin, value and status from the definitions in plain Python."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from csc_outcomes.definitions.measure import Kind, Measure, When
from reference.base import Returns, plus_months, return_year, year_end
from reference.ssda903_twin import TWINS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Span = tuple[date, date]
Row = tuple[float | None, float | None, float | None, str]  # numerator, denominator, value and status
Rows = dict[tuple[str, str], Row]  # by breakdown and group
People = dict[tuple[str, int], int]  # residents by authority and year of the 30 June

STATISTICS = {"min": 0.0, "p25": 0.25, "median": 0.5, "p75": 0.75, "max": 1.0}
TWIN_NAMES = {"definition": "homeless"}  # parameters whose twin has another name
SPEAK_FOR_THEMSELVES = {"ssda903.oc2": "oc2", "ssda903.oc3": "oc3"}
LOCALITY = {"ssda903.locality": "PL_LOCATION", "ssda903.distance": "PL_DISTANCE"}


# ---- cover ----------------------------------------------------------------------------------------------


def years_covered(returns: Returns, need: str) -> set[int]:
    """Return years of one authority for which a table speaks.

    OC2, OC3, locality and distance speak only for the years in which they have something; every other table
    for the years of which episodes are at hand.
    """
    if need in SPEAK_FOR_THEMSELVES:
        return {row["YEAR"] for row in getattr(returns, SPEAK_FOR_THEMSELVES[need])}
    column = LOCALITY.get(need, "DECOM")
    rows = [row for row in returns.episodes if row["DECOM"] is not None]
    return {row["YEAR"] for row in rows if row[column] is not None}


def verdict(measure: Measure, values: Mapping[str, Any], returns: Returns, span: Span) -> str:
    """Whether one authority's returns can answer: no_data, incomplete, partly or ok."""
    start, end = span
    covers = [years_covered(returns, need) for need in measure.needs]
    if not all(covers):
        return "no_data"
    covered = set.intersection(*covers)
    if measure.when is not When.PERIOD:
        start = end
    if measure.lookback_months:
        start = min(start, plus_months(end, -measure.lookback_months) + timedelta(1))
    if not covered >= set(range(return_year(start), return_year(end) + 1)):
        return "incomplete"
    if measure.annualised and exposure(*span) < 0.25:
        return "incomplete"
    until = plus_months(end, values.get("months", measure.followup_months))
    return "ok" if covered >= set(range(return_year(end), return_year(until) + 1)) else "partly"


def covered_until(returns: Returns, day: date) -> date:
    """Last day up to which one authority's returns follow each other without a hole, from a day on."""
    years, year = years_covered(returns, "ssda903.periods"), return_year(day)
    while year + 1 in years:
        year += 1
    return year_end(year)


# ---- denominators ---------------------------------------------------------------------------------------


def exposure(start: date, end: date) -> float:
    """Length of a window in years: whole months over 12, else days over those of the year it starts.

    Months are whole counted on from the first day or back from the day after the last: six months before
    31 March begin on 30 September, twelve before 29 February on 28 February.
    """
    after = end + timedelta(1)
    for months in range(1, 61):
        if plus_months(start, months) == after or plus_months(after, -months) == start:
            return months / 12
    return (after - start).days / (plus_months(start, 12) - start).days


def population_of(measure: Measure, areas: Iterable[str], span: Span, people: People) -> float:
    """Residents at the latest 30 June by the last day, times the years that a flow is spread over."""
    end = span[1]
    year = end.year if end >= date(end.year, 6, 30) else end.year - 1
    whole = sum(people[la, year] for la in areas)
    return whole * exposure(*span) if measure.annualised else whole


# ---- figures --------------------------------------------------------------------------------------------


def values_for(measure: Measure, chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    """The chosen values that a measure has parameters for."""
    return {p.name: chosen[p.name] for p in measure.parameters} if chosen else {}


def twin_of(measure: Measure, returns: Returns, span: Span, values: Mapping[str, Any]) -> list[Any]:
    """The twin's figure for one authority: the values of a distribution, or numerator and denominator."""
    named = {TWIN_NAMES.get(name, name): value for name, value in values.items()}
    if measure.followup_months:
        named["cover_end"] = {la: covered_until(returns, span[1]) for la in returns.authorities()}
    return list(TWINS[measure.id](returns, *span, **named))


def added(measure: Measure, figures: list[list[Any]]) -> list[Any]:
    """Figures of several authorities as one."""
    if measure.kind is Kind.DISTRIBUTION:
        return sorted(value for figure in figures for value in figure)
    numerators, denominators = zip(*figures, strict=True)
    return [sum(numerators), None if denominators[0] is None else sum(denominators)]


def rows_of(measure: Measure, figure: list[Any], *, partly: bool) -> Rows:
    """The rows that a figure makes; `partly`: its follow-up is not covered in full."""
    if measure.kind is Kind.DISTRIBUTION:
        return _distribution(measure, figure, partly)
    numerator, denominator = figure
    status = "incomplete" if partly else "undefined" if denominator == 0 else "ok"
    value = (
        numerator if denominator is None else measure.per * numerator / denominator if denominator else None
    )
    return {("all", "all"): (numerator, denominator, value, status)}


def _distribution(measure: Measure, days: list[int], partly: bool) -> Rows:
    """A row per statistic and a headline; the numerator of each is its value times the number of children."""
    status = "incomplete" if partly else "ok" if days else "undefined"
    values = {("statistic", name): _quantile(days, share) for name, share in STATISTICS.items()}
    totals = {place: None if value is None else value * len(days) for place, value in values.items()}
    headline = ("all", "all")
    if measure.headline == "median":
        values[headline], totals[headline] = _quantile(days, 0.5), totals["statistic", "median"]
    if measure.headline == "mean":
        values[headline], totals[headline] = sum(days) / len(days) if days else None, sum(days)
    return {place: (totals[place], len(days), values[place], status) for place in values}


def _quantile(values: list[int], share: float) -> float | None:
    """Linear between the two values around the place, as most software has it."""
    if not values:
        return None
    place = (len(values) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])
