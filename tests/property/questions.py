"""What is asked of drawn histories: windows of every kind, and values of every parameter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from csc_outcomes.definitions.measure import When
from reference.base import Returns, plus_months, year_end
from strategies import SNAPSHOTS, windows

from .drawn import SCHEMAS, several_returns
from .soundness import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .expected import Span

CHOICES = {p.name: p.choices for m in CATALOGUE.values() for p in m.parameters}


class Asked(NamedTuple):
    """Windows by the kind of measure they suit, and parameter values by name (None: as defined)."""

    spans: Mapping[When, list[Span]]
    parameters: dict[str, Any] | None


SEVERAL_YEARS = tuple(
    (date(first, 4, 1), date(last, 3, 31))
    for first, last in ((2021, 2023), (2022, 2024), (2020, 2023), (2021, 2024))
)
PERIODS = st.one_of(windows().filter(lambda span: span[0] < span[1]), st.sampled_from(SEVERAL_YEARS))
FIRST, LAST = date(2020, 4, 1), date(2024, 3, 31)
DATES = ("DECOM", "DEC", "MIS_START", "MIS_END", "SW_DECOM", "SW_DEC")


def telling_days(returns: Returns) -> st.SearchStrategy[date]:
    """Days on which something begins or ends, the days beside them, and those half a year to 30 months on.

    It is there that "by", "before" and "within" are told apart, and chance would rarely lead there.
    """
    rows = [row for table in SCHEMAS for row in getattr(returns, table)]
    days = sorted({row[name] for row in rows for name in DATES if row.get(name) is not None})
    steps = st.sampled_from([(days, months) for months in (0, 12, 24, 30, 6) for days in (0, 0, -1, 1)])

    def moved(day: date, step: tuple[int, int]) -> date:
        return plus_months(day, step[1]) + timedelta(step[0])

    found = st.builds(moved, st.sampled_from(days), steps)
    return found.map(lambda day: day if FIRST <= day <= LAST else SNAPSHOTS[day.toordinal() % len(SNAPSHOTS)])


@st.composite
def telling_periods(draw: st.DrawFn, returns: Returns) -> Span:
    """From one such day to another, or to a year on."""
    day = telling_days(returns)
    start, end = sorted((draw(day), draw(day)))
    return (start, end) if start < end else (start, plus_months(start, 12) - timedelta(1))


def return_years(returns: Returns) -> st.SearchStrategy[Span]:
    """Years of which the yearly modules speak, or any; asked for as a year or by its last day."""
    told = sorted({row["YEAR"] for row in (*returns.oc2, *returns.oc3)})
    ends = st.sampled_from([year_end(year) for year in (*told, *told, 2021, 2022, 2023, 2024)])
    whole = ends.map(lambda end: (date(end.year - 1, 4, 1), end))
    return st.one_of(whole, ends.map(lambda end: (end, end)))


@st.composite
def asked(draw: st.DrawFn, returns: Returns) -> Asked:
    """A few windows of every kind, and one value of every parameter of the catalogue."""
    periods = list(dict.fromkeys((draw(PERIODS), draw(telling_periods(returns)))))
    days = dict.fromkeys((draw(st.sampled_from(SNAPSHOTS)), draw(telling_days(returns))))
    spans = {
        When.DAY: [*((day, day) for day in days), periods[-1]],
        When.PERIOD: periods,
        When.RETURN_YEAR: draw(st.lists(return_years(returns), min_size=1, max_size=2, unique=True)),
    }
    chosen = st.fixed_dictionaries({name: st.sampled_from(CHOICES[name]) for name in sorted(CHOICES)})
    return Asked(spans, draw(st.one_of(st.none(), chosen)))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Returns, Asked]:
    """Histories, and what is asked of them."""
    returns = draw(several_returns())
    return returns, draw(asked(returns))
