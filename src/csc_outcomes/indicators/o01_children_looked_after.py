"""Outcome 1 of the 2017 checklist: children looked after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Limits, Measure, When
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    DFE_GUIDE,
    LAIT,
    UNDER_18_ONLY,
    adults_apart,
    any_in_window,
    first_starts,
    leavers,
    looked_after,
    looked_after_on,
    starts,
    without_adults,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col


def _stock(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    cases = Cases(looked_after(tables, window), on=window.end, row="ROW")
    return adults_apart(cases, window.end, parameters)


def _stock_without_uasc(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    still = c("DUC").is_null() | (c("DUC") > window.end)
    seeking = tables["ssda903.uasc"].filter(still).select(*window.keys).with_columns(SEEKING=nw.lit(1))
    stock = looked_after(tables, window).join(seeking, on=window.keys, how="left")
    cases = Cases(stock, on=window.end, row="ROW")
    cases = cases.keep(c("SEEKING").is_null(), "unaccompanied asylum-seeking child")
    return adults_apart(cases, window.end, parameters)


def _children_starting(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    cases = Cases(first_starts(tables, window), on=c("START"), row="FIRST_ROW")
    return adults_apart(cases, c("START"), parameters)


def _periods_starting(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    cases = Cases(starts(tables, window), on=c("START"), row="FIRST_ROW")
    return adults_apart(cases, c("START"), parameters)


def _children_ceasing(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    cases = Cases(leavers(tables, window), on=c("END"), row="LAST_ROW")
    return adults_apart(cases, c("END"), parameters)


def _any_in_window(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    cases = Cases(any_in_window(tables, window), on=c("ON"), row="ROW")
    return adults_apart(cases, c("ON"), parameters)


def _net_change(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    last = looked_after(tables, window).with_columns(ON=window.end, CHANGE=nw.lit(1))
    first = looked_after_on(tables, window.day_before).with_columns(ON=window.day_before, CHANGE=nw.lit(-1))
    cases = Cases(nw.concat([last, first]), on=c("ON"), row="ROW", numerator=c("CHANGE"))
    return without_adults(cases, c("ON")) if parameters.under_18_only else cases


_DAY_EDGES = (
    "A child who leaves on the day is not counted; a child who starts on it is. A child with two open "
    f"episodes counts once. {CLA_POPULATION}"
)
_START_EDGES = (
    "A child in care at the beginning of the window who leaves and enters again within it counts as a start. "
    "An exit and a new start on one day make a new period of care. Where the first episode at hand does not "
    "say that care started (its reason for new episode is not S), the history before it is missing and it is "
    "no start. Age, legal status and need are those of the first day."
)
_CEASE_EDGES = (
    "A child who ceased and is back in care at the end of the window still counts. Leaving on the 18th "
    "birthday counts, and so does a transfer to another authority (reason E3). An episode that goes on in "
    "another (reason X1) has not ceased, and one that breaks off because newer returns no longer have it is "
    "no exit. Age, legal status, placement and reason are those of the last exit in the window."
)
_RATE_POPULATION = "Resident children aged 0 to 17: the mid-year estimate of the latest 30 June on or before"
_ANNUALISED = (
    " The flow is brought to a year: the population is multiplied by the length of the window in years, "
    "which is exactly 1 for twelve months. A window of less than a quarter of a year gives no rate."
)
_CEASE_RISE = "More exits: reunification, adoption, special guardianship, or more 18th birthdays."
_CEASE_FALL = "Fewer exits: plans that drift, delay in court, or fewer children old enough to leave."
_START_RISE = (
    "More entries: rising need, better identification, a lower threshold, arrivals of unaccompanied "
    "asylum-seeking children, or children entering again."
)
_START_FALL = "Fewer entries: prevention that worked; or a higher threshold, or a longer wait outside care."

_MEASURES = (
    Measure(
        id="cla_stock_number",
        label="Children looked after on a day (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_stock,
        numerator="Children looked after on the day.",
        denominator="None.",
        formula="The number of children with an episode that began by the day and had not ended on it.",
        edges=_DAY_EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after on 31 March each year, column children_count (England 2025: 81,770, "
            "rounded to 10)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
    ),
    Measure(
        id="cla_stock_rate_10k",
        label="Children looked after on a day per 10,000 resident children aged 0 to 17",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        population="0-17",
        when=When.DAY,
        needs=("ssda903.care",),
        select=_stock,
        numerator="Children looked after on the day.",
        denominator=f"{_RATE_POPULATION} the day.",
        formula="10,000 x numerator / denominator.",
        edges=f"Without a population, or with one of 0, there is no rate; it is never 0. {_DAY_EDGES}",
        basis=Basis.DFE_KNOWN,
        published="Rate per 10,000 on 31 March (England 2025: 81,770 of 12,183,016 give 67).",
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
    ),
    Measure(
        id="cla_stock_excl_uasc_rate_10k",
        label=(
            "Children looked after on a day, unaccompanied asylum-seeking children left out, per 10,000 "
            "resident children aged 0 to 17"
        ),
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        population="0-17",
        when=When.DAY,
        needs=("ssda903.care", "ssda903.uasc"),
        select=_stock_without_uasc,
        numerator="Children looked after on the day who are not unaccompanied asylum-seeking children on it.",
        denominator=f"{_RATE_POPULATION} the day.",
        formula="10,000 x numerator / denominator.",
        edges=(
            "A child is left out whom the return lists as unaccompanied asylum-seeking, without a date on "
            "which that ended (DUC) or with one after the day. A child whose status ended on or before the "
            "day is counted. A child who leaves on the day is not counted; one who starts on it "
            "is. Young people of 18 or over are counted and their number is reported."
        ),
        basis=Basis.DFE_PARTLY,
        published=(
            "Children looked after on 31 March by characteristics, 'Children excluding unaccompanied "
            "asylum-seeking children'. The number is published; the Department's dashboard derives a rate "
            "from rounded counts."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
    ),
    Measure(
        id="cla_starts_number",
        label="Children starting to be looked after in a period (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_children_starting,
        numerator="Children with at least one period of care that starts in the window.",
        denominator="None.",
        formula="The number of children; of several starts in the window only the child's first is used.",
        edges=f"{_START_EDGES} {CLA_POPULATION}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children starting to be looked after each year (England 2025: 32,270). Published figures count "
            "only the first occasion of a child in an authority and a year; a child transferred between "
            "authorities counts once in each."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        rise=_START_RISE,
        fall=_START_FALL,
    ),
    Measure(
        id="cla_starts_rate_10k",
        label="Children starting to be looked after per 10,000 resident children aged 0 to 17",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        population="0-17",
        annualised=True,
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_children_starting,
        numerator="Children with at least one period of care that starts in the window.",
        denominator=f"{_RATE_POPULATION} the last day, times the length of the window in years.",
        formula="10,000 x numerator / denominator.",
        edges=(
            "Children are counted, not periods, and yet the figure is annualised as a flow, because a second "
            f"start of one child within a year is rare.{_ANNUALISED} {_START_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.DFE_KNOWN,
        published="Rate per 10,000 of children starting to be looked after in the year (England 2025: 26).",
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        rise=_START_RISE,
        fall=_START_FALL,
    ),
    Measure(
        id="cla_start_periods_number",
        label="Periods of care starting in a period (events)",
        kind=Kind.COUNT,
        unit="period",
        counted="period",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_periods_starting,
        numerator="Periods of care that start in the window, every one of a child who starts twice.",
        denominator="None.",
        formula="The number of periods of care.",
        edges=(
            "This measure, not the number of children, belongs into the balance of stock and flow: the stock "
            "on the last day is the stock on the day before the first, plus periods started, less periods "
            f"ended. {_START_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        parameters=(UNDER_18_ONLY,),
        rise=_START_RISE,
        fall=_START_FALL,
    ),
    Measure(
        id="cla_ceased_number",
        label="Children ceasing to be looked after in a period (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_children_ceasing,
        numerator="Children with at least one period of care that ends in the window.",
        denominator="None.",
        formula="The number of children; of several exits in the window only the child's last is used.",
        edges=f"{_CEASE_EDGES} {CLA_POPULATION}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children ceasing to be looked after each year (England 2025: 34,450, of whom 2,640 were "
            "transferred to another authority). Published figures count the last occasion of a child in an "
            "authority and a year."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.HIGHER,
        rise=_CEASE_RISE,
        fall=_CEASE_FALL,
    ),
    Measure(
        id="cla_ceased_rate_10k",
        label="Children ceasing to be looked after per 10,000 resident children aged 0 to 17",
        kind=Kind.RATE,
        unit="per_10_000",
        per=10_000,
        over="child",
        population="0-17",
        annualised=True,
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_children_ceasing,
        numerator="Children with at least one period of care that ends in the window.",
        denominator=f"{_RATE_POPULATION} the last day, times the length of the window in years.",
        formula="10,000 x numerator / denominator.",
        edges=(
            "Children are counted, not periods, and yet the figure is annualised as a flow, because a second "
            f"exit of one child within a year is rare.{_ANNUALISED} {_CEASE_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.DFE_KNOWN,
        published="Rate per 10,000 of children ceasing to be looked after in the year (England 2025: 28).",
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(UNDER_18_ONLY,),
        direction=Direction.HIGHER,
        rise=_CEASE_RISE,
        fall=_CEASE_FALL,
    ),
    Measure(
        id="cla_any_in_year_number",
        label="Children looked after at any time in a period (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=("ssda903.care",),
        select=_any_in_window,
        numerator="Children looked after on at least one day of the window.",
        denominator="None.",
        formula=(
            "The number of children with an episode that began on or before the last day of the window and "
            "ended on or after its first, or has not ended."
        ),
        edges=(
            "A child who leaves on the first day of the window is counted, having been looked after on it "
            "until then. Age, legal status and placement are those of the child's first day in the window. "
            f"{CLA_POPULATION}"
        ),
        basis=Basis.DFE_PARTLY,
        published=(
            "'Children looked after during the year', the base of the table on missing children (England "
            "2025: 115,410)."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(UNDER_18_ONLY,),
    ),
    Measure(
        id="cla_net_change_number",
        label="Net change in children looked after over a period (number)",
        kind=Kind.COUNT,
        unit="child",
        when=When.PERIOD,
        needs=("ssda903.care",),
        select=_net_change,
        numerator=(
            "Children looked after on the last day of the window, less children looked after on the day "
            "before its first."
        ),
        denominator="None.",
        formula="The difference of the two numbers; it may be negative and has no confidence limits.",
        edges=(
            "Both numbers leave out and include the same children. By age, a child is in the group of each "
            "day, so a birthday moves the child between groups. An authority whose boundary changes within "
            "the window has no net change that means anything. A child who leaves on one of the two days is "
            f"not counted on it. {CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        parameters=(UNDER_18_ONLY,),
        limits=Limits.NONE,
    ),
)

CHILDREN_LOOKED_AFTER = Indicator(
    number=1,
    name="children_looked_after",
    title="Reducing the number of children looked after",
    definition=(
        "The number of children looked after by the authority, or by the area studied, becomes smaller."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer children looked after.",
    rise=(
        "More need, or more harm coming to light; better identification; fewer children leaving care; "
        "transfers of unaccompanied asylum-seeking children; a lower threshold; or, for a rate only, a "
        "smaller child population."
    ),
    fall=(
        "Families helped earlier, or children leaving care safely and sooner; but also need that is not "
        "met, higher thresholds, children left in harm at home, discharge to save money, or young "
        "people reaching 18."
    ),
    unintended_consequences=(
        "Children may be kept at home without support: read this outcome beside re-referrals (outcome "
        "3), repeated child protection plans, re-entry after a return home (outcome 2) and crisis "
        "presentations (outcome 11). Voluntary care under section 20 may be ended too early. Children "
        "may move to kinship arrangements outside care, where they are no longer counted."
    ),
    data_quality=(
        "Authorities may amend earlier years, so figures differ between releases: England on 31 March "
        "2024 was 83,630 in the stability release of 2024 and 83,530 in the release of 2025. Figures of "
        "small authorities swing from year to year: use the confidence limits. Unaccompanied "
        "asylum-seeking children move the level in a few authorities."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need. Ofsted's inspection data (Annex A): list 8. Children's "
        "services Analysis Tool: children looked after. Hertfordshire's Family Safeguarding indicators: "
        "the usual children's social care indicators."
    ),
    note=(
        "The evaluations behind the checklist differed in what they aimed at (entries, stock or "
        "reunification), in number against rate per 10,000, and in the period they compared. Every "
        "variant is a measure of its own, and none may be reported under the bare name of the outcome."
    ),
    measures=_MEASURES,
)
