"""Outcome 9 of the 2017 checklist: homelessness."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.indicators import local, oc3
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT
from csc_outcomes.indicators.oc3 import HOMELESS, SUITABLE

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Cases, Tables, WindowDates

DEFINITION = Parameter(
    "definition",
    "'strict' counts no fixed abode (S) only; 'wide' adds emergency accommodation (V) and bed and breakfast "
    "(W).",
    default="strict",
    choices=tuple(HOMELESS),
)

_DENOMINATOR = (
    f"{oc3.population('17 to 21 (parameter ages)')} Those gone abroad (ACCOM G), deported (H) or whose "
    "residence is not known (R) are left out too; missing information (ACCOM 0 or blank) stays in."
)
_EDGES = f"{oc3.BASE_EDGES} Missing information about accommodation counts in the denominator only."

EVENT = "homeless"
CLASSED = Parameter(
    "definition",
    "Which rows count, by their detail: 'statutory_duty_owed' (a council owes a duty), 'presented' (the young "
    "person asked for help) or 'self_reported'. There is no default: the three are different figures.",
    choices=("statutory_duty_owed", "presented", "self_reported"),
)
AGES = (16, 24)


def homeless(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers whose accommodation can be judged; numerator those who are homeless."""
    types = HOMELESS[parameters.definition]
    return oc3.accommodated(
        tables, window, parameters.ages, kit.flag(kit.is_in("ACCOM", oc3.accommodation(types)))
    )


def suitable(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select care leavers whose accommodation can be judged; numerator those in suitable accommodation."""
    return oc3.accommodated(tables, window, parameters.ages, kit.flag(kit.is_in("ACCOM", SUITABLE)))


def _classed(tables: Tables, window: WindowDates, parameters: Parameters) -> nw.LazyFrame[Any]:
    return local.events_in(tables, window, EVENT).filter(nw.col("DETAIL") == parameters.definition)


def homeless_persons(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select young people classed as homeless in the window, one row each."""
    rows = _classed(tables, window, parameters)
    return local.persons_number(tables, window, parameters, rows, EVENT)


def homeless_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select young people of the cohort; numerator those classed as homeless in the window."""
    rows = _classed(tables, window, parameters)
    return local.persons_share(tables, window, parameters, rows, EVENT)


_LOCAL_EDGES = (
    f"{local.EDGES} Rows of the other definitions do not count. Statutory figures that are published count "
    "households by support need, which is another unit."
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="care_leaver_homeless_pct",
        label="Care leavers with no fixed abode or, in the wide definition, in emergency accommodation",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=homeless,
        numerator=(
            "Care leavers of the denominator whose ACCOM begins with S (definition strict) or with S, V or W "
            "(definition wide), whether judged suitable or not."
        ),
        denominator=_DENOMINATOR,
        formula="Numerator / denominator x 100. The letter of ACCOM is the type, the digit its suitability.",
        edges=_EDGES,
        basis=Basis.DFE_PARTLY,
        published="Children looked after in England including adoptions: care leavers by accommodation type.",
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(oc3.AGES_PARAMETER, DEFINITION),
        direction=Direction.LOWER,
    ),
    Measure(
        id="care_leaver_suitable_accom_pct",
        label="Care leavers in suitable accommodation",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc3.NEEDS,
        select=suitable,
        numerator="Care leavers of the denominator whose ACCOM is a letter followed by 1.",
        denominator=_DENOMINATOR,
        formula="Numerator / denominator x 100.",
        edges=_EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: suitability of accommodation, England "
            "2025: ages 19 to 21 33,810 of 38,190, 89%; ages 17 to 18 13,380 of 14,750, 91%. "
            "Local authority interactive tool: 112 CareLeaverAcc (high is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc3.AGES_PARAMETER,),
        direction=Direction.HIGHER,
        rise=(
            "More care leavers in homes that suit them; or more of them traced, or a laxer judgement of what "
            "is suitable."
        ),
        fall=(
            "Fewer suitable homes to be had; or contact lost (missing information lowers the figure), or a "
            "stricter judgement."
        ),
    ),
    Measure(
        id="homeless_yp_number",
        label="Young people classed as homeless (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=local.USES,
        select=homeless_persons,
        says=partial(local.says_events, kinds=(EVENT,)),
        numerator=(
            "Young people with at least one event homeless of the detail that parameter definition names, "
            "starting in the window at age 16 to 24 (min_age, max_age): members of the cohort on a day on which "
            "they are observed, or residents (parameter base)."
        ),
        denominator="None.",
        formula="Each person counts once in a window.",
        edges=_LOCAL_EDGES,
        basis=Basis.LOCAL,
        parameters=(CLASSED, local.base_parameter(), *local.age_parameters(*AGES), local.ARM_PARAMETER),
    ),
    Measure(
        id="homeless_yp_pct",
        label="Young people classed as homeless (proportion)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=homeless_share,
        says=partial(local.says_events, kinds=(EVENT,), members_needed=True),
        numerator=(
            "Members of the denominator with at least one event homeless of the detail that parameter definition "
            "names, in the window, on a day on which they are observed and aged 16 to 24 (min_age, max_age)."
        ),
        denominator=local.MEMBERS_OF_AGE.format("16 to 24"),
        formula="Numerator / denominator x 100.",
        edges=_LOCAL_EDGES,
        basis=Basis.LOCAL,
        parameters=(CLASSED, *local.age_parameters(*AGES), local.ARM_PARAMETER),
    ),
)

HOMELESSNESS = Indicator(
    number=9,
    name="homelessness",
    title="Reducing homelessness",
    definition="Fewer young people are classed as homeless.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer homeless young people.",
    rise=(
        "More homelessness; better reporting under the duty to refer; or more young people who ask for help."
    ),
    fall=(
        "Prevention; but also gatekeeping, or young people who are not recorded because they stay with "
        "friends."
    ),
    unintended_consequences=(
        "Accommodating young people of 16 and 17 under section 20 raises outcome 1 while it lowers this one."
    ),
    data_quality=(
        "Local definitions differ: a statutory duty, a young person who asked for help, or the young "
        "person's own account. The definition must be stated. The codes for care leavers describe one "
        "point near a birthday only."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 9, type and suitability of "
        "accommodation."
    ),
    measures=MEASURES,
)
