"""Outcome 11 of the 2017 checklist: crisis presentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    DFE_GUIDE,
    UNDER_18_ONLY,
    adults_apart,
    first_starts,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

EMERGENCY = ("L1", "L2")
"""Police protection and emergency protection order; L3, a child assessment order, is no emergency power."""


def emergency_starts(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select first starts in the window; numerator those whose first episode is under emergency powers."""
    keys = [*window.keys, "FIRST_ROW"]
    status = tables["ssda903.rows"].with_columns(FIRST_ROW=c("ROW")).select(*keys, "LS")
    first = first_starts(tables, window).join(status, on=keys, how="left")
    cases = Cases(
        first,
        on=c("START"),
        row="FIRST_ROW",
        numerator=kit.flag(kit.is_in("LS", EMERGENCY)),
        denominator=nw.lit(1),
    ).keep(~c("LS").is_null(), "legal status of the first episode is blank")
    return adults_apart(cases, c("START"), parameters)


MEASURES: tuple[Measure, ...] = (
    Measure(
        id="cla_emergency_start_pct",
        label="Children starting to be looked after under emergency powers",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods", "ssda903.rows"),
        select=emergency_starts,
        numerator=(
            "Children of the denominator whose first episode of that period of care has the legal status L1 "
            "(police protection) or L2 (emergency protection order)."
        ),
        denominator=(
            "Children who start to be looked after in the window, by their first start in it. "
            f"{CLA_POPULATION}"
        ),
        formula="Numerator / denominator x 100.",
        edges=(
            "Only the first episode of the period counts: an order made later does not. L3 (child assessment "
            "order) is not counted. A period whose first episode does not say that care started is no start. "
            "A blank legal status is missing, not a no: it leaves both sides and is counted in the notes."
        ),
        basis=Basis.CHOICE,
        published=(
            "Children looked after in England including adoptions: starts by legal status, England 2025: "
            "police protection 2,920 and emergency protection orders 370 of 32,270, 10%."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
        rise=(
            "More children come to care in a crisis; or the police use their powers more readily, or fewer "
            "children come to care by other ways."
        ),
        fall=(
            "Families are helped earlier or care is planned; or police practice changes, or more children "
            "come to care by other ways."
        ),
    ),
)

CRISIS_PRESENTATIONS = Indicator(
    number=11,
    name="crisis_presentations",
    title="Reducing crisis presentations",
    definition="Fewer presentations to health and social care services count as a crisis.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer crises.",
    rise="More crises; but also easier access, or injury and self-harm that are better recognised.",
    fall=(
        "Earlier help; but also barriers to emergency departments, visits recorded as same-day "
        "emergency care, or waits elsewhere."
    ),
    unintended_consequences="Families may be discouraged from seeking urgent help.",
    data_quality=(
        "Health data need linkage and consent. An attendance is not an admission. Changes in the "
        "classification of diseases and in the recording of same-day emergency care changed the series "
        "on injuries. Starts of care under emergency powers depend on police practice."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Ofsted's inspection data (Annex A): list 7, emergency protection "
        "order or police protection in the last six months. Hertfordshire's Family Safeguarding "
        "indicators: emergency hospital admissions."
    ),
    measures=MEASURES,
)
