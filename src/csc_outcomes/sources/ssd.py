"""The Standard Safeguarding Dataset: which tables of the returns it fills, for which years, and what it cannot say.

Source: Data to Insight, *Standard Safeguarding Dataset*. The extract is a relational copy of the case system that
reaches six years back from the day it was made, without a hole, so that the years wholly within it are covered.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine.door import Problem
from csc_outcomes.engine.kit import shift_months
from csc_outcomes.engine.source import Feed
from csc_outcomes.errors import InputError
from csc_outcomes.sources import ssd_care, ssd_modules, ssd_need
from csc_outcomes.sources.feeds import REASONS_OF_RETURNS, Filled, absent_tables, year_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from csc_outcomes.engine.source import Cover, Frames
    from csc_outcomes.sources.ssd_fetch import Fetched

c = pl.col
NAME = "the Standard Safeguarding Dataset"
_UNPLACED = 0.01
"""Share of a year's completed assessments that may lack their referral before the year is no longer covered."""
_BEGINNINGS = {
    "ssd_cin_episodes": "cine_referral_date",
    "ssd_cin_assessments": "cina_assessment_auth_date",
    "ssd_cp_plans": "cppl_cp_plan_start_date",
    "ssd_cla_episodes": "clae_cla_episode_start_date",
    "ssd_s47_enquiry": "s47e_s47_start_date",
}
"""Dates that lie before the day of the extract."""
_KEPT_SINCE = {
    "ssd_cin_episodes": ("cine_close_date", "cine_referral_date"),
    "ssd_cp_plans": ("cppl_cp_plan_end_date", "cppl_cp_plan_end_date"),
    "ssd_cla_episodes": ("clae_cla_episode_ceased_date", "clae_cla_episode_ceased_date"),
    "ssd_cin_assessments": ("cina_assessment_auth_date", "cina_assessment_auth_date"),
}
"""Of rows that have the first date, the second lies within the years that the extract reaches back."""

_OF_NEED = {
    "cin.ChildIdentifiers": "ssd_person",
    "cin.ChildCharacteristics": "ssd_person",
    "cin.Disabilities": "ssd_disability",
    "cin.CINdetails": "ssd_cin_episodes",
    "cin.Assessments": "ssd_cin_assessments",
    "cin.AssessmentFactorsList": "ssd_assessment_factors",
    "cin.CINplanDates": "ssd_cin_plans",
    "cin.Section47": "ssd_s47_enquiry",
    "cin.ChildProtectionPlans": "ssd_cp_plans",
    "cin.Reviews": "ssd_cp_reviews",
}
"""The table of the dataset that fills each table of the census."""
_OF_CARE = tuple(f"ssda903.{name}" for name in ("header", "episodes", "uasc", "reviews", "missing", "oc2"))
FILLED = frozenset({*_OF_NEED, *_OF_CARE})
"""Tables that an extract with all of its own tables fills."""

ABSENT: Mapping[str, str] = {
    "cin.PreProceedings": "pre-proceedings of the dataset are not read: no measure uses them",
    "ssda903.oc3": (
        "ssd_care_leavers holds how things stand at the latest contact, not around the birthday in the year that the "
        "return asks about"
    ),
    "ssda903.sw_episodes": (
        "ssd_involvements lists everyone involved with a child; which of them is the allocated social worker stands "
        "in each case system's own words"
    ),
    "ssda903.ad1": "adoption dates of the dataset are not read: no measure uses them",
    "ssda903.placed_for_adoption": "adoption dates of the dataset are not read: no measure uses them",
    "ssda903.previous_permanence": "previous permanence of the dataset is not read: no measure uses it",
    "ssda903.dolo": "the dataset holds no deprivation of liberty orders",
}
"""Why a table is not filled, by name."""
_NO_WORKFORCE = (
    "ssd_professionals holds no vacancies, starters, leavers or absence, its agency flag is a placeholder, and how it "
    "counts caseloads is under review"
)
OF_WORKFORCE: Mapping[str, str] = {
    name: _NO_WORKFORCE for name in absent_tables((), {}, NAME) if name.startswith("workforce.")
}
"""Why no table of the workforce census is filled, by name."""
WITHHELD: Mapping[str, str] = {
    "cpp_subsequent_pct": (
        "the dataset has no number of earlier plans, and plans that ended before it begins are not in it: whether a "
        "plan is a child's first cannot be told"
    ),
    "cla_development_assessment_pct": "the dataset has no answer on development checks of the under-fives",
    "cla_immunised_pct": "ssd_cla_immunisations holds the present state only, not that of each 31 March",
    **dict.fromkeys(
        ("placed_over_20_miles_pct", "placed_over_20_miles_out_la_pct"),
        "the dataset does not say in which unit ssd_cla_placement holds the distance from home",
    ),
}
"""Why a measure cannot be answered although its tables are filled, by id."""
_OF_CHECKS = {"HEALTH_ASSESSMENT": "cla_health_assessment_pct", "TEETH_CHECK": "cla_dental_check_pct"}
_OF_OC2 = {
    "ssd_sdq_scores": ("sdq_mean", "sdq_concern_pct", "sdq_coverage_pct"),
    "ssd_cla_convictions": ("cla_convicted_pct",),
    "ssd_cla_substance_misuse": ("cla_substance_misuse_pct",),
    "ssd_cla_health": tuple(_OF_CHECKS.values()),
}
"""Measures of outcomes that rest on one table of the dataset."""


def filled(given: Fetched, la: str, extracted: dt.date | None, years: int) -> Filled:
    """Fill tables of both returns.

    Raises:
        InputError: the day of the extract is not given, and its dates do not settle which years it covers.
    """
    day = extracted or _told_day(given.tables, years)
    cover = covered_years(day, years)
    last = year_ending(day)
    found = [*given.problems, *_after(given.tables, day)]
    absent = dict(ABSENT)
    short: dict[str, frozenset[int]] = {}
    tables = _need(given, last, cover, absent, short, found)
    tables |= _care(given, last, cover, absent, found)
    covers: dict[str, Cover] = {name: {la: short.get(name, cover)} for name in tables}
    feed = Feed(
        NAME,
        cover=covers,
        short=(
            f"the extract{f' of {extracted}' if extracted else ''} reaches {years} years back from the day it was "
            "made, and only return years wholly within them are covered"
        ),
        absent=absent_tables(tables, {**absent, **OF_WORKFORCE}, NAME),
        withheld={**WITHHELD, **_lacking_outcomes(given)},
        meaningless=REASONS_OF_RETURNS | {"previous_plans_blank"},
    )
    return Filled(tables, tuple(found), feed)


def _lacking_outcomes(given: Fetched) -> dict[str, str]:
    """Measures of outcomes whose table is not there, or does not say what the return asks."""
    health = given.tables.get("ssd_cla_health")
    untold = {
        measure: "ssd_cla_health does not tell which checks of this kind were completed"
        for name, measure in _OF_CHECKS.items()
        if health is not None and ssd_modules.completed(health, name) is None
    }
    return untold | {
        measure: given.missing[table]
        for table, measures in _OF_OC2.items()
        if table in given.missing
        for measure in measures
    }


# ---- children in need -------------------------------------------------------------------------------------


def _need(
    given: Fetched,
    last: int,
    cover: frozenset[int],
    absent: dict[str, str],
    short: dict[str, frozenset[int]],
    found: list[Problem],
) -> Frames:
    tables = given.tables
    made: Frames = {}
    for name, source in _OF_NEED.items():
        if source in given.missing:
            absent[name] = given.missing[source]
    if (enquiries := ssd_need.section_47(tables)) is not None:
        made["cin.Section47"] = enquiries
    if (plans := ssd_need.plans(tables, last, found)) is not None:
        made["cin.ChildProtectionPlans"] = plans
    made |= ssd_need.simple_tables(tables, last)
    if ssd_need.REFERRALS in tables:
        details = ssd_need.details(tables, last)
        made["cin.CINdetails"] = details.drop("REFERRAL")
        made |= _assessed(given, details, cover, absent, short, found)
    else:
        absent["cin.Assessments"] = absent["cin.AssessmentFactorsList"] = given.missing[ssd_need.REFERRALS]
    if made and "ssd_person" in tables:
        made |= ssd_need.children(tables["ssd_person"], made, last)
    return made


def _assessed(
    given: Fetched,
    details: pl.DataFrame,
    cover: frozenset[int],
    absent: dict[str, str],
    short: dict[str, frozenset[int]],
    found: list[Problem],
) -> Frames:
    """Assessments and factors. Those of referrals that the extract no longer has belong to no referral.

    A year in which more than a few of them were completed is not covered: its figures would be too low.
    """
    linked = ssd_need.assessments(given.tables, details)
    if linked is None:
        return {}
    lost = linked.filter(c("CINdetailsID").is_null())
    if lost.height:
        text = f"{lost.height} assessments belong to referrals that the extract does not have; they are set aside"
        found.append(
            Problem(
                "assessment_without_referral", "cin.Assessments", lost.height, text, set_aside=lost.height
            )
        )
    years = linked.drop_nulls("AssessmentAuthorisationDate").group_by(
        YEAR_DONE=year_of("AssessmentAuthorisationDate")
    )
    shares = years.agg(LOST=c("CINdetailsID").is_null().mean())
    thin = set(shares.filter(c("LOST") > _UNPLACED)["YEAR_DONE"].to_list())
    short["cin.Assessments"] = short["cin.AssessmentFactorsList"] = cover - thin
    made = {"cin.Assessments": linked.drop("ID").drop_nulls("CINdetailsID")}
    if ssd_need.FACTORS in given.tables:
        factors, why = ssd_need.factors(given.tables, linked, found)
        if factors is None:
            absent["cin.AssessmentFactorsList"] = why
        else:
            made["cin.AssessmentFactorsList"] = factors
    return made


# ---- children looked after --------------------------------------------------------------------------------


def _care(
    given: Fetched, last: int, cover: frozenset[int], absent: dict[str, str], found: list[Problem]
) -> Frames:
    tables = given.tables
    care = ssd_care.episodes(tables, given.missing, last)
    found += care.problems
    if care.rows is None:
        absent |= dict.fromkeys(_OF_CARE, care.why)
        return {}
    made: Frames = {"ssda903.episodes": care.rows}
    for name, source in (
        ("uasc", "ssd_immigration_status"),
        ("missing", "ssd_missing"),
        ("reviews", "ssd_cla_reviews"),
    ):
        frame, why = _module(name, source, given, last)
        if frame is None:
            absent[f"ssda903.{name}"] = why
        else:
            made[f"ssda903.{name}"] = frame
    if "ssd_person" not in tables:
        absent |= dict.fromkeys(("ssda903.header", "ssda903.oc2"), given.missing["ssd_person"])
        return made
    outcomes = ssd_modules.oc2(tables, care.rows, tables["ssd_person"], sorted(cover))
    if outcomes is None:
        absent["ssda903.oc2"] = f"the extract has none of {', '.join(ssd_modules.OUTCOME_TABLES)}"
    else:
        made["ssda903.oc2"] = outcomes
    return {"ssda903.header": ssd_modules.header(tables["ssd_person"], made, last), **made}


def _module(name: str, source: str, given: Fetched, last: int) -> tuple[pl.DataFrame | None, str]:
    if source in given.missing:
        return None, given.missing[source]
    rows = given.tables[source]
    if name == "reviews":
        return ssd_modules.reviews(rows, given.tables[ssd_care.CARE])
    return ssd_modules.uasc(rows, last) if name == "uasc" else ssd_modules.missing(rows, last)


# ---- cover ------------------------------------------------------------------------------------------------


def covered_years(day: dt.date, years: int) -> frozenset[int]:
    """Return years (year ending 31 March) wholly within an extract of a day that reaches some years back.

    A year that ends on the day itself is not over: what happens on that day is entered later.
    """
    since = shift_months(day, -12 * years)
    return frozenset(
        year
        for year in range(year_ending(since), year_ending(day) + 1)
        if dt.date(year - 1, 4, 1) >= since and dt.date(year, 3, 31) < day
    )


def _told_day(tables: Mapping[str, pl.DataFrame], years: int) -> dt.date:
    """A day that covers the same years as the day of the extract.

    The extract was made no earlier than the latest thing in it began, and no later than so many years after the
    earliest end that it has kept. Where both give the same years, these are the years that it covers.
    """
    began = [day for table, name in _BEGINNINGS.items() if (day := _edge(tables, table, name, last=True))]
    kept = [day for table, names in _KEPT_SINCE.items() if (day := _edge(tables, table, *names, last=False))]
    earliest = max(began, default=None)
    latest = shift_months(min(kept), 12 * years) if kept else None
    if (
        earliest
        and latest
        and earliest <= latest
        and covered_years(earliest, years) == covered_years(latest, years)
    ):
        return earliest
    raise InputError(
        "read_ssd: the dates in the extract do not settle which return years it covers; give extracted=, the day that "
        "it was made"
    )


def _edge(
    tables: Mapping[str, pl.DataFrame], table: str, name: str, of: str = "", *, last: bool
) -> dt.date | None:
    if table not in tables:
        return None
    column = tables[table].drop_nulls(name)[of or name]
    day = column.max() if last else column.min()
    assert day is None or isinstance(day, dt.date)
    return day


def _after(tables: Mapping[str, pl.DataFrame], day: dt.date) -> list[Problem]:
    """Rows that begin after the day of the extract."""
    rows = sum(
        tables[table].filter(c(name) > day).height for table, name in _BEGINNINGS.items() if table in tables
    )
    if not rows:
        return []
    text = f"{rows} rows begin after the day of the extract; the day, which decides what is covered, may be wrong"
    return [Problem("after_extract", "", rows, text)]
