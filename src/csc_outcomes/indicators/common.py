"""What several outcomes select in the same way, so that two measures cannot mean two things by one word.

Every function takes the tables and the window of one calculation and returns a lazy frame of which a measure
makes its cases. None of them aggregates or leaves anything out beyond what its first line says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter, Reference
from csc_outcomes.engine import kit

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

c = nw.col

DFE_CLA = Reference(
    "Children looked after in England including adoptions", "Department for Education", "2025"
)
DFE_GUIDE = Reference(
    "Children looked after by local authorities in England: guide to the SSDA903 collection",
    "Department for Education",
    "2024",
)
LAIT = Reference("Local authority interactive tool: data dictionary", "Department for Education", "2025")

CLA_POPULATION = (
    "Episodes of a series of short breaks (legal status V3 or V4) are left out. Unaccompanied asylum-seeking "
    "children are included. There is no age limit: young people of 18 or over are counted and their number "
    "is reported."
)
"""Who is a looked-after child, in words; the definition of every measure of this population rests on it."""

UNDER_18_ONLY = Parameter(
    "under_18_only",
    "True leaves out those known to be 18 or over on the date of the case. The Department's own count has no "
    "age limit. A child whose date of birth is unknown stays in.",
    default=False,
    choices=(False, True),
)

HOME: dict[str, tuple[str, ...]] = {
    "seed": ("E4A", "E4B", "E4", "E13"),
    "narrow": ("E4A", "E4B", "E4"),
}
"""Reasons an episode ceased that count as a return home, by value of the parameter `home`."""


def home_parameter(default: str) -> Parameter:
    """Make the parameter `home` with the default of one measure."""
    return Parameter(
        "home",
        "'seed' is what the 2017 checklist means by parents or relatives: returned to someone with parental "
        "responsibility (E4A planned, E4B unplanned, E4 before the two were told apart) or left to live with "
        "parents or relatives without it (E13). 'narrow' is the published meaning: E4A, E4B and E4 only.",
        default=default,
        choices=tuple(HOME),
    )


# ---- a day --------------------------------------------------------------------------------------------


def looked_after_on(tables: Tables, day: nw.Expr) -> nw.LazyFrame[Any]:
    """Children looked after on a day: one row per child, the care row of that day.

    Needs `ssda903.care`. A child who leaves on the day is not in its stock; one who starts on it is.
    """
    return tables["ssda903.care"].filter(c("FROM") <= day, c("TO") > day)


def looked_after(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Children looked after on the last day of the window, as `looked_after_on` gives them."""
    return looked_after_on(tables, window.end)


# ---- a period -----------------------------------------------------------------------------------------


def any_in_window(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Children looked after at any time in the window: one row per child, the first care row met in it.

    Needs `ssda903.care`. `ON` is the first day of the window on which the child is looked after. A child who
    leaves on the first day of the window is included: the child was looked after on it until then.
    """
    touching = tables["ssda903.care"].filter(c("FROM") <= window.end, c("TO") >= window.start)
    # A row that ends on the first day and one that starts on it both touch the window: the later of the two
    # owns the day.
    owns_first_day = (c("FROM") <= window.start) & (
        c("NEXT_FROM").is_null() | (c("NEXT_FROM") > window.start)
    )
    none_before = (c("FROM") > window.start) & (c("PREV_TO").is_null() | (c("PREV_TO") < window.start))
    return touching.filter(owns_first_day | none_before).with_columns(ON=kit.later(c("FROM"), window.start))


def care_days(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Care rows that have at least one day in the window, cut to it.

    Needs `ssda903.care`. `DAYS` is the number of days in care within the window (1 or more), each child-day
    counted once; `ON` is the first of them, at which age is read.
    """
    rows = tables["ssda903.care"].filter(c("FROM") <= window.end, c("TO") > window.start)
    rows = rows.with_columns(ON=kit.later(c("FROM"), window.start))
    return rows.with_columns(DAYS=kit.days(c("ON"), kit.earlier(c("TO"), window.after_end)))


def starts(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Periods of care that start in the window: one row per period.

    Needs `ssda903.periods`. A period whose first row does not say that care started has no known start.
    """
    started = (c("START") >= window.start) & (c("START") <= window.end)
    return tables["ssda903.periods"].filter(c("KNOWN"), started)


def first_starts(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Children who start to be looked after in the window: one row per child, the first start in it.

    Needs `ssda903.periods`.
    """
    first = c("PREV_START").is_null() | (c("PREV_START") < window.start)
    return starts(tables, window).filter(first)


def ends(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Periods of care that cease in the window: one row per period.

    Needs `ssda903.periods`. A row that only breaks off because a newer return no longer has it is no end.
    """
    return tables["ssda903.periods"].filter(c("CEASED"), c("END") >= window.start, c("END") <= window.end)


def leavers(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Children who cease to be looked after in the window: one row per child, the last cease in it.

    Needs `ssda903.periods`. The last exit is the one with the latest date. Where faulty returns hold periods
    that overlap, a period that starts later can end earlier, so the order of the periods cannot tell.
    """
    left = _latest(ends(tables, window), window.keys, "END")
    return _latest(left, window.keys, "PERIOD")


def _latest(frame: nw.LazyFrame[Any], keys: list[str], column: str) -> nw.LazyFrame[Any]:
    """The rows of each child that have the child's largest value in a column."""
    largest = frame.group_by(keys).agg(c(column).max())
    return frame.join(largest, on=[*keys, column], how="inner")


# ---- age ----------------------------------------------------------------------------------------------


def without_adults(cases: Cases, on: nw.Expr) -> Cases:
    """Leave out those known to be 18 or over on a date."""
    return cases.keep(c("DOB").is_null() | ~kit.reached("DOB", 18, on), "aged 18 or over")


def adults_apart(cases: Cases, on: nw.Expr, parameters: Parameters) -> Cases:
    """Count and mention those aged 18 or over on a date, or leave them out where `under_18_only` says so."""
    if parameters.under_18_only:
        return without_adults(cases, on)
    return cases.report(kit.reached("DOB", 18, on), "aged 18 or over, counted")
