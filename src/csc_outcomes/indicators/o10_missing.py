"""Outcome 10 of the 2017 checklist: children who go missing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Limits, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import cin, local
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    DFE_GUIDE,
    LAIT,
    UNDER_18_ONLY,
    adults_apart,
    any_in_window,
    care_days,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

_GONE, _AWAY = "M", "A"
"""Codes of MISSING: missing, and away from placement without authorisation. They are never added up."""

FROM_HOME = "missing_from_home"
CATEGORY = Parameter(
    "category",
    "Which rows count, by their detail: 'missing', or 'absent', a category that police forces used up to 2018. "
    "They are never added up.",
    default="missing",
    choices=("missing", "absent"),
)
_CARE, _RETURNED, _RETURNS = "ssda903.care", "ssda903.missing", "ssda903.cover"


# ---- shared selections ----------------------------------------------------------------------------------


def _incidents(tables: Tables, window: WindowDates, kind: str) -> nw.LazyFrame[Any]:
    """Incidents of one kind that have a day in the window, carried-over ones included."""
    rows = tables["ssda903.incidents"].filter(c("MISSING") == kind)
    return rows.filter(c("MIS_START") <= window.end, c("MIS_END") >= window.start)


def _children(tables: Tables, window: WindowDates, kind: str) -> nw.LazyFrame[Any]:
    """Children looked after at any time in the window, with their numbers of incidents in it.

    `INCIDENTS` belong to care; `OUTSIDE` lie outside every period of care and count nowhere.
    """
    rows = _incidents(tables, window, kind).with_columns(
        INCIDENTS=kit.flag(c("IN_CARE")), OUTSIDE=kit.flag(~c("IN_CARE"))
    )
    counts = rows.group_by(window.keys).agg(c("INCIDENTS").sum(), c("OUTSIDE").sum())
    children = any_in_window(tables, window).join(counts, on=window.keys, how="left")
    return children.with_columns(INCIDENTS=c("INCIDENTS").fill_null(0), OUTSIDE=c("OUTSIDE").fill_null(0))


def _mention_outside(cases: Cases) -> Cases:
    return cases.report(c("OUTSIDE") > 0, "with an incident outside every period of care, not counted")


def _share(tables: Tables, window: WindowDates, parameters: Parameters, kind: str) -> Cases:
    cases = Cases(
        _children(tables, window, kind),
        on=c("ON"),
        row="ROW",
        numerator=kit.flag(c("INCIDENTS") > 0),
        denominator=nw.lit(1),
    )
    return _mention_outside(adults_apart(cases, c("ON"), parameters))


# ---- selections of the measures -------------------------------------------------------------------------


def missing_children(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children looked after in the window who went missing in it, one row each."""
    children = _children(tables, window, _GONE).filter((c("INCIDENTS") > 0) | (c("OUTSIDE") > 0))
    cases = Cases(children, on=c("ON"), row="ROW")
    cases = cases.keep(c("INCIDENTS") > 0, "incidents outside every period of care only")
    return _mention_outside(adults_apart(cases, c("ON"), parameters))


def missing_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select all children looked after in the window; numerator those who went missing in it."""
    return _share(tables, window, parameters, _GONE)


def away_share(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select all children looked after in the window; numerator those away without authorisation in it."""
    return _share(tables, window, parameters, _AWAY)


def incidents(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select all children looked after in the window; numerator their missing incidents, 0 for most."""
    cases = Cases(_children(tables, window, _GONE), on=c("ON"), row="ROW", numerator=c("INCIDENTS"))
    return _mention_outside(adults_apart(cases, c("ON"), parameters))


def incidents_per_child(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children looked after in the window who went missing; numerator their missing incidents."""
    children = _children(tables, window, _GONE).filter(c("INCIDENTS") > 0)
    cases = Cases(children, on=c("ON"), row="ROW", numerator=c("INCIDENTS"), denominator=nw.lit(1))
    return _mention_outside(adults_apart(cases, c("ON"), parameters))


def incidents_per_care_time(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Stack the missing incidents that start in the window on the days in care in it."""
    nothing, one = nw.lit(0).cast(nw.Int64), nw.lit(1).cast(nw.Int64)
    began = _began(tables, window).with_columns(EVENTS=one, DAYS=nothing)
    days = care_days(tables, window).with_columns(EVENTS=nothing)
    # Columns that both have: with windows per child these hold what the cohort adds, the arm among it.
    of_days = set(days.collect_schema().names())
    columns = [name for name in began.collect_schema().names() if name in of_days]
    rows = nw.concat([began.select(columns), days.select(columns)], how="vertical")
    cases = Cases(rows, on=c("ON"), row="ROW", numerator=c("EVENTS"), denominator=c("DAYS"))
    adult = (c("DAYS") > 0) & kit.reached("DOB", 18, c("ON"))
    return cases.report(adult, "rows of days in care from 18 or over, counted")


def _began(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Missing incidents that start in the window, with the care row of their first day, if there is one."""
    keys = window.keys
    base = any_in_window(tables, window).select(*keys)
    rows = _incidents(tables, window, _GONE).filter(c("IN_CARE"), c("MIS_START") >= window.start)
    rows = rows.join(base, on=keys, how="semi").with_columns(ON=c("MIS_START"))
    care = tables["ssda903.care"].select(*keys, "ROW", "FROM", "TO")
    placed = rows.select(*keys, "ON").join(care, on=keys, how="inner")
    placed = placed.filter(c("FROM") <= c("ON"), c("TO") > c("ON")).select(*keys, "ON", "ROW")
    return rows.join(placed, on=[*keys, "ON"], how="left")


def _not_in_care(rows: nw.LazyFrame[Any], tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Without those looked after on the day, and those whom a return has as missing from that day."""
    keys = [*window.keys, "START"]
    care, returned = tables.get(_CARE), tables.get(_RETURNED)
    if care is not None:
        spans = care.select(*window.keys, "FROM", "TO")
        cared = rows.select(keys).unique().join(spans, on=window.keys, how="inner")
        cared = cared.filter(c("FROM") <= c("START"), c("TO") > c("START")).select(keys).unique()
        rows = rows.join(cared, on=keys, how="anti")
    if returned is not None:
        incidents = returned.select(*window.keys, START=c("MIS_START")).unique()
        rows = rows.join(incidents, on=keys, how="anti")
    return rows


def _with_returns(rows: nw.LazyFrame[Any], tables: Tables) -> nw.LazyFrame[Any]:
    """UNCHECKED is 1 where no return is at hand that could show the child as looked after on the day."""
    returns = tables.get(_RETURNS)
    if returns is None:
        return rows.with_columns(UNCHECKED=nw.lit(1))
    years = returns.select("LA", c("YEAR").cast(nw.Int64), RETURNED=nw.lit(1)).unique()
    dated = rows.with_columns(YEAR=kit.reporting_year("START"))
    joined = dated.join(years, on=["LA", "YEAR"], how="left")
    return joined.with_columns(UNCHECKED=kit.flag(c("RETURNED").is_null()))


def missing_from_home(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select residents of 0 to 17 reported missing from home, one row each, looked-after children apart."""
    rows = local.events_in(tables, window, FROM_HOME).filter(c("DETAIL") == parameters.category)
    rows = _with_returns(_not_in_care(rows, tables, window), tables)
    cases = local.residents(rows, window, 0, 17, least=("UNCHECKED",))
    cases = local.with_cover(cases, tables, window, FROM_HOME)
    text = "for whom it was not checked whether the child was looked after: no return of the day is at hand"
    return local.with_length(cases.report(c("UNCHECKED") == 1, text), window)


# ---- the measures ---------------------------------------------------------------------------------------

_NEEDS = ("ssda903.care", "ssda903.incidents")

_OVERLAP = (
    "An incident counts when MIS_START is on or before the last day of the window and MIS_END is blank or on "
    "or after its first day."
)
_ANY = f"Children looked after on any day of the window, or leaving on its first day. {CLA_POPULATION}"
_ONE_INCIDENT = (
    "An incident that appears in several returns (same child, MISSING and MIS_START) is one incident and the "
    "latest return wins. One that lies within another of the same child and kind is not counted again; "
    "incidents that only overlap are two. One that touches no period of care counts nowhere; the notes give "
    "the number of children concerned."
)
_CARRIED_OVER = "Incidents already open on the first day of the window count."

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="missing_children_number",
        label="Looked-after children who went missing (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=_NEEDS,
        select=missing_children,
        numerator=(
            "Children looked after in the window with at least one missing incident (MISSING = M) in it."
        ),
        denominator="None.",
        formula=f"Children are counted once however often they went missing. {_OVERLAP}",
        edges=f"{_CARRIED_OVER} {_ONE_INCIDENT} Who counts: {_ANY}",
        basis=Basis.DFE_KNOWN,
        published="Children looked after in England including adoptions: children missing or away.",
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
    ),
    Measure(
        id="missing_children_pct",
        label="Looked-after children who went missing (proportion)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=_NEEDS,
        select=missing_share,
        numerator=(
            "Children of the denominator with at least one missing incident (MISSING = M) in the window."
        ),
        denominator=_ANY,
        formula=f"Numerator / denominator x 100. {_OVERLAP}",
        edges=(
            "The denominator is everybody looked after in the window, not the stock of 31 March. "
            f"{_CARRIED_OVER} {_ONE_INCIDENT}"
        ),
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: children missing during the year as a "
            "share of children looked after during the year (England 2025: 115,410). "
            "Local authority interactive tool: 161 Children_missing (no polarity)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
    ),
    Measure(
        id="missing_incidents_number",
        label="Missing incidents of looked-after children",
        kind=Kind.COUNT,
        unit="incident",
        counted="incident",
        when=When.PERIOD,
        needs=_NEEDS,
        select=incidents,
        numerator="Missing incidents (MISSING = M) in the window of children looked after in it.",
        denominator="None.",
        formula=f"Sum of incidents over children; limits by bootstrap over children. {_OVERLAP}",
        edges=f"{_CARRIED_OVER} {_ONE_INCIDENT} Who counts: {_ANY}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: missing incidents, England 2025: 86,900."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(UNDER_18_ONLY,),
        limits=Limits.BOOTSTRAP,
        direction=Direction.LOWER,
    ),
    Measure(
        id="missing_incidents_per_missing_child",
        label="Missing incidents per looked-after child who went missing",
        kind=Kind.RATIO,
        unit="incident_per_child",
        counted="incident",
        over="child",
        when=When.PERIOD,
        needs=_NEEDS,
        select=incidents_per_child,
        numerator="Missing incidents (MISSING = M) in the window of children looked after in it.",
        denominator="Children looked after in the window with at least one such incident.",
        formula=f"Sum of incidents / number of children who went missing. {_OVERLAP}",
        edges=f"Nobody missing gives no figure, not 0. {_CARRIED_OVER} {_ONE_INCIDENT} Who counts: {_ANY}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: average number of missing incidents per "
            "looked-after child who went missing, England 2025: 6.8."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(UNDER_18_ONLY,),
        limits=Limits.BOOTSTRAP,
        direction=Direction.LOWER,
    ),
    Measure(
        id="missing_incidents_per_100_care_years",
        label="Missing incidents per 100 years of care",
        kind=Kind.RATE,
        unit="incident_per_100_care_years",
        per=36525,
        counted="incident",
        over="day",
        when=When.PERIOD,
        needs=_NEEDS,
        select=incidents_per_care_time,
        numerator="Missing incidents (MISSING = M) that start in the window, of children looked after in it.",
        denominator=f"Days in care in the window, each day of a child counted once. {CLA_POPULATION}",
        formula="Numerator / denominator x 36,525 (100 years of 365.25 days).",
        edges=(
            "Incidents that start before the window are not counted, so that the incidents of windows that "
            f"follow each other add up. {_ONE_INCIDENT} For short or unequal windows and for cohorts. "
            "Breakdowns describe the child on the first day of the incident, and days by the first counted "
            "day of each episode."
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        limits=Limits.BOOTSTRAP,
        direction=Direction.LOWER,
    ),
    Measure(
        id="away_children_pct",
        label="Looked-after children away from placement without authorisation",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=_NEEDS,
        select=away_share,
        numerator=(
            "Children of the denominator with at least one incident of being away without authorisation "
            "(MISSING = A) in the window."
        ),
        denominator=_ANY,
        formula=f"Numerator / denominator x 100. {_OVERLAP}",
        edges=f"Missing (M) and away (A) are never added up. {_CARRIED_OVER} {_ONE_INCIDENT}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: children away from placement without "
            "authorisation. Local authority interactive tool: 161 Children_Away (no polarity)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.LOWER,
        rise="More children away; or incidents recorded as away that used to be recorded as missing.",
        fall="Fewer children away; or incidents recorded as missing that are really away, or not recorded.",
    ),
    Measure(
        id="missing_from_home_rate_10k",
        label="Children not in care who were reported missing from home",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS,),
        uses=(_CARE, _RETURNED, _RETURNS, local.COVER, local.HELD),
        select=missing_from_home,
        says=partial(local.says_events, kinds=(FROM_HOME,), members_needed=False),
        numerator=(
            "Children with at least one event missing_from_home of the detail that parameter category names, "
            "starting in the window at age 0 to 17, who were not looked after on that day and whom no return "
            "has as missing or away from that day."
        ),
        denominator="Resident children aged 0 to 17 at the mid-year estimate.",
        formula="Numerator / denominator x 10,000. Each child counts once.",
        edges=(
            f"{local.EDGES} Age is by the date of birth, or else the age, of the event. A child who leaves care "
            "on the day is not looked after on it. Where the looked-after children's returns are not at hand, or "
            "not of the day's year, the figure is computed and the notes say for how many children it was not "
            "checked. Children are never annualised."
        ),
        basis=Basis.LOCAL,
        parameters=(CATEGORY,),
        population="0-17",
        direction=Direction.LOWER,
    ),
    Measure(
        id="missing_factor_assessment_pct",
        label="Assessed episodes with going missing recorded as a factor",
        **cin.factor_share("10A", what="going or being missing (10A)"),
        published=(
            "Children in need, table C3: episodes with the factor going missing, of episodes with an assessment "
            "factor (England 2025: 16,940 of 513,250)."
        ),
        parameters=(cin.EPISODES,),
    ),
)

MISSING = Indicator(
    number=10,
    name="missing",
    title="Reducing the number missing",
    definition=(
        "Fewer young people are missing, that is, not where they are expected to be and their "
        "whereabouts not known."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer missing young people.",
    rise=(
        "More children going missing; but also better reporting, a change of police policy, or absences "
        "recorded as missing that used to be recorded as away."
    ),
    fall=(
        "Fewer and shorter absences; but also tolerance, incidents that are not reported, or children "
        "moved to distant homes or restrictive settings."
    ),
    unintended_consequences=(
        "Children's liberty may be restricted, or carers may not report. Read this outcome beside "
        "outcome 12 and the distance of placements."
    ),
    data_quality=(
        "These statistics carry a caution of the Department for Education: since 2017 more authorities "
        "record every absence as missing. The Department estimates that in 2023 missing children were "
        "overstated by up to 11%, and children away without authorisation understated by up to 32%. "
        "Only dates are recorded, so an absence of less than a day looks like no time at all."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 2, children and young people are safe in "
        "and outside of their homes. Ofsted's inspection data (Annex A): list 8, missing and absent "
        "episodes in 12 months and return interviews. Hertfordshire's Family Safeguarding indicators: "
        "police involvement."
    ),
    note=(
        "An incident is one row of the return: missing (M), or away from placement without "
        "authorisation (A). The two are never added silently."
    ),
    measures=MEASURES,
)
