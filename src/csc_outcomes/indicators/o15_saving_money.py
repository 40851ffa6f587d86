"""Outcome 15 of the 2017 checklist: saving money."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction

SAVING_MONEY = Indicator(
    number=15,
    name="saving_money",
    title="Saving money",
    definition=(
        "Spending per young person falls, where spending on what replaces it is counted too, so that "
        "new spending does not outweigh the saving."
    ),
    direction=Direction.CONTESTED,
    hoped_for="The checklist hoped for lower cost and for a higher return on what is spent.",
    rise=(
        "For cost, harder cases, price inflation or an investment phase; for the return on investment, "
        "more outcomes achieved, or optimistic unit values."
    ),
    fall=(
        "For cost, real efficiency, but also need that is not met, or costs moved to another agency; "
        "for the return on investment, fewer outcomes, or more cautious unit values."
    ),
    unintended_consequences=(
        "Savings may not be cashable, and cost may move to families, health services or schools. A "
        "service may be cut in spite of a positive return, as the checklist reports of Enfield."
    ),
    data_quality=(
        "In the checklist's studies costs were partly estimated, projects were too short, and data "
        "differed from study to study: 280 pounds per family in Leeds and 66 pounds per child at "
        "Daybreak are not comparable units."
    ),
    crosswalk=(
        "Children's Social Care National Framework: the enabler that leaders drive conditions for "
        "effective practice (spending). Hertfordshire's Family Safeguarding indicators: economic cost "
        "of police and hospital indicators."
    ),
    note=(
        "Every money result states its price year, its currency (pounds sterling), whose costs it "
        "counts (the authority's or all public costs), its horizon, its unit (child, family or case), "
        "the share that is estimated and the sources of its unit costs."
    ),
)
