"""Figures that other bodies publish: the library divides them, and does nothing else.

A row answers for exactly the period that it states; it is never cut, added up over periods or annualised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Status
from csc_outcomes.engine.cases import Cases
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import InputError

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.windows import Window

c = nw.col

EXTERNAL = "local.external"
NEEDS = (EXTERNAL,)

ROW = "The row of table external whose measure is this id and whose start and end are the window's."
EDGES = (
    "The figure is the one published for exactly this period: no other period answers for it, and nothing is "
    "annualised. A blank numerator is no data and a blank denominator no population; neither is 0. The figure "
    "for all authorities is the sum of their numerators over the sum of their denominators, and only where every "
    "one of them has both. Rows of England and of regions are shown and never added."
)
SUBTRACTED = (
    "The figure is the one published for exactly this period: no other period answers for it. Where either of the "
    "two numbers is blank there is no data. Rows of England and of regions are shown and never added."
)


def _of(tables: Tables, measure: str) -> nw.LazyFrame[Any]:
    return tables[EXTERNAL].filter(c("MEASURE") == measure)


def _row(tables: Tables, window: WindowDates, measure: str) -> nw.LazyFrame[Any]:
    """The rows of the window; one without a numerator says nothing."""
    exactly = (c("START") == window.start) & (c("END") == window.end)
    return _of(tables, measure).filter(exactly, ~c("NUMERATOR").is_null())


def figure(tables: Tables, window: WindowDates, _parameters: Parameters, *, measure: str) -> Cases:
    """Select the published rows of the window.

    An authority whose denominator is blank has been judged by then: only its numerator is shown.
    """
    return Cases(
        _row(tables, window, measure),
        on=window.end,
        numerator=c("NUMERATOR"),
        denominator=nw.coalesce("DENOMINATOR", "NUMERATOR"),
    )


def difference(tables: Tables, window: WindowDates, _parameters: Parameters, *, measure: str) -> Cases:
    """Select the published rows of the window; numerator what is left after the deduction."""
    rows = _row(tables, window, measure).filter(~c("DEDUCTED").is_null())
    return Cases(rows, on=window.end, numerator=c("NUMERATOR") - c("DEDUCTED"))


def says(
    tables: Tables,
    window: Window | None,
    _parameters: Parameters,
    *,
    measure: str,
    second: str = "DENOMINATOR",
    share: bool = False,
) -> dict[str, Verdict]:
    """Authorities without a row of the measure, or without one of the window, or with a blank in it.

    Raises:
        InputError: negative numbers, or a share whose numerator is above its denominator.
    """
    assert window is not None, "external figures are of no person and have no windows per child"
    rows = (
        _of(tables, measure).select("LA", "START", "END", "NUMERATOR", second).collect("polars").iter_rows()
    )
    known: set[str] = set()
    exact: dict[str, tuple[float | None, float | None]] = {}
    for la, start, end, first, other in rows:
        known.add(str(la))
        if (start, end) == (window.start, window.end):
            exact[str(la)] = (first, other)
    _check(measure, exact, share=share)
    found = {}
    for area in tables.areas:
        verdict = _verdict(measure, area, known, exact, second)
        if verdict:
            found[area] = verdict
    return found


def _verdict(
    measure: str,
    area: str,
    known: set[str],
    exact: dict[str, tuple[float | None, float | None]],
    second: str,
) -> Verdict | None:
    if area not in known:
        return Verdict(Status.NO_DATA, f"no row of external for {measure} and this authority")
    if area not in exact:
        return Verdict(Status.UNDEFINED, "no row of external has exactly this start and end")
    first, other = exact[area]
    if first is None:
        return Verdict(Status.NO_DATA, "numerator is blank")
    if other is not None:
        return None
    if second == "DENOMINATOR":
        return Verdict(Status.NO_POPULATION, "denominator is blank")
    return Verdict(Status.NO_DATA, f"{second.lower()} is blank")


def _check(measure: str, exact: dict[str, tuple[float | None, float | None]], *, share: bool) -> None:
    pairs = [(first, other) for first, other in exact.values()]
    negative = sum((first or 0) < 0 or (other or 0) < 0 for first, other in pairs)
    if negative:
        raise InputError(f"table external: {negative} rows of {measure} hold negative numbers; correct them")
    above = sum(first is not None and other is not None and first > other for first, other in pairs)
    if share and above:
        raise InputError(
            f"table external: {above} rows of {measure} have a numerator above their denominator; correct them"
        )
