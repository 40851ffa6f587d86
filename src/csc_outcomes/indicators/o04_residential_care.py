"""Outcome 4 of the 2017 checklist: children in residential care."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m04_residential_care import MEASURES

RESIDENTIAL_CARE = Indicator(
    number=4,
    name="residential_care",
    title="Reducing the number of children in residential care",
    definition=(
        "The part of the care population of the area that lives in residential settings becomes smaller."
    ),
    direction=Direction.LOWER,
    hoped_for="The checklist hoped for fewer children in residential care.",
    rise=(
        "Fewer foster carers; older children or children with more complex needs entering care; "
        "unaccompanied asylum-seeking young people; a deliberate move to specialist homes; or, for a "
        "share, fewer children in care altogether while the hardest cases stay."
    ),
    fall=(
        "More foster and kinship care, and moves from residential to family care; but also a lack of "
        "beds, placements in unregistered settings, or placements renamed as supported accommodation."
    ),
    unintended_consequences=(
        "Children may be pushed into unsuitable foster homes, or into distant or unregistered "
        "placements: read this outcome beside outcomes 5 and 6 and the share of other placements (code "
        "Z1)."
    ),
    data_quality=(
        "The codes break: registered supported accommodation (K3) replaced H5, and P2 ended, in the "
        "return of 2024-25, after the duty to register of October 2023. Providers that did not register "
        "are coded Z1, from 2025-26 Z11 to Z14. The Department warns against comparing across 2024. "
        "Matching to Ofsted's register changes what is coded K2 and H5."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, placement type and provider. "
        "Hertfordshire's Family Safeguarding indicators: the usual children's social care indicators."
    ),
    note=(
        "There is no single meaning of residential. The checklist names secure units (K1), children's "
        "homes (K2) and semi-independent living (H5, now K3); the published heading has K1 and K2 only; "
        "a third set adds residential schools, care homes, health settings, family centres and young "
        "offender institutions. A temporary placement on the day counts as the placement the child is "
        "expected to go back to."
    ),
    measures=MEASURES,
)
