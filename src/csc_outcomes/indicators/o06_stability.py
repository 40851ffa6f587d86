"""Outcome 6 of the 2017 checklist: stability of placement and worker."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m06_stability import MEASURES

STABILITY = Indicator(
    number=6,
    name="stability",
    title="Increasing placement and worker stability",
    definition="Children move less between placements, wanted or not, and change worker less.",
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for fewer moves and changes of worker, and for more children who stay in "
        "the same placement."
    ),
    rise=(
        "For moves, breakdowns and emergency stays, or planned steps to adoption, relatives or a better "
        "match; for stable placements, better matching and support, or children left where they are "
        "unhappy."
    ),
    fall=(
        "For moves, better matching and support; but also children left in poor placements, or many who "
        "entered care so recently that they had little time to move; for stable placements, the "
        "opposite."
    ),
    unintended_consequences=(
        "A move that is needed may be avoided to protect the figure, and a child kept with an "
        "unsuitable carer. That a placement is stable says nothing of its quality."
    ),
    data_quality=(
        "Most measures are about children still in care on the day, so children who left after many "
        "moves vanish from them. Moves with the same carer (reasons T and U) inflate moves if counted. "
        "Social workers have been returned only since the year ending 31 March 2024; authorities "
        "without that data drop out."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes; the enabler that the workforce is equipped and effective. Ofsted's "
        "inspection data (Annex A): list 8, number of placements in the last 12 months and allocated "
        "worker. Hertfordshire's Family Safeguarding indicators: the usual children's social care "
        "indicators."
    ),
    note=(
        "A placement is the longest run of episodes with the same carer. A new one starts when the "
        "reason for the new episode is S, P or B. Temporary placements (T0 to T4) are joined to the "
        "placement they interrupt, and adoption by the current foster carer (A3, A5) continues the "
        "placement before it."
    ),
    measures=MEASURES,
)
