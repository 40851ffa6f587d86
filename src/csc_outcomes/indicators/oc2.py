"""The cohort of the return's OC2 table: children looked after for at least twelve months on 31 March.

Shared by the measures of convictions, mental health and physical health, so that all of them mean the same
children.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Parameter
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

NEEDS = ("ssda903.oc2", "ssda903.rows")
"""Twelve months of care are read from the episodes: without those of the same return there is no answer."""

OC2_RULE = Parameter(
    "oc2_rule",
    "True follows the return's own rule for twelve months of continuous care: broken by a start after 1 "
    "April, by an exit from 1 April to 30 March, or by an episode of short breaks, so a child who leaves on "
    "31 March stays. False asks for one period of care that began on 31 March of the year before or earlier "
    "and had not ended on 31 March.",
    default=True,
    choices=(True, False),
)

BLANK_IS_MISSING = (
    "A blank is missing, not a no: the child leaves numerator and denominator and is counted in the notes. "
    "A child with a row in OC2 but without twelve months of care in the episodes is excluded and counted."
)

SDQ_AGES = (5, 16)
"""Youngest and oldest age on 31 March of the published SDQ figures; the return asks at ages 4 to 16."""

SCORES = (0, 40)
"""Lowest and highest total difficulties score of the Strengths and Difficulties Questionnaire."""

CONCERN = 17
"""Lowest total difficulties score that is a cause for concern (carer-completed; 14 to 16 is borderline)."""


def population(who: str) -> str:
    """Say in words which children a measure is about; `who` names them, with their ages."""
    return (
        f"{who} with a row in the OC2 table of the return year, looked after continuously for twelve months "
        "on 31 March (parameter oc2_rule). A series of short breaks (legal status V3 or V4) is not care."
    )


def cohort(
    tables: Tables,
    window: WindowDates,
    parameters: Parameters,
    numerator: nw.Expr,
    ages: tuple[int, int] | None = None,
) -> Cases:
    """Make one case per OC2 row of the return year whose child was in care for twelve months.

    `ages` are the youngest and oldest age in completed years on 31 March; a child of another age is no
    candidate, one of unknown age is excluded. Without `ages` everybody counts, and those of 18 or over are
    mentioned.
    """
    rows = tables["ssda903.oc2"].filter(c("YEAR") == window.year)
    if ages is not None:
        rows = rows.filter(c("DOB").is_null() | _aged(*ages, window))
    cases = Cases(rows, on=c("REF"), row="ROW", numerator=numerator, denominator=nw.lit(1))
    continuous = c("CONTINUOUS") if parameters.oc2_rule else c("CONTINUOUS_12M")
    cases = cases.keep(continuous, "not looked after continuously for twelve months")
    if ages is None:
        return cases.report(kit.reached("DOB", 18, window.end), "aged 18 or over, counted")
    return cases.keep(~c("DOB").is_null(), "age unknown")


def _aged(youngest: int, oldest: int, window: WindowDates) -> nw.Expr:
    return kit.reached("DOB", youngest, window.end) & ~kit.reached("DOB", oldest + 1, window.end)


def flagged(
    tables: Tables,
    window: WindowDates,
    parameters: Parameters,
    flag: str,
    ages: tuple[int, int] | None = None,
) -> Cases:
    """Cases of a yes-or-no column: numerator 1 for yes; a blank is missing and leaves both sides."""
    cases = cohort(tables, window, parameters, kit.flag(c(flag) == "1"), ages)
    return cases.keep(kit.is_in(flag, ("0", "1")), f"{flag} is blank or no known code")


def has_score() -> nw.Expr:
    """Whether a row has a usable SDQ score: in range, and no reason for having none."""
    return _in_range() & c("SDQ_REASON").is_null()


def _in_range() -> nw.Expr:
    lowest, highest = SCORES
    return (c("SDQ_SCORE") >= lowest) & (c("SDQ_SCORE") <= highest)


def scored(tables: Tables, window: WindowDates, parameters: Parameters, numerator: nw.Expr) -> Cases:
    """Cases of children who have a usable SDQ score, of the ages the measures of SDQ are about."""
    lowest, highest = SCORES
    return (
        cohort(tables, window, parameters, numerator, SDQ_AGES)
        .keep(~c("SDQ_SCORE").is_null(), "no SDQ score")
        .keep(_in_range(), f"SDQ score outside {lowest} to {highest}")
        .keep(c("SDQ_REASON").is_null(), "SDQ score beside a reason for having none")
    )
