"""Engine and slow twins give the same figures, and the same derived tables, on drawn histories."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

import csc_outcomes as csc
from csc_outcomes.definitions.measure import Kind, Measure, When, resolve_parameters
from csc_outcomes.engine.cases import WindowDates
from csc_outcomes.engine.kit import OPEN
from csc_outcomes.indicators.placements import long_in_care
from reference.base import Key, Returns, key_of, plus_months, return_year, year_end
from reference.care import (
    care_days,
    care_on,
    care_rows,
    continuously_looked_after,
    periods_of_care,
    placed_on,
    placement_runs,
)
from reference.modules import incidents, incidents_of_care, looked_after_all_year
from reference.ssda903_twin import TWINS
from strategies import SNAPSHOTS, windows

from .drawn import data_of, examples, several_returns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CATALOGUE = {measure.id: measure for measure in csc.catalogue()}
OF = {when: [m.id for m in CATALOGUE.values() if m.when is when] for when in When}
CHOICES = {p.name: p.choices for m in CATALOGUE.values() for p in m.parameters}
TWIN_NAMES = {"definition": "homeless"}  # parameters whose twin has another name
LOCAL = {"ssda903.locality": "PL_LOCATION", "ssda903.distance": "PL_DISTANCE"}

# ---- what is asked for ----------------------------------------------------------------------------------

Span = tuple[date, date]


class Asked(NamedTuple):
    """Windows by the kind of measure they suit, and parameter values by name (None: as defined)."""

    spans: Mapping[When, list[Span]]
    parameters: dict[str, Any] | None

    def windows(self, when: When) -> list[csc.Window]:
        return [csc.Window(start, end) for start, end in self.spans[when]]


_PERIODS = st.one_of(
    windows().filter(lambda span: span[0] < span[1]),
    st.sampled_from(
        [
            (date(first, 4, 1), date(last, 3, 31))  # several return years
            for first, last in ((2021, 2023), (2022, 2024), (2020, 2023), (2021, 2024))
        ]
    ),
)
_DAYS = st.sampled_from(SNAPSHOTS).map(lambda day: (day, day))
_YEARS = st.sampled_from(
    [(first, year_end(year)) for year in range(2021, 2025) for first in (date(year - 1, 4, 1), year_end(year))]
)


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    periods = draw(st.lists(_PERIODS, min_size=1, max_size=2, unique=True))
    spans = {
        When.DAY: [*draw(st.lists(_DAYS, min_size=1, max_size=2, unique=True)), periods[0]],
        When.PERIOD: periods,
        When.RETURN_YEAR: draw(st.lists(_YEARS, min_size=1, max_size=2, unique=True)),
    }
    chosen = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in sorted(CHOICES.items())})
    return Asked(spans, draw(st.one_of(st.none(), chosen)))


# ---- what should come out -------------------------------------------------------------------------------


def years_of(returns: Returns, la: str, table: str) -> set[int]:
    """Return years for which a table speaks for an authority."""
    if table in ("ssda903.oc2", "ssda903.oc3"):
        return {row["YEAR"] for row in getattr(returns, table[8:]) if row["LA"] == la}
    column = LOCAL.get(table)
    return {
        row["YEAR"]
        for row in returns.episodes
        if row["LA"] == la and row["DECOM"] is not None and (column is None or row[column] is not None)
    }


def verdict(measure: Measure, values: Mapping[str, Any], returns: Returns, la: str, span: Span) -> str:
    """Whether an authority's returns can answer: no_data, incomplete, partly or ok."""
    start, end = span
    if measure.when is When.DAY:
        start = end
    if measure.when is When.RETURN_YEAR:
        start = date(end.year - 1, 4, 1)
    covers = [years_of(returns, la, table) for table in measure.needs]
    if not all(covers):
        return "no_data"
    if measure.lookback_months:
        start = min(start, plus_months(end, -measure.lookback_months) + timedelta(1))
    covered = set.intersection(*covers)
    if not covered >= set(range(return_year(start), return_year(end) + 1)):
        return "incomplete"
    if measure.annualised and (end - start).days < 85:
        return "incomplete"
    until = plus_months(end, measure.followup(resolve_parameters((measure,), {measure.id: values})[measure.id]))
    return "ok" if covered >= set(range(return_year(end), return_year(until) + 1)) else "partly"


def values_for(measure: Measure, chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    """The chosen values that a measure has parameters for."""
    return {p.name: chosen[p.name] for p in measure.parameters} if chosen else {}


def twin_of(measure: Measure, returns: Returns, span: Span, values: Mapping[str, Any]) -> list[Any]:
    """The twin's figure: the values of a distribution, or numerator and denominator."""
    named = {TWIN_NAMES.get(name, name): value for name, value in values.items()}
    return list(TWINS[measure.id](returns, *span, **named))


def added(measure: Measure, figures: list[list[Any]]) -> list[Any]:
    """Figures of several authorities as one."""
    if measure.kind is Kind.DISTRIBUTION:
        return sorted(value for figure in figures for value in figure)
    numerators, denominators = zip(*figures, strict=True)
    return [sum(numerators), None if denominators[0] is None else sum(denominators)]


# ---- figures --------------------------------------------------------------------------------------------


Rows = dict[tuple[str, str], dict[str, Any]]  # by breakdown and group


def rows_by_place(result: csc.Result) -> dict[tuple[str, str, str], Rows]:
    """Rows by measure, window and area."""
    found: dict[tuple[str, str, str], Rows] = {}
    for row in result.frame.to_dict("records"):
        place = (row["measure"], row["window"], row["area"])
        found.setdefault(place, {})[row["breakdown"], row["group"]] = row
    return found


def quantile(values: list[int], share: float) -> float | None:
    """Linear between the two values around the place, as most software has it."""
    if not values:
        return None
    place = (len(values) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def residents(measure: Measure, areas: Iterable[str], span: Span, people: Mapping[str, int]) -> float:
    """Resident children of the mid-year before the last day, times the years that a flow is spread over."""
    start, end = span
    year = end.year if end >= date(end.year, 6, 30) else end.year - 1
    whole = sum(people[la] + year for la in areas)
    return whole * exposure(start, end) if measure.annualised else whole


def exposure(start: date, end: date) -> float:
    """Length of a window in years: whole months over 12, else days over those of the year it starts."""
    after = end + timedelta(1)
    for months in range(1, 61):
        if plus_months(start, months) == after:
            return months / 12
    return (after - start).days / (plus_months(start, 12) - start).days


def expected_rows(measure: Measure, figure: list[Any], partly: bool) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Numerator, denominator, value and status of each row of a measure, for one window and area."""
    if measure.kind is Kind.DISTRIBUTION:
        return distribution_rows(measure, figure, partly)
    numerator, denominator = figure
    value = numerator if denominator is None else measure.per * numerator / denominator if denominator else None
    status = "incomplete" if partly else "undefined" if denominator == 0 else "ok"
    return {("all", "all"): (numerator, denominator, value, status)}


def distribution_rows(
    measure: Measure, days: list[int], partly: bool
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """As `expected_rows`; the numerator of every row is its value times the number of children."""
    status = "incomplete" if partly else "ok" if days else "undefined"
    shares = {"min": 0.0, "p25": 0.25, "median": 0.5, "p75": 0.75, "max": 1.0}
    values = {("statistic", name): quantile(days, share) for name, share in shares.items()}
    totals = {place: None if value is None else value * len(days) for place, value in values.items()}
    if measure.headline == "median":
        values["all", "all"], totals["all", "all"] = quantile(days, 0.5), totals["statistic", "median"]
    if measure.headline == "mean":
        values["all", "all"], totals["all", "all"] = sum(days) / len(days) if days else None, sum(days)
    return {place: (totals[place], len(days), values[place], status) for place in values}


def same(found: float, wanted: float | None) -> bool:
    return math.isnan(found) if wanted is None else math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-9)


def differences(measure: Measure, rows: Rows, figure: list[Any], partly: bool) -> list[str]:
    """What differs between the rows of a measure for one window and area, and what the twin gives."""
    wanted = expected_rows(measure, figure, partly)
    found = []
    if set(rows) != set(wanted):
        found.append(f"rows {sorted(rows)} instead of {sorted(wanted)}")
    for place in set(rows) & set(wanted):
        row = rows[place]
        numbers = [row["numerator"], row["denominator"], row["value"]]
        fits = all(map(same, numbers, wanted[place][:3]))
        if not fits or row["status"] != wanted[place][3]:
            found.append(f"{place}: engine {[*numbers, row['status']]}, twin {list(wanted[place])}")
    return found


class Seen(Counter[tuple[str, str]]):
    """How often each measure was compared, and how often there was something to count."""

    def note(self, measure: Measure, figure: list[Any]) -> None:
        self[measure.id, "compared"] += 1
        if any(figure):
            self[measure.id, "something"] += 1
        if figure and figure[0]:
            self[measure.id, "counted"] += 1


def disagreements(returns: Returns, what: Asked, seen: Seen) -> list[str]:
    """Every figure in which engine and twin differ, with the authority's rows."""
    data = data_of(returns)
    parts = {la: returns.of(la) for la in returns.authorities()}
    people = RESIDENTS(returns)
    found: list[str] = []
    for when, names in OF.items():
        own = {p.name for name in names for p in CATALOGUE[name].parameters}
        given_values = {n: v for n, v in what.parameters.items() if n in own} if what.parameters else None
        result = csc.calculate(names, data, what.windows(when), by="LA", parameters=given_values)
        placed = rows_by_place(result)
        for name, (span, window) in product(names, zip(what.spans[when], what.windows(when), strict=True)):
            rows = {area: placed[name, window.label, area] for area in ("all", *parts)}
            values = values_for(CATALOGUE[name], what.parameters)
            for area, text in _compared(CATALOGUE[name], rows, parts, span, values, seen):
                about = f"{name} {values} over {window.label} in {area}"
                found.append(f"{about}: {text}\n{parts.get(area, '')}")
    return found


def _compared(
    measure: Measure,
    rows: dict[str, Rows],
    parts: dict[str, Returns],
    span: Span,
    values: Mapping[str, Any],
    seen: Seen,
) -> Iterator[tuple[str, str]]:
    """Area and text of each difference of one measure and window."""
    verdicts = {la: verdict(measure, values, part, la, span) for la, part in parts.items()}
    figures = {}
    for la, part in parts.items():
        if verdicts[la] in ("no_data", "incomplete"):
            if {(row["status"], math.isnan(row["value"])) for row in rows[la].values()} != {(verdicts[la], True)}:
                yield la, f"needed {verdicts[la]} and no value, found {list(rows[la].values())}"
            continue
        figures[la] = twin_of(measure, part, span, values)
        seen.note(measure, figures[la])
        for text in differences(measure, rows[la], figures[la], verdicts[la] == "partly"):
            yield la, text
    if len(figures) == len(parts):
        partly = "partly" in verdicts.values()
        for text in differences(measure, rows["all"], added(measure, list(figures.values())), partly):
            yield "all", text


def test_every_measure_gives_what_its_twin_gives() -> None:
    seen = Seen()

    @examples(25, long=1500)
    @given(several_returns(), asked())
    def agree(returns: Returns, what: Asked) -> None:
        assert disagreements(returns, what, seen) == []

    agree()
    # A comparison of nothing with nothing would prove nothing.
    idle = [name for name in CATALOGUE for kind in ("something", "counted") if seen[name, kind] < 5]
    assert idle == []


def test_every_measure_has_a_twin_with_its_parameters() -> None:
    assert set(CATALOGUE) == set(TWINS)
    returns, span = Returns(), (date(2023, 4, 1), date(2024, 3, 31))
    for measure in CATALOGUE.values():
        for parameter in measure.parameters:
            for value in parameter.choices:
                assert twin_of(measure, returns, span, {parameter.name: value}) in ([], [0, 0], [0, None])
