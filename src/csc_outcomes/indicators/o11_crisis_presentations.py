"""Outcome 11 of the 2017 checklist: crisis presentations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import (
    Basis,
    Direction,
    Kind,
    Limits,
    Measure,
    Parameter,
    Reference,
    When,
)
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import external, local
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    DFE_GUIDE,
    LAIT,
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

ATTENDANCE, UNPLANNED = "ae_attendance", "first_unplanned"
_TYPES = (1, 2, 3, 4)
DEPARTMENTS = Parameter(
    "departments",
    "Types of emergency department that count, by the level of the event: 1 consultant-led with all facilities, "
    "2 of a single speciality, 3 other, such as minor injuries, 4 walk-in centre.",
    default=_TYPES,
)
FINGERTIPS = Reference(
    "Fingertips: child and maternal health profile", "Office for Health Improvement and Disparities", "2025"
)


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


def _attendances(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    """First unplanned attendances that start in the window, at the departments asked for.

    Raises:
        InputError: no type, or a type of department that does not exist.
    """
    types = tuple(parameters.departments)
    if not types or any(number not in _TYPES for number in types):
        raise InputError(f"parameter 'departments': needed some of {_TYPES}, found {types}")
    rows = local.events_in(tables, window, ATTENDANCE)
    return rows.filter(c("DETAIL") == UNPLANNED, c("LEVEL").is_in([float(number) for number in types]))


def _of_residents(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Attendances of residents of 0 to 17, one row for each child and day."""
    rows = _attendances(tables, window, parameters)
    return local.with_cover(local.residents(rows, window, 0, 17, "START"), tables, window, ATTENDANCE)


def attendances(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select attendances at emergency departments, one row for each person and day."""
    if parameters.base == local.RESIDENTS:
        return _of_residents(tables, window, parameters)
    people = local.observed(tables, window, parameters)
    found = local.of_members(_attendances(tables, window, parameters), people, window)
    days = found.select(*window.keys, DAY=c("START")).unique()
    cases = Cases(people.join(days, on=window.keys, how="inner"), on=c("DAY"))
    return local.with_arms(local.with_cover(cases, tables, window, ATTENDANCE), parameters)


def attendance_rate(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select members of the cohort with their attendances and observed years, or residents' attendances."""
    if parameters.base == local.RESIDENTS:
        return _of_residents(tables, window, parameters)
    people = local.observed(tables, window, parameters)
    frame = local.counts(_attendances(tables, window, parameters), people, window)
    cases = Cases(frame, on=c("FIRST"), numerator=c("DAYS_WITH"), denominator=local.person_years())
    return local.with_arms(local.with_cover(cases, tables, window, ATTENDANCE), parameters)


_ATTENDED = (
    "First unplanned attendances (event ae_attendance, detail first_unplanned) that start in the window at a "
    "department of a type that parameter departments names, one for each person and day: of members of the cohort "
    "on days on which they are observed, or of residents aged 0 to 17 (parameter base)."
)
_ATTENDANCE_EDGES = (
    "Where an extract holds no attendance at all, nothing is known: there is no figure, and no 0. Follow-up and "
    "planned attendances do not count, nor does an attendance whose type of department is blank. Several "
    "attendances of one person on one day, as after a transfer, count once. No age limit applies to the cohort. "
    "One person's attendances hang together, so limits are given only where they are asked for (limits)."
)

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
    Measure(
        id="ae_attendances_number",
        label="Attendances at emergency departments (number)",
        kind=Kind.COUNT,
        unit="attendance",
        counted="attendance",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=local.USES,
        select=attendances,
        says=partial(local.says_events, kinds=(ATTENDANCE,)),
        numerator=_ATTENDED,
        denominator="None.",
        formula="Number of pairs of person and day.",
        edges=_ATTENDANCE_EDGES,
        basis=Basis.LOCAL,
        published="NHS England, emergency care data set: other units and other ages.",
        parameters=(local.base_parameter(), DEPARTMENTS, local.ARM_PARAMETER, local.LIMITS),
        limits_parameter="limits",
        limits=Limits.NONE,
    ),
    Measure(
        id="ae_attendance_rate",
        label="Attendances at emergency departments per 1,000 person-years",
        kind=Kind.RATE,
        unit="attendance_per_1_000_person_years",
        per=1000,
        counted="attendance",
        over="person_year",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=local.USES,
        select=attendance_rate,
        says=partial(local.says_events, kinds=(ATTENDANCE,)),
        numerator=_ATTENDED,
        denominator=(
            "Days in the window on which members of the cohort are observed / 365.25; with base residents, "
            "resident children aged 0 to 17 times the length of the window in years."
        ),
        formula="Numerator / denominator x 1,000.",
        edges=_ATTENDANCE_EDGES,
        basis=Basis.LOCAL,
        parameters=(local.base_parameter(), DEPARTMENTS, local.ARM_PARAMETER, local.LIMITS),
        limits_parameter="limits",
        population="0-17",
        annualised=True,
        resident_when=("base", local.RESIDENTS),
        fractional=True,
        limits=Limits.NONE,
    ),
    Measure(
        id="injury_admissions_0_14_rate_10k",
        label="Emergency admissions for unintentional and deliberate injury, aged 0 to 14",
        kind=Kind.RATE,
        unit="admission_per_10_000",
        per=10_000,
        counted="admission",
        over="child",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.figure, measure="injury_admissions_0_14_rate_10k"),
        says=partial(external.says, measure="injury_admissions_0_14_rate_10k"),
        numerator=(
            "Finished emergency admission episodes with a code of injury (S00 to T79 or V01 to Y36) in any "
            f"position, as published. {external.ROW}"
        ),
        denominator=(
            "Residents aged 0 to 14, not 0 to 17, at the mid-year estimate, as published in the same row."
        ),
        formula="Numerator / denominator x 10,000.",
        edges=f"{external.EDGES} A child can be admitted more than once, so a rate above one each is no error.",
        basis=Basis.EXTERNAL,
        published=(
            "Fingertips: indicator 90284. Children's social care dashboard. Local authority interactive tool: "
            "138 HospAd0-14 (low is better)."
        ),
        references=(FINGERTIPS, LAIT),
        fractional=True,
        cohort_windows=False,
        direction=Direction.LOWER,
    ),
    Measure(
        id="mh_inpatient_admission_rate_100k",
        label="Mental health inpatient admissions, aged 0 to 17",
        kind=Kind.RATE,
        unit="admission_per_100_000",
        per=100_000,
        counted="admission",
        over="child",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.figure, measure="mh_inpatient_admission_rate_100k"),
        says=partial(external.says, measure="mh_inpatient_admission_rate_100k"),
        numerator=(
            "First finished episodes of inpatient care with a primary diagnosis of F00 to F99, as published. "
            f"{external.ROW}"
        ),
        denominator="Residents aged 0 to 17 at the mid-year estimate, as published in the same row.",
        formula="Numerator / denominator x 100,000.",
        edges=external.EDGES,
        basis=Basis.EXTERNAL,
        published="Fingertips. Local authority interactive tool: 338 CMH_0-17yrs (low is better).",
        references=(FINGERTIPS, LAIT),
        fractional=True,
        cohort_windows=False,
        direction=Direction.LOWER,
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
