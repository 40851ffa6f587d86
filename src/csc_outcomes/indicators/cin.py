"""What the measures of the children in need census select in the same way.

A referral is one of a child to an authority on a day; rows of one day are one referral. Whether the returns at
hand reach far enough back or forward is asked of every referral, and of the window as a whole.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.measure import Basis, Kind, Parameter, Reference, Status, When
from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.engine.verdict import Verdict
from csc_outcomes.sources import cin_derived

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates
    from csc_outcomes.engine.windows import Window

c = nw.col

DFE_CIN = Reference("Children in need", "Department for Education", "2025")
DFE_GUIDE = Reference("Children in need census: guide", "Department for Education", "2025")

REFERRALS, COVER, PLANS, ENQUIRIES = "cin.referrals", "cin.cover", "cin.plans", "cin.section47"
_ASSESSMENTS, _FACTORS = "cin.assessments", "cin.factors"

YEAR_MONTHS = cin_derived.YEAR_MONTHS
"""Calendar months within which a referral is a re-referral."""

REFERRAL_POPULATION = (
    "All referrals count, those that led to no further action too. Several on one day for one child are one. "
    "There is no age limit: unborn children are included, and referrals of young people of 18 or over are "
    "counted and their number is reported. A referral that comes again in a newer return counts once."
)
"""What is a referral, in words; the definition of every measure of referrals rests on it."""

LOOK_BACK = "look-back of 12 months not covered by the returns"
FOLLOW_UP = "follow-up not covered by the returns"


# ---- referrals ------------------------------------------------------------------------------------------


def referrals(tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Referrals dated in the window, one row per child and day. AGAIN: 1 if one of the 12 months before exists.

    Needs `cin.referrals`. The clock runs from the earlier referral, not from its closure; the same day of the
    month a year before is within the 12 months.
    """
    return tables[REFERRALS].filter(c("REFERRAL") >= window.start, c("REFERRAL") <= window.end)


def first_in_window(window: WindowDates, previous: str) -> nw.Expr:
    """Whether a row of the window is the child's first in it, given the date of the child's row before."""
    return c(previous).is_null() | (c(previous) < window.start)


def looked_back(cases: Cases) -> Cases:
    """Exclude referrals whose 12 months before are not covered by returns without a hole."""
    return adults_apart(cases.keep(c("LOOKED_BACK"), LOOK_BACK), "REFERRAL")


def adults_apart(cases: Cases, on: str) -> Cases:
    """Count and mention those of 18 or over on a date: REFERRAL, START of a plan, or AUTHORISED."""
    return cases.report(c(f"ADULT_AT_{on}"), "aged 18 or over, counted")


def look_back_covered(tables: Tables, window: Window | None, _parameters: Parameters) -> dict[str, Verdict]:
    """Say of which authorities the returns at hand do not reach 12 months behind the window's first day.

    Windows per child are judged case by case.
    """
    if window is None:
        return {}
    first = year_ending(kit.shift_months(window.start, -YEAR_MONTHS))
    needed = set(range(first, year_ending(window.end) + 1))
    at_hand: dict[str, set[int]] = {}
    for area, year in tables[COVER].select("LA", "YEAR").collect("polars").iter_rows():
        at_hand.setdefault(str(area), set()).add(int(year))
    verdicts = {}
    for area, years in at_hand.items():
        if gap := sorted(needed - years):
            listed = ", ".join(map(str, gap))
            why = (
                f"re-referrals need a look-back of 12 months; there is no return for the year ending {listed}"
            )
            verdicts[area] = Verdict(Status.INCOMPLETE, why)
    return verdicts


# ---- assessment factors ---------------------------------------------------------------------------------

EXPLOITATION = "24A"
EXPLOITATION_SINCE = dt.date(2021, 4, 1)
"""First day of the first return (year ending 2022) that has the factor of child criminal exploitation."""

EPISODES = Parameter(
    "episodes",
    "'with_factor', as published, takes the episodes in which any factor was found; those of which it is said that "
    "there was none (code 21), and those without a record, leave the base. 'assessed' takes every episode with a "
    "completed assessment.",
    default="with_factor",
    choices=("with_factor", "assessed"),
)


def share_with_factor(
    tables: Tables, window: WindowDates, parameters: Parameters, codes: tuple[str, ...]
) -> Cases:
    """Select the episodes with an assessment completed in the window; numerator those with any of the factors.

    Needs `cin.assessments` and `cin.factors`. An episode is one child and referral; it is described on the day
    of its first assessment in the window.
    """
    keys = [*window.keys, "REFERRAL"]
    done = (c("AUTHORISED") >= window.start) & (c("AUTHORISED") <= window.end)
    episodes = tables[_ASSESSMENTS].filter(done, first_in_window(window, "PREV_AUTHORISED"))
    found = tables[_FACTORS].filter(done, kit.is_in("FACTOR", codes)).select(keys).unique()
    rows = episodes.join(found.with_columns(nw.lit(1).alias("WANTED")), on=keys, how="left")
    cases = Cases(rows, on=c("AUTHORISED"), numerator=c("WANTED").fill_null(0), denominator=nw.lit(1))
    if EXPLOITATION in codes:
        existed = c("AUTHORISED") >= EXPLOITATION_SINCE
        cases = cases.keep(existed, "assessed before the return had the factor of criminal exploitation")
    if parameters.episodes == "with_factor":
        some = (c("FOUND_BY") <= window.end).fill_null(value=False)
        cases = cases.keep(some, "no factor found or none recorded")
    return adults_apart(cases, "AUTHORISED")


def exploitation_asked(tables: Tables, window: Window | None, _parameters: Parameters) -> dict[str, Verdict]:
    """Say that no return holds the factor of criminal exploitation before the year ending 2022.

    Windows per child are judged case by case.
    """
    if window is None or window.start >= EXPLOITATION_SINCE:
        return {}
    status = Status.NO_DATA if window.end < EXPLOITATION_SINCE else Status.INCOMPLETE
    why = "the census has the factor of child criminal exploitation (24A) from the year ending 2022"
    return dict.fromkeys(tables.areas, Verdict(status, why))


def factor_share(*codes: str, what: str) -> dict[str, Any]:
    """Fields of a measure that gives the share of episodes with one factor; `what` names it in a sentence."""
    return {
        "kind": Kind.PROPORTION,
        "unit": "percent",
        "per": 100,
        "counted": "referral",
        "over": "referral",
        "when": When.PERIOD,
        "needs": (_ASSESSMENTS, _FACTORS),
        "select": partial(share_with_factor, codes=codes),
        "numerator": f"Episodes of the denominator in which any assessment of the window found {what}.",
        "denominator": (
            "Episodes (a child and a referral) with an assessment completed in the window in which any factor was "
            "found (parameter episodes)."
        ),
        "formula": (
            "100 x numerator / denominator. A factor counts once in an episode, however many assessments found it."
        ),
        "edges": FACTOR_EDGES,
        "basis": Basis.DFE_PARTLY,
        "references": (DFE_CIN, DFE_GUIDE),
    }


FACTOR_EDGES = (
    "An assessment belongs to the window in which it was authorised, whenever it began, and its factors are those "
    "found at its end. Assessments that found no need (closed RC8 or RC9) count too. A child with two episodes "
    "counts twice. Of an assessment that comes in two returns the newer one's row counts. Codes that are in no "
    "list are no factors. There is no age limit. The figure is of concerns recorded in assessments, not of how "
    "many children are affected: children who were not assessed are not in it."
)
