"""Outcome 5 of the 2017 checklist: local placements."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m05_local_placements import MEASURES

LOCAL_PLACEMENTS = Indicator(
    number=5,
    name="local_placements",
    title="Increasing the use of local placements",
    definition="A larger share of looked-after children live inside their own authority's boundary.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more children placed inside the boundary, and for fewer outside it or "
        "far away."
    ),
    rise=(
        "For placements outside, local supply running short, specialist need, relatives who live "
        "elsewhere, moves to keep a child safe from exploitation, or dispersal of unaccompanied asylum- "
        "seeking children; for placements inside, work on local supply."
    ),
    fall=(
        "For placements outside, more local homes; but also the effect of a small authority that cannot "
        "place inside, or unsuitable local homes being used; for placements inside, the opposite."
    ),
    unintended_consequences=(
        "Local at any price may worsen matching and safety. A placement outside a London borough may be "
        "one mile away: read boundary and distance together."
    ),
    data_quality=(
        "Place and distance are worked out from the postcodes of home and placement. Adoptive "
        "placements often withhold postcodes, and unaccompanied asylum-seeking children have no "
        "meaningful home postcode. Distance was not known for 9% of looked-after children in England in "
        "2025 (6,990 children)."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, postcode, location and "
        "authority of the placement. Hertfordshire's Family Safeguarding indicators: the usual "
        "children's social care indicators."
    ),
    note=(
        "Inside or outside (PL_LOCATION) and distance (PL_DISTANCE) are derived from postcodes, not "
        "returned. A placement is outside when the upper-tier authority of its postcode is not the "
        "responsible one; Wales, Scotland and Northern Ireland are outside. Distance is a straight line "
        "between grid points, in metres divided by 1,000 and by 1.6093, to one decimal place; more than "
        "20 miles means above 20.0."
    ),
    measures=MEASURES,
)
