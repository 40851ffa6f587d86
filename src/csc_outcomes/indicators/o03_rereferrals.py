"""Outcome 3 of the 2017 checklist: re-referrals."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

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
)
