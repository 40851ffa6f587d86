"""Outcome 3 of the 2017 checklist: re-referrals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Limits, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import cin
from csc_outcomes.indicators.common import LAIT

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

INDEX = Parameter(
    "index",
    "Where the 12 months begin: 'referral', on the child's first referral in the window; or 'closure', on the "
    "child's first closure in it, for those whom a service has let go. A referral on the day of closure is not yet "
    "a later one.",
    default="referral",
    choices=("referral", "closure"),
)


# ---- selections -----------------------------------------------------------------------------------------


def rereferrals(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select all referrals of the window; numerator those that are re-referrals, 0 for the others."""
    return cin.looked_back(Cases(cin.referrals(tables, window), on=c("REFERRAL"), numerator=c("AGAIN")))


def share_of_referrals(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select all referrals of the window; numerator those that are re-referrals."""
    rows = cin.referrals(tables, window)
    return cin.looked_back(Cases(rows, on=c("REFERRAL"), numerator=c("AGAIN"), denominator=nw.lit(1)))


def share_of_children(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select children with a referral in the window, by their first; numerator those with any re-referral."""
    rows = cin.referrals(tables, window)
    first = rows.filter(cin.first_in_window(window, "PREV_REFERRAL"))
    ever = kit.flag(c("NEXT_AGAIN") <= window.end)
    return cin.looked_back(Cases(first, on=c("REFERRAL"), numerator=ever, denominator=nw.lit(1)))


def followed(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select children by their first referral, or closure, in the window; numerator those referred later."""
    if parameters.index == "referral":
        date, previous, rows = "REFERRAL", "PREV_REFERRAL", tables[cin.REFERRALS]
    else:
        date, previous, rows = "CLOSURE", "PREV_CLOSURE", tables[_CLOSURES]
    rows = rows.filter(c(date) >= window.start, c(date) <= window.end)
    rows = rows.filter(cin.first_in_window(window, previous))
    later = kit.flag(c("NEXT_REFERRAL") <= c("LIMIT"))
    cases = Cases(rows, on=c(date), numerator=later, denominator=nw.lit(1))
    cases = cases.keep(c("LIMIT") <= c("UNTIL"), cin.FOLLOW_UP)
    return cases.keep(~c("ADULT_AT_LIMIT").fill_null(value=False), "reaches 18 before the follow-up ends")


def referral_rate(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select all referrals of the window."""
    return cin.adults_apart(Cases(cin.referrals(tables, window), on=c("REFERRAL")), "REFERRAL")


def subsequent_plans(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    """Select child protection plans that start in the window; numerator those of children who had one before."""
    rows = tables[cin.PLANS].filter(c("START") >= window.start, c("START") <= window.end)
    cases = Cases(rows, on=c("START"), numerator=kit.flag(c("PREVIOUS") >= 1), denominator=nw.lit(1))
    cases = cases.report(c("PREVIOUS").is_null(), "number of earlier plans blank, taken as none")
    return cin.adults_apart(cases, "START")


# ---- measures -------------------------------------------------------------------------------------------

_CLOSURES = "cin.closures"
_IN_WINDOW = "Referrals in the window."
_AGAIN = (
    "Referrals in the window that follow another of the same child to the same authority within 12 months."
)
_AGAIN_EDGES = (
    "Within 12 months means on the same day of the month a year before, or later (29 February looks back to 28 "
    "February), and before the referral itself. The clock runs from the earlier referral, not from its closure. "
    "Every later referral of a chain is a re-referral. Referrals that led to no further action count on both sides. "
    "One return holds no closed case of the year before: without the return of that year there is no figure. A "
    "child is the same where the authority's own number is; an earlier referral elsewhere is not seen. "
    f"{cin.REFERRAL_POPULATION}"
)

_MEASURES = (
    Measure(
        id="rereferral_number",
        label="Re-referrals within 12 months of a previous referral (number)",
        kind=Kind.COUNT,
        unit="referral",
        counted="referral",
        when=When.PERIOD,
        needs=(cin.REFERRALS, cin.COVER),
        select=rereferrals,
        says=cin.look_back_covered,
        numerator=_AGAIN,
        denominator="None.",
        formula="The number of referrals, not of children; limits by bootstrap over children.",
        edges=_AGAIN_EDGES,
        basis=Basis.DFE_KNOWN,
        published="Children in need, table C1: re-referrals within 12 months (England 2025: 142,900).",
        references=(cin.DFE_CIN, cin.DFE_GUIDE),
        lookback_months=12,
        limits=Limits.BOOTSTRAP,
    ),
    Measure(
        id="rereferral_pct",
        label="Re-referrals within 12 months of a previous referral (share of referrals)",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="referral",
        over="referral",
        when=When.PERIOD,
        needs=(cin.REFERRALS, cin.COVER),
        select=share_of_referrals,
        says=cin.look_back_covered,
        numerator=_AGAIN,
        denominator=_IN_WINDOW,
        formula="100 x numerator / denominator. Referrals are counted, not children.",
        edges=_AGAIN_EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Children in need, table C1: share of referrals within 12 months of a previous one (England 2025: 22.6%). "
            "How the Department links two returns is not published in full. Local authority interactive tool: 271 "
            "ReReferral (low is good)."
        ),
        references=(cin.DFE_CIN, cin.DFE_GUIDE, LAIT),
        lookback_months=12,
        limits=Limits.BOOTSTRAP,
    ),
    Measure(
        id="rereferral_child_pct",
        label="Children re-referred within 12 months, of children referred",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=(cin.REFERRALS, cin.COVER),
        select=share_of_children,
        says=cin.look_back_covered,
        numerator="Children of the denominator with at least one re-referral in the window.",
        denominator="Children with at least one referral in the window.",
        formula="100 x numerator / denominator. A child is described on the day of the first referral in the window.",
        edges=_AGAIN_EDGES,
        basis=Basis.DFE_KNOWN,
        published="Children in need, table C1: share of children referred who were re-referred (England 2025: 21.0%).",
        references=(cin.DFE_CIN, cin.DFE_GUIDE),
        lookback_months=12,
    ),
    Measure(
        id="rereferral_forward_12m_pct",
        label="Children referred again within 12 months after a referral, or after closure",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=(cin.REFERRALS, _CLOSURES),
        select=followed,
        numerator=(
            "Children of the denominator with a referral to the same authority after the index day and not later "
            "than the same day of the month 12 months on."
        ),
        denominator=(
            "Children with a referral (or a closure, parameter index) in the window, the first of each, whose 12 "
            "months after it are covered by the returns and who are under 18 at their end."
        ),
        formula="100 x numerator / denominator.",
        edges=(
            "This looks forward, as evaluations do, and is not the published figure, which looks back. A referral of "
            "29 February is followed to 28 February. A child whose date of birth is unknown, or who is not yet born, "
            "stays in the base; so does one who dies or moves away, because the return does not say so reliably. Any "
            "closure counts, also one after an assessment that found no need; a closure dated before its referral "
            f"counts as none. {cin.REFERRAL_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(cin.DFE_GUIDE,),
        parameters=(INDEX,),
        followup_months=12,
    ),
    Measure(
        id="referral_rate_10k",
        label="Referrals per 10,000 children",
        kind=Kind.RATE,
        unit="referral_per_10_000",
        per=10_000,
        counted="referral",
        over="child",
        population="0-17",
        annualised=True,
        when=When.PERIOD,
        needs=(cin.REFERRALS,),
        select=referral_rate,
        numerator=_IN_WINDOW,
        denominator="Resident children aged 0 to 17 at the latest 30 June on or before the last day of the window.",
        formula="10,000 x numerator / denominator / length of the window in years.",
        edges=(
            "Context for the re-referrals, neither good nor bad in itself. The limits take referrals to come one by "
            f"one; brothers and sisters come together, so they are somewhat narrow. {cin.REFERRAL_POPULATION}"
        ),
        basis=Basis.DFE_KNOWN,
        published="Children in need, table C1: referrals and rate per 10,000 children.",
        references=(cin.DFE_CIN, cin.DFE_GUIDE),
        direction=Direction.CONTESTED,
        rise="More need coming to light, or lower thresholds; or contacts recorded as referrals.",
        fall="Less need, or help given earlier; or higher thresholds, or referrals recorded as contacts.",
    ),
    Measure(
        id="cpp_subsequent_pct",
        label="Child protection plans that are a second or later plan of the child",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="plan",
        over="plan",
        when=When.PERIOD,
        needs=(cin.PLANS,),
        select=subsequent_plans,
        numerator=(
            "Plans of the denominator whose child had one before in this authority (NumberOfPreviousCPP 1 or more)."
        ),
        denominator="Child protection plans that start in the window.",
        formula="100 x numerator / denominator. Plans are counted: a child with two starts counts twice.",
        edges=(
            "The earlier plan may be any time ago, and is known from the return's own count, so no earlier return is "
            "needed. Where the count is blank none is taken, and the number of such plans is reported. Plans of the "
            "same child and start are one, as the newest return has it. Plans of unborn children count. There is no "
            "age limit."
        ),
        basis=Basis.DFE_KNOWN,
        published=(
            "Children in need, table D3: plans starting that were a second or subsequent one (England 2025: 15,130 of "
            "61,840, 24.5%). Local authority interactive tool: 14 ReRegCPR, 15 PrevRegCPR (low is good)."
        ),
        references=(cin.DFE_CIN, cin.DFE_GUIDE, LAIT),
        rise="Plans ended too early, or change that did not last; new harm; or more plans for children known before.",
        fall="Lasting change; or plans kept open longer, higher thresholds, or more first plans in the base.",
    ),
)

REREFERRALS = Indicator(
    number=3,
    name="rereferrals",
    title="Reducing re-referrals",
    definition="Children are less likely to be referred again for services after an earlier referral.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer re-referrals.",
    rise=(
        "Cases closed too early, or help that did not last; new and different harm; better reporting by "
        "partners; or more families willing to ask again."
    ),
    fall=(
        "Lasting change; but also cases held open longer, contacts not recorded as referrals, families "
        "avoiding services, or a redesigned front door."
    ),
    unintended_consequences=(
        "The figure can be lowered by keeping cases open or by recording contacts instead of referrals: "
        "read it beside the referral rate, the share of referrals with no further action and the time "
        "cases stay open."
    ),
    data_quality=(
        "Practice at the front door decides what a referral is. Linking referrals needs an identifier "
        "of the child that stays the same, also from before birth. Two authorities were imputed in "
        "totals for England: Hackney in 2021 and 2022, Hampshire in 2024."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need. Ofsted's inspection data (Annex A): list 3, number of "
        "referrals in the last 12 months. Hertfordshire's Family Safeguarding indicators: the usual "
        "children's social care indicators."
    ),
    note=(
        "The Department for Education looks backward: of the referrals in a year, how many followed "
        "another within 12 months. Evaluations usually look forward: of the referrals at the start, how "
        "many were followed by another. The two differ and must not share a name."
    ),
    measures=_MEASURES,
)
