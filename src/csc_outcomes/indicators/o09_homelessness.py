"""Outcome 9 of the 2017 checklist: homelessness."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m09_homelessness import MEASURES

HOMELESSNESS = Indicator(
    number=9,
    name="homelessness",
    title="Reducing homelessness",
    definition="Fewer young people are classed as homeless.",
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer homeless young people.",
    rise=(
        "More homelessness; better reporting under the duty to refer; or more young people who ask for help."
    ),
    fall=(
        "Prevention; but also gatekeeping, or young people who are not recorded because they stay with "
        "friends."
    ),
    unintended_consequences=(
        "Accommodating young people of 16 and 17 under section 20 raises outcome 1 while it lowers this one."
    ),
    data_quality=(
        "Local definitions differ: a statutory duty, a young person who asked for help, or the young "
        "person's own account. The definition must be stated. The codes for care leavers describe one "
        "point near a birthday only."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 9, type and suitability of "
        "accommodation."
    ),
    measures=MEASURES,
)
