"""Outcome 13 of the 2017 checklist: education, employment and training."""

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
from csc_outcomes.indicators import absence, external, local, oc3
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT
from csc_outcomes.indicators.oc3 import EET, NEET

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

KNOWN_ONLY = Parameter(
    "known_only",
    "False keeps young people whose activity is not known in the denominator, as the Department does. True "
    "leaves them out: another figure, not comparable with the published one, and to be labelled as such.",
    default=False,
    choices=(False, True),
)

STATUS = "eet_status"
TAKING_PART, KNOWN = ("education", "employment", "training"), ("education", "employment", "training", "neet")
ROLE = Parameter(
    "role",
    "Whose participation: 'child' is the young people of the cohort, 'parent' their parents. They are never one "
    "figure.",
    default="child",
    choices=("child", "parent"),
)
FROM_AGE = Parameter("min_age", "Youngest age that counts on the day, in completed years.", default=16)
THRESHOLD = Parameter(
    "threshold",
    "Percentage of a pupil's possible sessions from which absence is persistent: 10, or 50 for severe absence.",
    default=10,
)
NCCIS = Reference(
    "Participation in education, training and NEET age 16 to 17 by local authority",
    "Department for Education",
    "2025",
)


def _active(tables: Tables, window: WindowDates, parameters: Parameters, ages: str, *wanted: str) -> Cases:
    cases = oc3.leavers(tables, window, ages, kit.flag(kit.is_in("ACTIV", wanted)))
    known = kit.is_in("ACTIV", (*EET, *NEET))
    if parameters.known_only:
        return cases.keep(known, "activity not known")
    return cases.report(~known, "activity not known, kept in the denominator")


def eet_17_18(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 17 and 18; numerator those in education, employment or training."""
    return _active(tables, window, parameters, "17-18", *EET)


def eet_19_21(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 19 to 21; numerator those in education, employment or training."""
    return _active(tables, window, parameters, "19-21", *EET)


def neet_19_21(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers of 19 to 21; numerator those not in education, employment or training."""
    return _active(tables, window, parameters, "19-21", *NEET)


def _on_the_day(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Each person's status on the last day: of the spells that hold it those that began last.

    STATES is the number of different things that these say.
    """
    keys, day = window.keys, window.end
    spells = local.one_arm(tables[local.EVENTS]).filter(c("EVENT") == STATUS)
    spells = spells.filter(c("START") <= day, c("END") >= day).select(*keys, "START", "DETAIL")
    spells = spells.with_columns(c("DETAIL").fill_null("unknown"))
    latest = spells.group_by(keys).agg(c("START").max())
    current = spells.join(latest, on=[*keys, "START"], how="inner").group_by(keys)
    return current.agg(STATUS=c("DETAIL").min(), STATES=c("DETAIL").n_unique())


def taking_part(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select members of the cohort with a known status on the last day; numerator those who take part."""
    youngest = int(parameters.min_age)
    if youngest < 0:
        raise InputError(f"parameter 'min_age': needed an age of 0 or more, found {youngest}")
    people = local.observed_on(tables, window.end, parameters, parameters.role)
    people = people.filter(c("DOB").is_null() | (kit.age("DOB", window.end) >= youngest))
    frame = people.join(_on_the_day(tables, window), on=window.keys, how="left")
    flag = kit.flag(kit.is_in("STATUS", TAKING_PART))
    cases = Cases(frame, on=window.end, numerator=flag, denominator=nw.lit(1))
    cases = local.with_cover(cases, tables, window, STATUS).keep(~c("DOB").is_null(), local.NO_BIRTH)
    cases = cases.keep(~c("STATUS").is_null(), "no status recorded for the day")
    cases = cases.keep(c("STATES") == 1, "two statuses that begin on one day contradict each other")
    cases = cases.keep(kit.is_in("STATUS", KNOWN), "status unknown")
    return local.with_arms(cases, parameters)


_EET_NUMERATOR = (
    "Care leavers of the denominator whose ACTIV is F1, P1, F2, P2, F4, P4, F5 or P5 (in returns up to "
    "2020-21 also F3 or P3)."
)
_UNKNOWN = (
    "An activity that is not known (ACTIV 0 or blank) stays in the denominator, as the Department has it; "
    "known_only=True leaves it out and is another figure."
)
_EET_RISE = (
    "More young people in education, work or training; or more of them traced, since an unknown activity "
    "lowers the figure."
)
_EET_FALL = "A harder labour market or less support; or contact lost with young people, active ones included."


def _denominator(ages: str) -> str:
    return f"{oc3.population(ages)} Those whose activity is not known are included."


_ABSENCE_RISE = "Disengagement from school; or sessions that are recorded more honestly."
_ABSENCE_FALL = (
    "Better attendance; or pupils taken off the roll, part-time timetables, or the use of other codes."
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="care_leaver_eet_17_18_pct",
        label="Care leavers aged 17 to 18 in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=eet_17_18,
        numerator=_EET_NUMERATOR,
        denominator=_denominator("17 to 18"),
        formula="Numerator / denominator x 100.",
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "9,430 of 14,800, 64%."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(KNOWN_ONLY,),
        direction=Direction.HIGHER,
        rise=_EET_RISE,
        fall=_EET_FALL,
    ),
    Measure(
        id="care_leaver_eet_19_21_pct",
        label="Care leavers aged 19 to 21 in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=eet_19_21,
        numerator=_EET_NUMERATOR,
        denominator=_denominator("19 to 21"),
        formula="Numerator / denominator x 100.",
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "20,760 of 38,440, 54%. Local authority interactive tool: 113 CareLeaverEET (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(KNOWN_ONLY,),
        direction=Direction.HIGHER,
        rise=_EET_RISE,
        fall=_EET_FALL,
    ),
    Measure(
        id="care_leaver_neet_19_21_pct",
        label="Care leavers aged 19 to 21 not in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=neet_19_21,
        numerator="Care leavers of the denominator whose ACTIV is G4, G5 or G6.",
        denominator=_denominator("19 to 21"),
        formula=(
            "Numerator / denominator x 100. Together with those in education, employment or training and "
            "those whose activity is not known it makes 100 before rounding."
        ),
        edges=f"{_UNKNOWN} {oc3.BASE_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: activity of care leavers, England 2025: "
            "15,290 of 38,440, 40%, with 6% not known. Local authority interactive tool: 221 CareLeaversNEET "
            "(low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(KNOWN_ONLY,),
        direction=Direction.LOWER,
        rise="A harder labour market, more illness or parenthood; or more young people traced.",
        fall="More young people in education, work or training; or contact lost, which makes them not known.",
    ),
    Measure(
        id="cohort_eet_pct",
        label="Members of the cohort in education, employment or training",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.DAY,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=taking_part,
        says=partial(local.says_events, kinds=(STATUS,), members_needed=True),
        numerator=(
            "Members of the denominator whose status on the day (event eet_status) is education, employment or "
            "training."
        ),
        denominator=(
            "Members of the cohort in the role that parameter role names who are observed on the day, are 16 or "
            "over on it (min_age), and whose status on it is known."
        ),
        formula="Numerator / denominator x 100, on the last day of the window.",
        edges=(
            "The status is that of the spell that holds the day; of several the one that began last. A spell without "
            "an end goes on. A person without a spell, with the status unknown, with two statuses that begin on the "
            "same day, or without a date of birth leaves both sides and is counted in the notes. Where an extract "
            "holds no status at all there is no figure, and no 0."
        ),
        basis=Basis.LOCAL,
        parameters=(ROLE, FROM_AGE, local.ARM_PARAMETER),
        direction=Direction.HIGHER,
        rise="More people in education, work or training; or lost contact with those who are not.",
        fall="A harder labour market or less support; or more of those who take no part were traced.",
    ),
    Measure(
        id="unauthorised_absence_pct",
        label="Sessions missed through unauthorised absence",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="session",
        over="session",
        when=When.PERIOD,
        needs=absence.NEEDS,
        uses=absence.USES,
        select=absence.unauthorised,
        says=absence.says,
        numerator="Sessions missed without authorisation, in the rows of the denominator.",
        denominator=f"Possible sessions. {absence.POPULATION}",
        formula="Sum of sessions missed / sum of possible sessions x 100; never a mean of pupils' shares.",
        edges=absence.EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Outcomes for children in need: pt_sess_unauthorised. Local authority interactive tool: 201 LAC_Unauth, "
            "367 CINUnauthAb_3Term (low is better)."
        ),
        references=(absence.OUTCOMES_CIN, LAIT),
        parameters=absence.PARAMETERS,
        limits=Limits.NONE,
        direction=Direction.LOWER,
        rise=_ABSENCE_RISE,
        fall=_ABSENCE_FALL,
    ),
    Measure(
        id="overall_absence_pct",
        label="Sessions missed, all absence",
        kind=Kind.RATIO,
        unit="percent",
        per=100,
        counted="session",
        over="session",
        when=When.PERIOD,
        needs=absence.NEEDS,
        uses=absence.USES,
        select=absence.overall,
        says=absence.says,
        numerator="Sessions missed, with or without authorisation, in the rows of the denominator.",
        denominator=f"Possible sessions. {absence.POPULATION}",
        formula="Sum of sessions missed / sum of possible sessions x 100; never a mean of pupils' shares.",
        edges=absence.EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Outcomes for children in need: pt_overall. Local authority interactive tool: 201 LAC_Over_Abs (low is "
            "better)."
        ),
        references=(absence.OUTCOMES_CIN, LAIT),
        parameters=absence.PARAMETERS,
        limits=Limits.NONE,
        direction=Direction.LOWER,
        rise=_ABSENCE_RISE,
        fall=_ABSENCE_FALL,
    ),
    Measure(
        id="persistent_absence_pct",
        label="Pupils persistently absent (10% of sessions or more)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=absence.NEEDS,
        uses=absence.USES,
        select=absence.persistent,
        says=absence.says,
        numerator=(
            "Pupils of the denominator who missed at least 10% (threshold) of their possible sessions, with or "
            "without authorisation; the share is compared exactly, not rounded."
        ),
        denominator=f"Pupils with at least one possible session. {absence.POPULATION}",
        formula="Numerator / denominator x 100. A pupil's sessions are added up over schools and periods first.",
        edges=absence.EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Outcomes for children in need: pt_pupils_pa_10_exact, and pa_50 for severe absence. Local authority "
            "interactive tool: 270 LAC_Pers_Abs (low is better)."
        ),
        references=(absence.OUTCOMES_CIN, LAIT),
        parameters=(THRESHOLD, *absence.PARAMETERS),
        direction=Direction.LOWER,
        rise=_ABSENCE_RISE,
        fall=_ABSENCE_FALL,
    ),
    Measure(
        id="neet_16_17_pct",
        label="Residents of 16 and 17 not in education, employment or training, or not known",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=external.NEEDS,
        select=partial(external.figure, measure="neet_16_17_pct"),
        says=partial(external.says, measure="neet_16_17_pct", share=True),
        numerator=(
            "Young people of 16 and 17 who are not in education, employment or training or whose activity is not "
            f"known, averaged over December to February as published, so it may be a fraction. {external.ROW}"
        ),
        denominator="Young people of 16 and 17 known to the authority, as published in the same row.",
        formula="Numerator / denominator x 100. The two groups of the numerator are reported together.",
        edges=f"{external.EDGES} An average of three months' counts is no count, so no limits are given.",
        basis=Basis.EXTERNAL,
        published="Participation statistics. Local authority interactive tool: 382 16-17 NEET (low is better).",
        references=(NCCIS, LAIT),
        fractional=True,
        cohort_windows=False,
        limits=Limits.NONE,
        direction=Direction.LOWER,
        rise="More young people who take no part; or fewer whose activity is known.",
        fall="More who take part; or a service that finds out more often what young people do.",
    ),
)

EDUCATION_EMPLOYMENT_TRAINING = Indicator(
    number=13,
    name="education_employment_training",
    title="Increasing the number of young people and families in education, employment and training",
    definition="More young people take part in education, employment or training.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more young people in education, employment or training, and for less "
        "absence from school."
    ),
    rise=(
        "For participation, real progress (young people with whom contact was lost do not count as "
        "taking part, so lost contact lowers the figure); for absence, disengagement, or honest "
        "recording."
    ),
    fall=(
        "For participation, a weaker labour market, or more leavers traced; for absence, better "
        "attendance, but also pupils taken off the roll, part-time timetables, or use of other codes."
    ),
    unintended_consequences=(
        "Exclusion and taking pupils off the roll remove children from the denominator. Training of low "
        "quality counts as participation."
    ),
    data_quality=(
        "Absence follows the academic year and covers only matched pupils of compulsory school age; "
        "2019/20 and 2020/21 are not comparable because of the pandemic. Figures on young people of 16 "
        "and 17 who are not in education, employment or training hide those whose activity is not "
        "known."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need (absence); outcome 4, children in care and care leavers "
        "have stable, loving homes (care leavers). Ofsted's inspection data (Annex A): list 9, activity "
        "status. Hertfordshire's Family Safeguarding indicators: school attendance."
    ),
    measures=MEASURES,
)
