"""What the measures of absence from school select in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter, Reference, Status
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import ARM, Cases
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.errors import InputError
from csc_outcomes.indicators.local import (
    ARM_PARAMETER,
    COVER,
    HELD,
    MEMBERS,
    age_parameters,
    ages_of,
    check_arm,
    held_by,
    not_covered,
    one_arm,
    with_arms,
    with_cover,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.windows import Window

c = nw.col

ABSENCE = "local.absence"
NEEDS, USES = (ABSENCE,), (MEMBERS, COVER, HELD)
KIND = "absence"
EVERYBODY = "all"
AGES = (5, 15)
"""Ages on the last 31 August before the period: compulsory school age."""

OUTCOMES_CIN = Reference(
    "Outcomes for children in need, including children looked after by local authorities in England",
    "Department for Education",
    "2025",
)

GROUP = Parameter(
    "group",
    "A name in the column group, to count its pupils only; 'all' counts every row.",
    default=EVERYBODY,
)
PARAMETERS = (GROUP, *age_parameters(*AGES), ARM_PARAMETER)

POPULATION = (
    "Rows of the table absence whose whole period lies in the window, of pupils aged 5 to 15 (min_age, max_age) "
    "on the last 31 August before the period."
)
EDGES = (
    "A row whose period reaches beyond the window, whose numbers are not whole, are negative or add up to more "
    "than the possible sessions, or whose pupil's date of birth is blank is left out and counted. A table "
    "without the column DOB is taken to hold pupils of these ages only, and the notes say so. Sessions of a "
    "pupil at two schools are added up."
)


def _group(frame: nw.LazyFrame[Any], parameters: Parameters) -> nw.LazyFrame[Any]:
    return frame if parameters.group == EVERYBODY else frame.filter(c("SESSION_GROUP") == parameters.group)


def _rows(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """Rows with a day in the window, of the group and the arm asked for, without pupils of other ages."""
    low, high = ages_of(parameters)
    frame = _group(one_arm(tables[ABSENCE]), parameters)
    frame = frame.filter(c("START") <= window.end, c("END") >= window.start)
    age = kit.age("DOB", "AUGUST")
    frame = frame.filter(~c("AGE_STATED") | c("DOB").is_null() | ((age >= low) & (age <= high)))
    if ARM not in frame.collect_schema().names() and MEMBERS in tables:
        frame = frame.join(tables[MEMBERS].select("KEY", ARM), on="KEY", how="left")
    return frame if parameters.arm is None else frame.filter(c(ARM) == parameters.arm)


def _inside(window: WindowDates) -> nw.Expr:
    return (c("START") >= window.start) & (c("END") <= window.end)


def _born() -> nw.Expr:
    return ~c("AGE_STATED") | ~c("DOB").is_null()


def _steps(cases: Cases, tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Leave out what cannot be used, and mention what is taken on trust."""
    cases = with_cover(cases, tables, window, KIND)
    cases = cases.keep(_inside(window), "the period reaches beyond the window")
    cases = cases.keep(c("VALID"), "no valid sessions: three whole numbers, no more missed than possible")
    cases = cases.keep(_born(), "date of birth not known")
    text = "rows of a table without dates of birth, taken to be of pupils of the ages asked for"
    return with_arms(cases.report(~c("AGE_STATED"), text), parameters)


def sessions(tables: Tables, window: WindowDates, parameters: Parameters, *, authorised: bool) -> Cases:
    """Select rows of absence; numerator sessions missed (without authorisation only, or all), of those possible."""
    missed = c("UNAUTHORISED") + c("AUTHORISED") if authorised else c("UNAUTHORISED")
    cases = Cases(
        _rows(tables, window, parameters),
        on=c("AUGUST"),
        numerator=missed,
        denominator=c("POSSIBLE"),
    )
    return _steps(cases, tables, window, parameters)


def unauthorised(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select rows of absence; numerator sessions missed without authorisation, of those possible."""
    return sessions(tables, window, parameters, authorised=False)


def overall(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select rows of absence; numerator all sessions missed, of those possible."""
    return sessions(tables, window, parameters, authorised=True)


def persistent(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select rows of absence; the first row of each pupil stands for all of the pupil's sessions."""
    threshold = int(parameters.threshold)
    if not 0 < threshold <= 100:
        raise InputError(f"parameter 'threshold': needed a percentage from 1 to 100, found {threshold}")
    rows, keys = _rows(tables, window, parameters), window.keys
    used = rows.filter(_inside(window), c("VALID"), _born())
    sums = used.with_columns(MISSED=c("AUTHORISED") + c("UNAUTHORISED")).group_by(keys)
    pupils = sums.agg(
        PUPIL_POSSIBLE=c("POSSIBLE").sum(), PUPIL_MISSED=c("MISSED").sum(), PUPIL_LINE=c("LINE").min()
    )
    counts = (c("LINE") == c("PUPIL_LINE")) & (c("PUPIL_POSSIBLE") > 0)
    often = c("PUPIL_MISSED") * 100 >= c("PUPIL_POSSIBLE") * threshold
    cases = Cases(
        rows.join(pupils, on=keys, how="left"),
        on=c("AUGUST"),
        numerator=kit.flag(counts & often),
        denominator=kit.flag(counts),
    )
    return _steps(cases, tables, window, parameters)


def says(tables: Tables, window: Window | None, parameters: Parameters) -> dict[str, Verdict]:
    """Authorities without any row of absence, or without a usable one in the window.

    Raises:
        InputError: no row of the table is of the group, or no member of the cohort of the arm, asked for.
    """
    _check_group(tables, parameters)
    if parameters.arm is not None and MEMBERS not in tables:
        return dict.fromkeys(tables.areas, Verdict(Status.NO_DATA, "table cohort is not in the data"))
    check_arm(tables, window, parameters)
    held = {la for la, table, _ in held_by(tables) if table == KIND}
    found = {
        area: Verdict(Status.NO_DATA, "no row of absence for this authority")
        for area in tables.areas
        if area not in held
    }
    if window is None:
        return found
    for area in not_covered(tables, KIND, window.start, window.end):
        why = f"table cover: absence is not held for all days from {window.start} to {window.end}"
        found.setdefault(area, Verdict(Status.INCOMPLETE, why))
    usable = _group(tables[ABSENCE], parameters).filter(
        c("START") >= window.start, c("END") <= window.end, c("VALID")
    )
    present = {str(la) for (la,) in usable.select("LA").unique().collect("polars").iter_rows()}
    for area in held - present:
        found.setdefault(area, Verdict(Status.UNDEFINED, "no row of absence lies within the window"))
    return found


def _check_group(tables: Tables, parameters: Parameters) -> None:
    if parameters.group == EVERYBODY:
        return
    if not len(_group(tables[ABSENCE], parameters).select("LINE").collect("polars")):
        raise InputError(f"parameter 'group': no row of table absence has the group {parameters.group!r}")
