"""Outcome 14 of the 2017 checklist: social work caseloads."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

CASELOADS = Indicator(
    number=14,
    name="caseloads",
    title="Reducing social work caseloads",
    definition="Social workers hold fewer cases each.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for smaller caseloads.",
    rise="More children; fewer workers; or fewer case holders because work moved to specialist posts.",
    fall=(
        "More staff, fewer children or faster closure; but also work moved to unqualified staff, or "
        "newly qualified staff with protected caseloads."
    ),
    unintended_consequences=(
        "Averages hide spread: the mean may fall while the highest caseloads grow. Cases may be closed "
        "too early (outcome 3)."
    ),
    data_quality=(
        "The workforce census is taken on 30 September, children in need and children looked after on "
        "31 March: do not divide one by the other without pairing the dates. Some authorities return "
        "together (Kingston upon Thames with Richmond upon Thames, North with West Northamptonshire), "
        "and two London authorities are absent in 2025."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that the workforce is equipped and "
        "effective. Ofsted's inspection data (Annex A): columns of the allocated worker, from which a "
        "local caseload can be counted."
    ),
    note=(
        "A case is a child, or a carer's household allocated for fostering or adoption, not a family: "
        "three siblings are three cases."
    ),
)
