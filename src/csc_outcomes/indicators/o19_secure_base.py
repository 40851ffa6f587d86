"""Outcome 19 of the 2017 checklist: a secure, stable base for adolescents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, Reference, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.indicators.common import looked_after
from csc_outcomes.indicators.placements import (
    CONTINUITY,
    PLACEMENT_TABLES,
    RUN_PARAMETERS,
    RUN_RULES,
    long_in_care,
    start_seen,
    with_current_run,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

SECURE_BASE_MODEL = Reference(
    "The Secure Base Model: promoting attachment and resilience in foster care and adoption",
    "G. Schofield and M. Beek, BAAF",
    "2014",
)

YOUNGEST, OLDEST = 11, 17
"""Ages of adolescents, both included."""


def _adolescents_in_place(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Children of 11 to 17 in care for 12 months; 1 for those who have been as long in their placement."""
    grown = kit.reached("DOB", YOUNGEST, window.end) & ~kit.reached("DOB", OLDEST + 1, window.end)
    adolescent = c("DOB").is_null() | grown
    children = long_in_care(looked_after(tables, window).filter(adolescent), tables, window, 12)
    children = with_current_run(children, tables, window, parameters)
    stayed = kit.flag(c("RUN_START") <= window.before(12))
    cases = Cases(children, on=window.end, row="ROW", numerator=stayed, denominator=nw.lit(1))
    cases = start_seen(cases).keep(~c("DOB").is_null(), "date of birth unknown")
    return cases.report(
        c("RUN_START").is_null(), "only temporary placements recorded, not in the same placement"
    )


SECURE_BASE_RATINGS = asked.Questionnaire(
    "secure_base", ("availability", "sensitivity", "acceptance", "co_operation", "family_membership")
)
_LOW = Parameter("low", "Lowest rating of the rubric in use.", default=1)
_HIGH = Parameter("high", "Highest rating of the rubric in use.", default=5)


def ratings(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select the last valid rating of each person and dimension in the window; numerator the rating.

    Raises:
        InputError: the highest rating is not above the lowest.
    """
    if parameters.low >= parameters.high:
        raise InputError(
            f"secure_base_rating: needed low below high, found {parameters.low} and {parameters.high}"
        )
    return asked.mean_score(SECURE_BASE_RATINGS, tables, window, parameters)


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="secure_base_rating",
        label="Secure Base rating: median of each of the five dimensions",
        **asked.rating_of(SECURE_BASE_RATINGS, "child"),
        select=ratings,
        numerator="None: a median has no numerator.",
        denominator="People rated on the dimension, with a valid rating dated in the window.",
        formula="Median of the last rating of each person in the window, one row for each of availability, "
        "sensitivity, acceptance, co-operation and family membership. There is no total: all five are shown.",
        edges="The model is qualitative and has no published scale: ratings are the evaluator's own, on a rubric to be "
        "stated with the figure (parameters low and high). Agreement between two raters on a fifth of the ratings "
        f"should be shown with it. {asked.MEAN_EDGES}",
        references=(SECURE_BASE_MODEL,),
        parameters=(_LOW, _HIGH, asked.INFORMANT, asked.FORM, asked.ARM_ASKED),
        rise="Better care; or raters who were trained in the model.",
        fall="Worse care; or stricter rating.",
    ),
    Measure(
        id="adolescent_same_placement_12m_pct",
        label="Adolescents in the same placement for at least 12 months (proxy)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=("ssda903.care", "ssda903.periods", "ssda903.short_breaks", *PLACEMENT_TABLES),
        select=_adolescents_in_place,
        numerator="Children of the denominator whose placement on the day began at least 12 calendar months "
        "before it.",
        denominator="Children aged 11 to 17 looked after on the day who have been in care continuously for "
        "12 calendar months.",
        formula="100 x numerator / denominator. It stands in for a secure base and does not measure one.",
        edges=f"Exactly 12 months is enough. {CONTINUITY} A child whose date of birth is unknown leaves "
        f"both sides and is reported. {RUN_RULES} Unaccompanied asylum-seeking children are included.",
        basis=Basis.CHOICE,
        references=(SECURE_BASE_MODEL,),
        parameters=RUN_PARAMETERS,
        lookback_months=12,
        rise="better matching and support; or adolescents left where they are unhappy.",
        fall="breakdowns; or planned moves to a better match, to relatives or towards independence.",
    ),
)
"""Ratings of placements by the Secure Base model, and what stands in for them in the SSDA903 return."""

SECURE_BASE = Indicator(
    number=19,
    name="secure_base",
    title="Providing adolescents with complex needs with a secure stable base",
    definition=(
        "Placements give adolescents a reliable base from which to explore and a safe haven in "
        "difficulty (the Secure Base model of Schofield and Beek)."
    ),
    direction=Direction.HIGHER,
    hoped_for="The checklist hoped for more adolescents with a secure base.",
    rise=(
        "Better care; or raters who were trained in the model; or, for length of stay, children who "
        "stay where they are unhappy."
    ),
    fall="Worse care; or stricter rating; or, for length of stay, planned moves to a better match.",
    unintended_consequences="A placement that is stable but unhappy may be held on to.",
    data_quality=(
        "Ratings are qualitative, so agreement between raters must be shown. Time in one placement "
        "stands in for a secure base; it is not the same thing."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes."
    ),
    measures=MEASURES,
)
