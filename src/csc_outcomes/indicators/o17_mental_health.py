"""Outcome 17 of the 2017 checklist: mental and emotional health."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Basis, Direction, Kind, Limits, Measure, Parameter, When
from csc_outcomes.engine import kit
from csc_outcomes.engine.cases import Cases
from csc_outcomes.errors import InputError
from csc_outcomes.indicators import local, oc2
from csc_outcomes.indicators import questionnaires as asked
from csc_outcomes.indicators.common import DFE_CLA, DFE_GUIDE, LAIT
from csc_outcomes.indicators.oc2 import CONCERN, SDQ_AGES
from csc_outcomes.instruments.sdq import GOODMAN_1997

if TYPE_CHECKING:
    from csc_outcomes.definitions.measure import Parameters
    from csc_outcomes.engine.cases import Tables, WindowDates

c = nw.col

REFERRAL, CONTACT = "camhs_referral", "camhs_contact"
PERSON_YEARS = "person_years"
DENOMINATOR = Parameter(
    "denominator",
    "'children' divides by members of the cohort, 'person_years' by the years they were observed in the window: for "
    "members who were observed for unequal times.",
    default="children",
    choices=("children", PERSON_YEARS),
)
ACCEPTED_ONLY = Parameter(
    "accepted_only",
    "True counts accepted referrals only; rejected, pending and undecided ones are left aside.",
    default=False,
    choices=(False, True),
)
CONTACTS = Parameter(
    "contacts",
    "Number of different days with an attended contact from which a child counts as treated: 1, or 2 for treatment "
    "in the stricter sense.",
    default=1,
)


def score(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select scored children of 5 to 16; numerator the total difficulties score."""
    return oc2.scored(tables, window, parameters, c("SDQ_SCORE"))


def concern(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select scored children of 5 to 16; numerator those whose score is a cause for concern."""
    return oc2.scored(tables, window, parameters, kit.flag(c("SDQ_SCORE") >= CONCERN))


def coverage(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select all children of 5 to 16 in care for twelve months; numerator those with a usable score."""
    return oc2.cohort(tables, window, parameters, kit.flag(oc2.has_score()), SDQ_AGES)


def referrals(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select members of the cohort with the number of days on which they were referred."""
    rows = local.events_in(tables, window, REFERRAL)
    if parameters.accepted_only:
        rows = rows.filter(c("DETAIL") == "accepted")
    frame = local.counts(rows, local.observed(tables, window, parameters), window)
    years = parameters.denominator == PERSON_YEARS
    over = local.person_years() if years else nw.lit(1)
    cases = Cases(frame, on=c("FIRST"), numerator=c("DAYS_WITH"), denominator=over)
    return local.with_arms(local.with_cover(cases, tables, window, REFERRAL), parameters)


def treated(tables: Tables, window: WindowDates, parameters: Parameters) -> Cases:
    """Select members of the cohort; numerator those with enough days on which they attended a contact."""
    contacts = int(parameters.contacts)
    if contacts < 1:
        raise InputError(f"parameter 'contacts': needed a number of 1 or more, found {contacts}")
    rows = local.events_in(tables, window, CONTACT).filter(c("DETAIL") == "attended")
    frame = local.counts(rows, local.observed(tables, window, parameters), window)
    flag = kit.flag(c("DAYS_WITH") >= contacts)
    cases = Cases(frame, on=c("FIRST"), numerator=flag, denominator=nw.lit(1))
    cases = local.with_arms(local.with_cover(cases, tables, window, CONTACT), parameters)
    return local.with_length(cases, window)


_SERVICE_EDGES = (
    "No age limit applies. An event outside the days on which a member is observed does not count. Where an extract "
    "holds no event of the kind at all, nothing is known: there is no figure, and no 0."
)

_BASE = oc2.population("Children aged 5 to 16 on 31 March")
_EDGES = (
    "A score outside 0 to 40, or beside a reason for having none (SDQ_REASON), is no score; a score of 0 is "
    "one. Age is read on 31 March, as the published group is labelled; the return asks by age at the "
    "assessment. A child of unknown age, or without twelve months of care in the episodes, is excluded and "
    "counted."
)

SDQ = asked.Questionnaire("sdq", ranges={"": (0, 40)}, whole=True)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="sdq_mean",
        label="Average SDQ total difficulties score of looked-after children",
        kind=Kind.MEAN,
        unit="score_per_child",
        counted="score",
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=score,
        numerator="Sum of the total difficulties scores (SDQ_SCORE) of the denominator.",
        denominator=f"{_BASE} Of them, those with a score from 0 to 40.",
        formula="Mean: numerator / denominator. One score per child and year; a lower score is better.",
        edges=_EDGES,
        basis=Basis.DFE_PARTLY,
        published=(
            "Children looked after in England including adoptions: SDQ average score, England 2025: 14.9. "
            "Local authority interactive tool: 162 Emotional_LAC (low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="Worse mental health; or more of the children who are worst off now have a score.",
        fall="Better mental health; or fewer children have a score, the worst off first.",
    ),
    Measure(
        id="sdq_concern_pct",
        label="Looked-after children with an SDQ score that is a cause for concern",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=concern,
        numerator="Children of the denominator with a score of 17 to 40.",
        denominator=f"{_BASE} Of them, those with a score from 0 to 40.",
        formula=(
            "Numerator / denominator x 100. Bands: 0 to 13 normal, 14 to 16 borderline, 17 to 40 concern."
        ),
        edges=f"The denominator is scored children, not all. {_EDGES}",
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: SDQ score a cause for concern, England "
            "2025: 14,320 of 33,790, 42%. Local authority interactive tool: 162, bands (low is better)."
        ),
        references=(DFE_CLA, DFE_GUIDE, LAIT),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.LOWER,
        rise="Worse mental health; or more of the children who are worst off now have a score.",
        fall="Better mental health; or fewer children have a score, the worst off first.",
    ),
    Measure(
        id="sdq_coverage_pct",
        label="Looked-after children for whom an SDQ score was received",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.RETURN_YEAR,
        needs=oc2.NEEDS,
        select=coverage,
        numerator="Children of the denominator with a score from 0 to 40.",
        denominator=_BASE,
        formula="Numerator / denominator x 100. To be shown beside every SDQ figure.",
        edges=_EDGES,
        basis=Basis.DFE_KNOWN,
        published=(
            "Children looked after in England including adoptions: SDQ score received, England 2025: 33,790 "
            "of 43,220, 78%."
        ),
        references=(DFE_CLA, DFE_GUIDE),
        parameters=(oc2.OC2_RULE,),
        lookback_months=12,
        direction=Direction.HIGHER,
        rise="More carers are asked and answer; the average score may move for this reason alone.",
        fall=(
            "Fewer carers are asked or answer, or records are late; the average score may move for this "
            "reason."
        ),
    ),
    Measure(
        id="sdq_paired_change",
        label="Strengths and Difficulties Questionnaire: mean change of children with both scores",
        **asked.change_of(SDQ, over="child"),
        numerator=asked.CHANGE_NUMERATOR,
        denominator=asked.CHANGE_DENOMINATOR,
        formula=f"{asked.CHANGE_FORMULA} A negative change is better.",
        edges=(
            "Total difficulties, 0 to 40 in whole points: the sum of the emotional, conduct, hyperactivity and peer "
            "scales; prosocial behaviour is no part of it. Scores of the table of scores only: the totals of the "
            f"SSDA903 return (OC2) do not enter. {asked.CHANGE_EDGES}"
        ),
        references=(GOODMAN_1997,),
        parameters=(asked.REQUIRED_INFORMANT, asked.FORM, asked.ARM_ASKED),
        direction=Direction.LOWER,
        rise="More difficulties; or those who were doing well are the ones who answered again.",
        fall=f"Fewer difficulties; but {asked.ATTRITION}",
    ),
    Measure(
        id="camhs_referral_rate",
        label="Referrals of the cohort to child and adolescent mental health services",
        kind=Kind.RATE,
        unit="referral_per_100_children",
        per=100,
        counted="referral",
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=referrals,
        says=partial(local.says_events, kinds=(REFERRAL,), members_needed=True),
        numerator=(
            "Pairs of member and day with an event camhs_referral that starts in the window, on a day on which the "
            "member is observed; with accepted_only=True those accepted."
        ),
        denominator=(
            f"{local.ALL_MEMBERS} With denominator=person_years the days on which they are observed in the window, "
            "divided by 365.25."
        ),
        formula="Numerator / denominator x 100.",
        edges=(
            f"{_SERVICE_EDGES} Several referrals of one child on one day count once. One child's referrals hang "
            "together, so limits are given only where they are asked for (limits)."
        ),
        basis=Basis.LOCAL,
        parameters=(DENOMINATOR, ACCEPTED_ONLY, local.ARM_PARAMETER, local.LIMITS),
        limits_parameter="limits",
        fractional=True,
        limits=Limits.NONE,
        rise="More need; or need that is better met, and more referring.",
        fall="Less need; or access that closed.",
    ),
    Measure(
        id="camhs_in_treatment_pct",
        label="Children who receive child and adolescent mental health services",
        kind=Kind.PROPORTION,
        unit="percent",
        per=100,
        over="child",
        when=When.PERIOD,
        needs=(local.EVENTS, local.MEMBERS),
        uses=local.USES,
        select=treated,
        says=partial(local.says_events, kinds=(CONTACT,), members_needed=True),
        numerator=(
            "Members of the denominator with an event camhs_contact of detail attended in the window on at least "
            "one (contacts) different day on which they are observed."
        ),
        denominator=local.ALL_MEMBERS,
        formula="Numerator / denominator x 100.",
        edges=f"{_SERVICE_EDGES} Contacts that were cancelled or not attended do not count.",
        basis=Basis.LOCAL,
        parameters=(CONTACTS, local.ARM_PARAMETER),
        rise="More need; or need that is better met.",
        fall="Less need; or access that closed.",
    ),
)

MENTAL_HEALTH = Indicator(
    number=17,
    name="mental_health",
    title="Improving young people's mental and emotional health",
    definition=(
        "Mental and emotional health is better. The outcome includes how common disorders are and how "
        "much child and adolescent mental health services are used."
    ),
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for lower scores of difficulties; it leaves open whether more or less use "
        "of mental health services is better."
    ),
    rise=(
        "For scores of difficulties, worse health, or more of the worst-off being scored; for use of "
        "services, more need, or need that is better met."
    ),
    fall=(
        "For scores of difficulties, better health, but also fewer children scored; for use of "
        "services, less need, or access that closed."
    ),
    unintended_consequences=(
        "Counting referrals rewards referring, not treating. Labels have effects of their own."
    ),
    data_quality=(
        "The share of children with a score on the Strengths and Difficulties Questionnaire varies (78% "
        "in England in 2025), and only the carer's questionnaire is returned. The published age base is "
        "5 to 16, while the return asks for scores at 4 to 16."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes (average score on the Strengths and Difficulties Questionnaire). "
        "Hertfordshire's Family Safeguarding indicators: use of mental health services."
    ),
    measures=MEASURES,
)
