"""Outcome 19 of the 2017 checklist: a secure, stable base for adolescents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Reference, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
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


MEASURES: tuple[Measure, ...] = (
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
"""The measure of outcome 19 that comes from the SSDA903 return."""

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
