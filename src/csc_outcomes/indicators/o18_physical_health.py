"""Outcome 18 of the 2017 checklist: physical health."""

from __future__ import annotations

from csc_outcomes.definitions.indicator import Indicator
from csc_outcomes.definitions.measure import Direction
from csc_outcomes.indicators.m18_physical_health import MEASURES

PHYSICAL_HEALTH = Indicator(
    number=18,
    name="physical_health",
    title="Improving young people's physical health",
    definition=(
        "Physical health is better, health services are used more, and risky behaviour is less common."
    ),
    direction=Direction.CONTESTED,
    hoped_for=(
        "The checklist hoped for more health checks, and for less distress and less misuse of substances."
    ),
    rise=(
        "For checks, better planning of care, or records entered late; for misuse of substances, more "
        "of it, or better screening."
    ),
    fall=(
        "For checks, gaps in services, or refusals, which are recorded as not done; for misuse of "
        "substances, a real fall, or nobody asking."
    ),
    unintended_consequences=(
        "Counts of checks reward process. Older children may refuse, and their consent matters."
    ),
    data_quality=(
        "The national return covers only children looked after for 12 months. A refusal counts as not "
        "received. The checklist files a scale of mental distress, the General Health Questionnaire, "
        "under physical health; it is kept here, and belongs to outcome 17 as well."
    ),
    crosswalk=(
        "Children's Social Care National Framework: outcome 4, children in care and care leavers have "
        "stable, loving homes. Ofsted's inspection data (Annex A): list 8, last health assessment and "
        "last dental check. Hertfordshire's Family Safeguarding indicators: emergency hospital "
        "admissions and misuse of substances."
    ),
    measures=MEASURES,
)
