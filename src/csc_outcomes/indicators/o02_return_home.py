"""Outcome 2 of the 2017 checklist: children looked after who return home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Measure, Parameter, Reference, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.indicators import cin
from csc_outcomes.indicators.common import (
    CLA_POPULATION,
    DFE_CLA,
    DFE_GUIDE,
    HOME,
    LAIT,
    UNDER_18_ONLY,
    adults_apart,
    ends,
    first_starts,
    home_parameter,
    leavers,
)

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

RE_ENTRY_STUDY = Reference(
    "Reunification and re-entry to care: an analysis of the national datasets for children looked after in "
    "England",
    "Goldacre, Hood, Jones, King and Wang, British Journal of Social Work 52(8)",
    "2022",
)

_CHECKLIST_HOME = home_parameter("seed")
_PUBLISHED_HOME = home_parameter("narrow")
_MONTHS = Parameter(
    "months",
    "Length of the follow-up in calendar months. Its last day, the same day of the month, belongs to it.",
    default=12,
    choices=(6, 12),
)

_NOT_COVERED = "follow-up not covered by the returns"
_REACHES_18 = "reaches 18 before the follow-up ends"


def _went_home(parameters: Parameters) -> nw.Expr:
    return kit.is_in("REC", HOME[parameters.home])


def _still_child(limit: str) -> nw.Expr:
    """Whether a child is under 18 when the follow-up ends; of an unknown date of birth it is assumed."""
    return c("DOB").is_null() | ~kit.reached("DOB", 18, limit)


def _with_limit(frame: nw.LazyFrame[Any], index: str, months: int) -> nw.LazyFrame[Any]:
    """Add LIMIT, the last day of the follow-up that begins on the index date."""
    return frame.with_columns(LIMIT=kit.plus_months(index, months))


def _followed(
    frame: nw.LazyFrame[Any], tables: Tables, window: WindowDates, months: int
) -> nw.LazyFrame[Any]:
    """Add LIMIT and BACK_ON, the first start of a later period from the day of leaving to LIMIT, or null."""
    keys = window.keys
    left = _with_limit(frame, "END", months)
    starts = tables["ssda903.periods"].select(*keys, BACK_ON=c("START"))
    pairs = left.select(*keys, "START", "END", "LIMIT").join(starts, on=keys, how="inner")
    # A period whose dates are out of order would otherwise follow itself.
    later = c("BACK_ON") > c("START")
    back = pairs.filter(later, c("BACK_ON") >= c("END"), c("BACK_ON") <= c("LIMIT"))
    back = back.group_by([*keys, "START"]).agg(c("BACK_ON").min())
    return left.join(back, on=[*keys, "START"], how="left")


def _days_in_care(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    returned = leavers(tables, window).filter(_went_home(parameters))
    cases = Cases(
        returned, on=c("END"), row="LAST_ROW", numerator=kit.days("START", "END"), denominator=nw.lit(1)
    )
    cases = cases.keep(c("KNOWN"), "start of care before the returns at hand")
    return cases.keep(c("DATES_OK"), "dates out of order")


def _share_of_leavers(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    home = kit.flag(_went_home(parameters))
    left = leavers(tables, window)
    cases = Cases(left, on=c("END"), row="LAST_ROW", numerator=home, denominator=nw.lit(1))
    return adults_apart(cases, c("END"), parameters)


def _planned_share(tables: Tables, window: WindowDates, _parameters: Parameters) -> Cases:
    left = leavers(tables, window).filter(kit.is_in("REC", HOME["narrow"]))
    planned = kit.flag(kit.is_in("REC", ("E4A",)))
    cases = Cases(left, on=c("END"), row="LAST_ROW", numerator=planned, denominator=nw.lit(1))
    return cases.keep(~kit.is_in("REC", ("E4",)), "code E4, which does not say whether it was planned")


def _entrants(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    entered = _with_limit(first_starts(tables, window), "START", parameters.months)
    home = c("CEASED") & (c("END") <= c("LIMIT")) & _went_home(parameters)
    cases = Cases(entered, on=c("START"), row="FIRST_ROW", numerator=kit.flag(home), denominator=nw.lit(1))
    cases = cases.keep(c("DATES_OK"), "dates out of order")
    cases = cases.keep(c("LIMIT") <= c("START_COVER"), _NOT_COVERED)
    observed = c("CEASED") | (c("END") > c("LIMIT"))
    cases = cases.keep(observed, "how the period of care ended is not known")
    return cases.keep(_still_child("LIMIT"), _REACHES_18)


def _reentry(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    returned = ends(tables, window).filter(_went_home(parameters))
    followed = _followed(returned, tables, window, parameters.months)
    again = kit.flag(~c("BACK_ON").is_null())
    cases = Cases(followed, on=c("END"), row="LAST_ROW", numerator=again, denominator=nw.lit(1))
    cases = cases.keep(c("LIMIT") <= c("END_COVER"), _NOT_COVERED).keep(_still_child("LIMIT"), _REACHES_18)
    return cases.report(c("BACK_ON") == c("END"), "in care again on the day of return")


def _sustained(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    followed = _followed(leavers(tables, window), tables, window, parameters.months)
    safe = kit.flag(_went_home(parameters) & c("BACK_ON").is_null())
    cases = Cases(followed, on=c("END"), row="LAST_ROW", numerator=safe, denominator=nw.lit(1))
    return cases.keep(c("LIMIT") <= c("END_COVER"), _NOT_COVERED)


def _adverse(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    returned = ends(tables, window).filter(_went_home(parameters))
    followed = _followed(returned, tables, window, cin.YEAR_MONTHS)
    followed = _with_census(_harmed(followed, tables, window), tables, window)
    harm = kit.flag(~c("BACK_ON").is_null() | ~c("HARM_ON").is_null())
    cases = Cases(followed, on=c("END"), row="LAST_ROW", numerator=harm, denominator=nw.lit(1))
    cases = cases.keep((c("LIMIT") <= c("END_COVER")) & (c("LIMIT") <= c("UNTIL")), _NOT_COVERED)
    known = c("FIRST_REFERRAL") <= c("END")
    cases = cases.keep(known, "not found in the children in need census under the same identifier")
    return cases.keep(_still_child("LIMIT"), _REACHES_18)


def _harmed(frame: nw.LazyFrame[Any], tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Add HARM_ON: the first referral, enquiry or plan after the day of return and up to LIMIT, or null."""
    keys = window.keys
    referred = tables[cin.REFERRALS].filter(~c("NFA")).select(*keys, HARM_ON=c("REFERRAL"))
    begun = [tables[name].select(*keys, HARM_ON=c("START")) for name in (cin.PLANS, cin.ENQUIRIES)]
    events = nw.concat([referred, *begun], how="vertical")
    pairs = frame.select(*keys, "START", "END", "LIMIT").join(events, on=keys, how="inner")
    after = pairs.filter(c("HARM_ON") > c("END"), c("HARM_ON") <= c("LIMIT"))
    first = after.group_by([*keys, "START"]).agg(c("HARM_ON").min())
    return frame.join(first, on=[*keys, "START"], how="left")


def _with_census(frame: nw.LazyFrame[Any], tables: Tables, window: WindowDates) -> nw.LazyFrame[Any]:
    """Add the child's FIRST_REFERRAL, and UNTIL, the last day of the census returns around the return home."""
    keys = window.keys
    known = tables[cin.REFERRALS].group_by(keys).agg(c("REFERRAL").min().alias("FIRST_REFERRAL"))
    years = tables[cin.COVER].select("LA", c("YEAR").alias("LEFT_IN"), "UNTIL")
    frame = frame.with_columns(LEFT_IN=kit.reporting_year("END"))
    return frame.join(known, on=keys, how="left").join(years, on=["LA", "LEFT_IN"], how="left")


_LEAVER_EDGES = (
    "A child who leaves twice in the window is described by the last exit. Children still in care are not "
    "among the leavers."
)
_DAYS_EDGES = (
    "Days are nights: the date of leaving less the date of entering, of the latest period of care only. A "
    "period whose first episode does not say that care started has no known length: it is left out and "
    "counted in the notes, and so is one whose dates are out of order. In months, a length is the days "
    f"divided by 30.4375 (365.25 / 12), never a difference of months. {_LEAVER_EDGES} {CLA_POPULATION}"
)
_DAYS_RISE = "Slower plans, or more careful ones; or long-staying children who now go home."
_DAYS_FALL = (
    "Timely plans; or hurried ones that break down, or more very short stays, for example under police "
    "protection."
)
_DAYS_OVER = "Children whose last exit in the window was a return home."
_DAYS_PUBLISHED = (
    "Duration of the latest period of care of children ceasing to be looked after: published for England "
    "only, and for all reasons of leaving together."
)
_FOLLOW_UP_EDGES = (
    "The anniversary day belongs to the follow-up. A child whose follow-up the authority's returns do not "
    "cover without a hole leaves the base and is counted in the notes."
)
_AGAIN_EDGES = (
    "A new period of care on the very day of return counts as re-entry. Short breaks (legal status V3 or V4) "
    "do not. Re-entry in another authority is not seen."
)

_MEASURES = (
    Measure(
        id="return_home_days_mean",
        label="Days in care before return home (mean)",
        kind=Kind.DISTRIBUTION,
        headline="mean",
        unit="day_per_child",
        counted="day",
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_days_in_care,
        numerator="Days in the latest period of care, from its start to its end, added up.",
        denominator=_DAYS_OVER,
        formula="Numerator / denominator, with minimum, quartiles and maximum beside it.",
        edges=_DAYS_EDGES,
        basis=Basis.CHOICE,
        published=_DAYS_PUBLISHED,
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(_CHECKLIST_HOME,),
        direction=Direction.LOWER,
        rise=_DAYS_RISE,
        fall=_DAYS_FALL,
    ),
    Measure(
        id="return_home_days_median",
        label="Days in care before return home (median)",
        kind=Kind.DISTRIBUTION,
        headline="median",
        unit="day_per_child",
        counted="day",
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_days_in_care,
        numerator="Days in the latest period of care, from its start to its end.",
        denominator=_DAYS_OVER,
        formula="The median of the days over the children, with minimum, quartiles and maximum beside it.",
        edges=_DAYS_EDGES,
        basis=Basis.CHOICE,
        published=_DAYS_PUBLISHED,
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(_CHECKLIST_HOME,),
        direction=Direction.LOWER,
        rise=_DAYS_RISE,
        fall=_DAYS_FALL,
    ),
    Measure(
        id="return_home_days_range",
        label="Days in care before return home (minimum, quartiles and maximum)",
        kind=Kind.DISTRIBUTION,
        unit="day_per_child",
        counted="day",
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_days_in_care,
        numerator="Days in the latest period of care, from its start to its end.",
        denominator=_DAYS_OVER,
        formula="Minimum, lower quartile, median, upper quartile and maximum of the days over the children.",
        edges=(
            "Minimum and maximum tell the story of one child each: publish the tenth and ninetieth "
            f"percentile instead where fewer than 30 children left. {_DAYS_EDGES}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        parameters=(_CHECKLIST_HOME,),
        direction=Direction.LOWER,
        rise=_DAYS_RISE,
        fall=_DAYS_FALL,
    ),
    Measure(
        id="return_home_share_leavers_pct",
        label="Share of leavers who returned home",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_share_of_leavers,
        numerator="Leavers whose last exit in the window was a return home.",
        denominator="All children who ceased to be looked after in the window.",
        formula="100 x numerator / denominator.",
        edges=(
            "Children transferred to another authority (reason E3), children who died (E2) and young people "
            "of 18 or over stay in the denominator, as in the published figure; 40% of England's leavers in "
            f"2025 were 18 or over. {_LEAVER_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.DFE_KNOWN,
        published=(
            "Reason for ceasing: returned home as part of the care plan, or not (England 2025: 5,540 and "
            "1,070 of 34,450, 19%; with reason E13, another 1,800, 24%)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(_PUBLISHED_HOME, UNDER_18_ONLY),
        direction=Direction.HIGHER,
        rise="More work on reunification; or discharges to cut cost, or a group of short emergency stays.",
        fall=(
            "Adoption or special guardianship used instead; children with more complex needs; unsafe returns "
            "avoided; or more young people leaving at 18."
        ),
    ),
    Measure(
        id="return_home_planned_share_pct",
        label="Planned share of returns home",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_planned_share,
        numerator="Leavers who returned home as part of the care plan (reason E4A).",
        denominator="Leavers who returned home as part of the care plan or not (reason E4A or E4B).",
        formula="100 x numerator / denominator.",
        edges=(
            "Living with parents or relatives without parental responsibility (E13) is no return here. The "
            "older code E4 does not say whether the return was planned: it is left out and "
            f"counted in the notes. {_LEAVER_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.DFE_PARTLY,
        published="Follows from the published reasons for ceasing (England 2025: 5,540 of 6,610, 84%).",
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        direction=Direction.HIGHER,
        rise="Returns that are better planned; or unplanned returns recorded as planned.",
        fall="Children or parents who end care themselves; or more honest recording.",
    ),
    Measure(
        id="return_home_entrants_12m_pct",
        label="Entrants who returned home within 6 or 12 months",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_entrants,
        numerator="Entrants whose period of care ended in a return home within the follow-up.",
        denominator=(
            "Children who started to be looked after in the window (the first start of each), with the whole "
            "follow-up observed, and under 18 at its end."
        ),
        formula="100 x numerator / denominator.",
        edges=(
            "Entrants of 17 or over leave the base where the follow-up is 12 months, those of 17 and a half "
            "or over where it is 6; an unknown date of birth does not. Other exits (death, transfer, "
            "adoption, special guardianship) stay in the denominator. A period that breaks off within the "
            "follow-up (an open episode that newer returns do not have, a last episode that goes on in none, "
            "an end without a reason) leaves the base, because nobody knows whether the child went home. So "
            f"does one whose dates are out of order. {_FOLLOW_UP_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        parameters=(_CHECKLIST_HOME, _MONTHS),
        followup_months=12,
        followup_parameter="months",
        direction=Direction.HIGHER,
        rise="More and earlier reunification; or discharges to cut cost, or more short emergency stays.",
        fall=(
            "Slower or more careful plans; adoption or special guardianship used instead; or children with "
            "more complex needs entering care."
        ),
    ),
    Measure(
        id="return_home_reentry_pct",
        label="Re-entry to care within 6 or 12 months of a return home",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="period",
        over="period",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_reentry,
        numerator=(
            "Returns after which the same child starts a new period of care in the same authority, from the "
            "day of return to the last day of the follow-up."
        ),
        denominator=(
            "Periods of care that ended in a return home in the window, with the whole follow-up covered, of "
            "children under 18 at its end."
        ),
        formula="100 x numerator / denominator.",
        edges=(
            "Every return in the window counts, so a child who returns twice is in the base twice. A child "
            f"whose date of birth is unknown stays in it. {_AGAIN_EDGES} {_FOLLOW_UP_EDGES} {CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        published=(
            "None by the Department. A study of the national data found that about one in five children who "
            "return home enter care again within a year."
        ),
        references=(RE_ENTRY_STUDY, DFE_GUIDE),
        parameters=(_CHECKLIST_HOME, _MONTHS),
        followup_months=12,
        followup_parameter="months",
        direction=Direction.LOWER,
        rise="Returns that break down, or support that ends too early; or a quicker response to need.",
        fall=(
            "Returns that last; or higher thresholds to enter care again, families who move away, or only "
            "the safest returns attempted."
        ),
    ),
    Measure(
        id="return_home_sustained_pct",
        label="Safe return: leavers who returned home and stayed out of care for 6 or 12 months",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=("ssda903.periods",),
        select=_sustained,
        numerator=(
            "Leavers who returned home and started no new period of care in the same authority, from the day "
            "of return to the last day of the follow-up."
        ),
        denominator=(
            "All children who ceased to be looked after in the window (the last exit of each), with the "
            "whole follow-up covered."
        ),
        formula="100 x numerator / denominator.",
        edges=(
            "This is the measure of what the checklist calls a safe return. Those who reach 18 before the "
            f"follow-up ends stay in the base. {_AGAIN_EDGES} {_FOLLOW_UP_EDGES} {_LEAVER_EDGES} "
            f"{CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE,),
        parameters=(_CHECKLIST_HOME, _MONTHS),
        followup_months=12,
        followup_parameter="months",
        direction=Direction.HIGHER,
        rise="More returns, and returns that last; or higher thresholds to enter care again.",
        fall=(
            "Fewer returns, or returns that break down; or other good exits, such as adoption, that take "
            "their place."
        ),
    ),
    Measure(
        id="return_home_adverse_12m_pct",
        label="Adverse event within 12 months of a return home",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        counted="period",
        over="period",
        when=When.PERIOD,
        needs=("ssda903.periods", cin.REFERRALS, cin.PLANS, cin.ENQUIRIES, cin.COVER),
        select=_adverse,
        numerator=(
            "Returns after which, within 12 months, the same child starts a new period of care, starts a child "
            "protection plan, becomes the subject of an enquiry under section 47, or is referred again otherwise than "
            "with no further action."
        ),
        denominator=(
            "Periods of care that ended in a return home in the window, with 12 months covered by both returns, of "
            "children under 18 at their end who are found in the children in need census."
        ),
        formula="100 x numerator / denominator.",
        edges=(
            "Two returns are joined by the authority's number for the child (CHILD and LAchildID). Children looked "
            "after are in the children in need census, so a child without a referral in it up to the day of return is "
            "one whose numbers do not agree: nothing could be seen of the child, who leaves the base and is counted in "
            "the notes. The case that stays open after the return is no event; events of the census count from the "
            "day after the return. Every return in the window counts, so a child who returns twice is in the base "
            f"twice. A child whose date of birth is unknown stays in it. {_AGAIN_EDGES} {_FOLLOW_UP_EDGES} "
            f"{CLA_POPULATION}"
        ),
        basis=Basis.CHOICE,
        references=(DFE_GUIDE, cin.DFE_GUIDE),
        parameters=(_CHECKLIST_HOME,),
        followup_months=12,
        direction=Direction.LOWER,
        rise=(
            "Returns that break down, or support that ends too early; or closer watch over children at home, and a "
            "quicker response to harm."
        ),
        fall=(
            "Returns that last and are safe; or higher thresholds, families who move away, harm that nobody sees, or "
            "only the safest returns attempted."
        ),
    ),
)

RETURN_HOME = Indicator(
    number=2,
    name="return_home",
    title="Increasing the number of children looked after who return home safely and in a timely manner",
    definition=(
        "Of the children who enter care, more go back to their birth family, soon enough, and without "
        "harm as a consequence."
    ),
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more children returning home and staying there, and for fewer days in "
        "care before they do."
    ),
    rise=(
        "For shares, more work on reunification, but also discharges to cut cost, or many short "
        "emergency stays; for days in care, slower plans or more careful ones."
    ),
    fall=(
        "For shares, adoption or special guardianship used instead, children with more complex needs "
        "entering care, or unsafe returns avoided; for days in care, timely plans, but also hurried "
        "ones or more very short stays."
    ),
    unintended_consequences=(
        "Fast returns may break down: always show re-entry beside the share and the days. Never show "
        "the days alone, because more very short stays under police protection also make them fall."
    ),
    data_quality=(
        "Children still in care are not among the leavers, so days in care of leavers lean towards "
        "short stays; the measure of entrants does not have this fault. The codes E4A, E4B and E13 "
        "drifted after E4 was split. A move to another authority hides re-entry, and a child's "
        "identifier may change on re-entry."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 1, children, young people and families stay "
        "together and get the help they need; outcome 3, children and young people are supported by "
        "their family network. Ofsted's inspection data (Annex A): list 8, date and reason ceased, and "
        "second period of care within 12 months. Hertfordshire's Family Safeguarding indicators: the "
        "usual children's social care indicators."
    ),
    note=(
        "Home means parents or relatives in the checklist, and someone with parental responsibility in "
        "the published statistics; the parameter `home` tells the two apart. Adoption, special "
        "guardianship and child arrangements orders are not returns home. A child placed with parents "
        "under an order (placement P1) is still looked after."
    ),
    measures=_MEASURES,
)
